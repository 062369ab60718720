"""Booting: a machine with memory, a zero page and one task (init/main.c)."""

from pintutor.linux.globals import Kernel, KernelLog, VmStat, Zone
from pintutor.linux.include.linux.mm_types import MmStruct, Page, TaskStruct
from pintutor.linux.include.linux.page_flags import PG_reserved
from pintutor.linux.mm.page_alloc import ZEROES
from pintutor.linux.mm.pagetable import pagetable_alloc
from pintutor.sim.machine import Machine
from pintutor.sim.objects import KArray

FRAMES = 1 << 19
"""Frames of memory that a machine gets: 2 GiB."""

ZERO_PFN = 0x1000
"""Frame of the zero page: it lies in the kernel's image."""

FIRST_PFN = 0x2000
"""First frame that the page allocator gives out."""


def start_kernel(frames: int = FRAMES) -> Machine:
    """A booted machine with `frames` frames and one task, `init`."""
    machine = Machine()
    zone = Zone(None, FIRST_PFN, frames)
    kernel = Kernel(KArray([None] * frames), zone, VmStat(), KernelLog())
    machine.kernel = kernel
    with machine:
        zero = Page(ZERO_PFN, flags=PG_reserved, _refcount=1, data=ZEROES)
        kernel.mem_map[ZERO_PFN] = zero
        kernel.empty_zero_page = zero
        mm = MmStruct()
        mm.pgd = pagetable_alloc("pgd")
        init = TaskStruct("init", 1, mm)
        kernel.tasks = (init,)
        kernel.current = init
    return machine
