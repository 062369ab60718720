"""A range that wraps round the address space is an error, not zero pages.

pin_user_pages_fast() answered it with 0, which is what an empty range gets:
who asks for pages and tests for a negative number would go on without any.

Linux kernel commit 9883c7f84053 ("mm/gup: do not return 0 from
pin_user_pages_fast() for bad args") (in v6.5).
"""

from pintutor.linux.globals import current
from pintutor.linux.include.linux.mm import FOLL_FAST_ONLY, FOLL_PIN
from pintutor.linux.include.linux.mm_types import (
    PAGE_MASK,
    PAGE_SHIFT,
    PageArray,
)
from pintutor.linux.include.uapi.errno import EFAULT, EINVAL, EOVERFLOW
from pintutor.linux.mm import gup_fast
from pintutor.linux.mm.gup import mm_set_has_pinned_flag
from pintutor.linux.mm.gup_fast import (
    ULONG_MAX,
    access_ok,
    is_valid_fast_flags,
    lockless_pages_from_mm,
)
from pintutor.linux.mm.gup_locked import __gup_longterm_unlocked
from pintutor.patches.patch import Patch

PATCH = Patch(
    "fast-overflow",
    "mm/gup: do not return 0 from pin_user_pages_fast() for bad args",
    commit="9883c7f84053",
    release="v6.5",
    author="Jason Gunthorpe",
)


@PATCH.replaces(gup_fast.internal_get_user_pages_fast)
def internal_get_user_pages_fast(
    start: int, nr_pages: int, gup_flags: int, pages: PageArray
) -> int:
    """Get or pin pages by `gup_flags`: without a lock first, then with faults.

    Returns: the number of pages, or an error when there is none.
    """
    if not is_valid_fast_flags(gup_flags):
        return -EINVAL
    if gup_flags & FOLL_PIN:
        mm_set_has_pinned_flag(current().mm)

    start &= PAGE_MASK
    end = start + (nr_pages << PAGE_SHIFT)
    if end > ULONG_MAX:
        return -EOVERFLOW
    if not access_ok(start, end - start):
        return -EFAULT

    nr_pinned = lockless_pages_from_mm(start, end, gup_flags, pages)
    if nr_pinned == nr_pages or gup_flags & FOLL_FAST_ONLY:
        return nr_pinned

    start += nr_pinned << PAGE_SHIFT
    left = nr_pages - nr_pinned & ULONG_MAX
    ret = __gup_longterm_unlocked(start, left, gup_flags, pages.plus(nr_pinned))
    if ret < 0:
        return nr_pinned or ret
    return ret + nr_pinned
