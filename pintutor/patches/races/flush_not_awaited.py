"""Bug put back: who unmaps does not wait until every CPU has flushed.

The interrupt by which a CPU is told to flush waits while that CPU has
interrupts off. So nothing that a walk without a lock can still come to is freed
before the walk is over. Here the flush waits for nobody, as on processors that
flush without an interrupt, but without what makes up for it there: RCU, which
keeps page tables until then.

In Linux this is arch/x86/mm/tlb.c: flush_tlb_mm_range() waits for the others.
"""

from pintutor.linux.arch.x86.mm import tlb
from pintutor.patches.patch import Patch

PATCH = Patch(
    "bug-flush-not-awaited",
    "who unmaps does not wait until every CPU has flushed",
    commit="",
    release="",
    author="pintutor",
    mutation=True,
)


@PATCH.replaces(tlb.flush_tlb_mm_range)
def flush_tlb_mm_range() -> None:
    """Have every other CPU forget the range, some time."""
