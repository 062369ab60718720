"""GUP-fast: without a lock first, then the rest with faults (mm/gup.c, v6.1).

Interrupts are off during the walk, so that no table can be freed under it.
"""

from pintutor.linux.arch.x86.include.pgtable import TASK_SIZE_MAX
from pintutor.linux.globals import current
from pintutor.linux.include.linux.bug import warn_on_once
from pintutor.linux.include.linux.irqflags import (
    local_irq_disable,
    local_irq_enable,
)
from pintutor.linux.include.linux.mm import (
    FOLL_FAST_ONLY,
    FOLL_FORCE,
    FOLL_GET,
    FOLL_LONGTERM,
    FOLL_NOFAULT,
    FOLL_PIN,
    FOLL_WRITE,
)
from pintutor.linux.include.linux.mm_types import (
    PAGE_MASK,
    PAGE_SHIFT,
    PageArray,
)
from pintutor.linux.include.uapi.errno import EFAULT, EINVAL
from pintutor.linux.mm.gup import mm_set_has_pinned_flag
from pintutor.linux.mm.gup_locked import __gup_longterm_unlocked
from pintutor.linux.mm.gup_unpin import unpin_user_pages_lockless
from pintutor.linux.mm.gup_walk import gup_pgd_range
from pintutor.sim.function import kernel_function
from pintutor.sim.locks import raw_read_seqcount, read_seqcount_retry
from pintutor.sim.objects import KArray

ULONG_MAX = (1 << 64) - 1


def access_ok(addr: int, size: int) -> bool:
    """True when the range lies in user space (asm-generic/access_ok.h)."""
    return size <= TASK_SIZE_MAX and addr <= TASK_SIZE_MAX - size


@kernel_function("mm/gup.c")
def is_valid_fast_flags(gup_flags: int) -> bool:
    """True when the fast functions take these flags.

    In C this is the first test of internal_get_user_pages_fast().
    """
    allowed = (
        FOLL_WRITE
        | FOLL_LONGTERM
        | FOLL_FORCE
        | FOLL_PIN
        | FOLL_GET
        | FOLL_FAST_ONLY
        | FOLL_NOFAULT
    )
    return not warn_on_once(
        bool(gup_flags & ~allowed), "internal_get_user_pages_fast: flags"
    )


@kernel_function("mm/gup.c")
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
        return 0
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


@kernel_function("mm/gup.c")
def lockless_pages_from_mm(
    start: int, end: int, gup_flags: int, pages: PageArray
) -> int:
    """Walk start..end with interrupts off; returns how many pages were had.

    A pin is undone when fork write-protected the address space meanwhile.
    """
    mm = current().mm
    nr_pinned = KArray([0])
    seq = 0
    if gup_flags & FOLL_PIN:
        seq = raw_read_seqcount(mm, "write_protect_seq")
        if seq & 1:
            return 0

    local_irq_disable()
    gup_pgd_range(start, end, gup_flags, pages, nr_pinned)
    local_irq_enable()

    if gup_flags & FOLL_PIN:
        if read_seqcount_retry(mm, "write_protect_seq", seq):
            unpin_user_pages_lockless(pages, nr_pinned[0])
            return 0
    return nr_pinned[0]
