"""Blocks of 2**order frames below the size of a huge page (mm/page_alloc.c).

They come from frames that were never given out, at a multiple of their size;
what is passed over for that stays unused. A block that is freed goes frame by
frame to the list of single frames.
"""

from pintutor.linux.globals import Zone, this_kernel
from pintutor.linux.include.linux.mm_types import Page
from pintutor.sim.function import kernel_function


@kernel_function("mm/page_alloc.c")
def rmqueue_block(zone: Zone, order: int) -> Page | None:
    """The first frame of a block that was never used, or None without room.

    In C this is a part of rmqueue().
    """
    pfn = zone.next_pfn + (1 << order) - 1 & -(1 << order)
    if pfn + (1 << order) > (zone.middle_pfn or zone.end_pfn):
        return None
    zone.next_pfn = pfn + (1 << order)
    page = Page(pfn)
    this_kernel().mem_map[pfn] = page
    return page


def free_block(zone: Zone, head: Page, order: int) -> None:
    """Put the frames of a block on the free list, all poisoned like `head`."""
    mem_map = this_kernel().mem_map
    for pfn in reversed(range(head.pfn, head.pfn + (1 << order))):
        page = mem_map[pfn]
        if page is None:
            page = Page(pfn, flags=head.flags, data=head.data)
            mem_map[pfn] = page
        page.buddy_next = zone.free
        zone.free = page
