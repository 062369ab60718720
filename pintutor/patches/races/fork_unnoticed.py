"""Bug put back: GUP-fast does not notice a fork that went on meanwhile.

Fork write-protects the parent's entries and asks whether their pages are
pinned. A walk without a lock can read an entry before and take its pin after
that question: the entry is the same all the time, yet the page is shared then.
The commit counts forks: a walk that finds the counter odd or changed gives its
pins back. Here the counter is not looked at again after the walk.

Linux kernel commit 57efa1fe5957 ("mm/gup: prevent gup_fast from racing with COW
during fork").
"""

from pintutor.linux.globals import current
from pintutor.linux.include.linux.irqflags import (
    local_irq_disable,
    local_irq_enable,
)
from pintutor.linux.include.linux.mm import FOLL_PIN
from pintutor.linux.include.linux.mm_types import PageArray
from pintutor.linux.mm import gup_fast
from pintutor.linux.mm.gup_walk import gup_pgd_range
from pintutor.patches.patch import Patch
from pintutor.sim.locks import raw_read_seqcount
from pintutor.sim.objects import KArray

PATCH = Patch(
    "bug-fork-unnoticed",
    "mm/gup: prevent gup_fast from racing with COW during fork",
    commit="",
    release="",
    author="Jason Gunthorpe",
    mutation=True,
)


@PATCH.replaces(gup_fast.lockless_pages_from_mm)
def lockless_pages_from_mm(
    start: int, end: int, gup_flags: int, pages: PageArray
) -> int:
    """Walk start..end with interrupts off; returns how many pages were had.

    No pin is undone when fork write-protected the address space meanwhile.
    """
    mm = current().mm
    nr_pinned = KArray([0])
    if gup_flags & FOLL_PIN:
        seq = raw_read_seqcount(mm, "write_protect_seq")
        if seq & 1:
            return 0

    local_irq_disable()
    gup_pgd_range(start, end, gup_flags, pages, nr_pinned)
    local_irq_enable()

    return nr_pinned[0]
