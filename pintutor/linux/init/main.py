"""Booting: a machine with memory, a zero page and one task (init/main.c)."""

from pintutor.linux.globals import (
    Kernel,
    KernelLog,
    VmStat,
    Zone,
    this_kernel,
)
from pintutor.linux.include.linux.huge_mm import HPAGE_PMD_NR
from pintutor.linux.include.linux.mm_types import (
    PAGE_SIZE,
    MmStruct,
    Page,
    TaskStruct,
)
from pintutor.linux.include.linux.page_flags import PG_reserved
from pintutor.linux.include.linux.pgtable import IO_FRAMES, IO_PFN
from pintutor.linux.mm.page_alloc import ZEROES
from pintutor.linux.mm.pagetable import pagetable_alloc
from pintutor.sim.function import kernel_function
from pintutor.sim.machine import Machine
from pintutor.sim.objects import KArray

FRAMES = 1 << 19
"""Frames of memory that a machine gets: 2 GiB."""

ZERO_PFN = 0x1000
"""Frame of the zero page: it lies in the kernel's image."""

FIRST_PFN = 0x2000
"""First frame that the page allocator gives out."""


MOVABLE_FRAMES = 1 << 16
"""Frames of ZONE_MOVABLE: 256 MiB, unused until they are asked for."""

CMA_FRAMES = 1 << 14
"""Frames set aside for CMA: 64 MiB, unused until they are asked for."""


def memory_zones(frames: int) -> tuple[Zone, ...]:
    """Empty zones: `frames` of ordinary memory, then what can be moved."""
    zones = [Zone(None, FIRST_PFN, frames, "Normal", FIRST_PFN, frames)]
    start = -(-frames // HPAGE_PMD_NR) * HPAGE_PMD_NR
    for name, size in (("Movable", MOVABLE_FRAMES), ("CMA", CMA_FRAMES)):
        end = start + size
        zones.append(Zone(None, start, end, name, start, end))
        start = end
    return tuple(zones)


@kernel_function("arch/mips/mm/init.c")
def setup_zero_pages(count: int) -> None:
    """Make that many zero pages, a power of two: one for each cache colour.

    On x86, where there is one, it is a part of the kernel's image.
    """
    kernel = this_kernel()
    for colour in range(count):
        pfn = ZERO_PFN + colour
        page = Page(pfn, flags=PG_reserved, _refcount=1, data=ZEROES)
        kernel.mem_map[pfn] = page
    kernel.empty_zero_page = kernel.mem_map[ZERO_PFN]
    kernel.zero_page_mask = (count - 1) * PAGE_SIZE


def start_kernel(frames: int = FRAMES) -> Machine:
    """A booted machine with `frames` frames and one task, `init`."""
    machine = Machine()
    zones = memory_zones(frames)
    mem_map = KArray[Page | None]([None] * zones[-1].zone_end_pfn)
    normal = zones[0]
    kernel = Kernel(mem_map, normal, zones, normal, VmStat(), KernelLog())
    machine.kernel = kernel
    with machine:
        setup_zero_pages(1)
        io_frames = range(IO_PFN, IO_PFN + IO_FRAMES)
        kernel.io_mem = tuple(Page(pfn, data=ZEROES) for pfn in io_frames)
        mm = MmStruct()
        mm.pgd = pagetable_alloc("pgd")
        init = TaskStruct("init", 1, mm)
        kernel.tasks = (init,)
        kernel.current = init
    return machine
