"""Flushing what CPUs have cached of page tables (arch/x86/mm/tlb.c, v6.1).

The others are told by an interrupt, which a CPU takes only with interrupts on.
So who frees a page or a table after a flush knows that no walk without a lock
is still on its way to it.

Not modelled: the TLB itself, lazy address spaces, flushing many addresses at
once; the flush where one entry is replaced by another.
"""

from functools import partial

from pintutor.linux.globals import this_kernel
from pintutor.sim.atomic import wait_until
from pintutor.sim.function import kernel_function
from pintutor.sim.objects import KArray


@kernel_function("arch/x86/mm/tlb.c")
def flush_tlb_mm_range() -> None:
    """Have every other CPU forget the range; waits until all have done so."""
    kernel = this_kernel()
    off = kernel.irqs_disabled
    for cpu in range(len(off)):
        if cpu != kernel.cpu:
            ready = partial(takes_interrupts, off, cpu)
            wait_until(ready, off, cpu, "wait", f"CPU {cpu} takes no interrupt")


def takes_interrupts(off: KArray[int], cpu: int) -> bool:
    """True while a CPU has its interrupts on."""
    return not off[cpu]
