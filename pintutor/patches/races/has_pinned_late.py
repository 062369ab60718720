"""Bug put back: that an address space has pins is said after they were taken.

Fork asks two things before it shares a page: whether the address space has ever
been pinned, and whether the count of the page says that it is. The first is
said before the walk, so that a fork which begins after a pin was taken knows
of it. Said afterwards, fork can find a page that looks pinned in an address
space that has no pins, and shares it.

In Linux this is mm/gup.c: internal_get_user_pages_fast(), which calls
mm_set_has_pinned_flag() first. No release is known to have had the bug.
"""

from pintutor.linux.globals import current
from pintutor.linux.include.linux.mm import FOLL_FAST_ONLY, FOLL_PIN
from pintutor.linux.include.linux.mm_types import (
    PAGE_MASK,
    PAGE_SHIFT,
    PageArray,
)
from pintutor.linux.include.uapi.errno import EFAULT, EINVAL
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
    "bug-has-pinned-late",
    "that an address space has pins is said after they were taken",
    commit="",
    release="",
    author="pintutor",
    conflicts=("fast-overflow",),
    mutation=True,
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

    start &= PAGE_MASK
    end = start + (nr_pages << PAGE_SHIFT)
    if end > ULONG_MAX:
        return 0
    if not access_ok(start, end - start):
        return -EFAULT

    nr_pinned = lockless_pages_from_mm(start, end, gup_flags, pages)
    if gup_flags & FOLL_PIN:
        mm_set_has_pinned_flag(current().mm)
    if nr_pinned == nr_pages or gup_flags & FOLL_FAST_ONLY:
        return nr_pinned

    start += nr_pinned << PAGE_SHIFT
    left = nr_pages - nr_pinned & ULONG_MAX
    ret = __gup_longterm_unlocked(start, left, gup_flags, pages.plus(nr_pinned))
    if ret < 0:
        return nr_pinned or ret
    return ret + nr_pinned
