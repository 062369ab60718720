"""Which free frame is given out next (mm/page_alloc.c).

A machine that has just booted gives out frames in order, so that a buffer's
pages lie side by side in physical memory, and a bio needs one place for all of
them. On one that has run for long they lie anywhere. `scattered` stands for
that: frames come from the two halves of memory in turn.
"""

from pintutor.linux.globals import Zone, this_kernel
from pintutor.linux.include.linux.mm_types import Page
from pintutor.sim.function import kernel_function


@kernel_function("mm/page_alloc.c")
def rmqueue_pcplist(zone: Zone) -> Page | None:
    """A free frame of the zone, or None: the one that was freed last."""
    page = zone.free
    if page is not None and not follows(zone, page.pfn):
        zone.free = page.buddy_next
        page.buddy_next = None
    else:
        page = expand(zone)
    if page is not None and zone.scattered:
        zone.last_pfn = page.pfn
    return page


def follows(zone: Zone, pfn: int) -> bool:
    """True when the frame lies behind the last one, and none shall."""
    return zone.scattered and pfn == zone.last_pfn + 1


@kernel_function("mm/page_alloc.c")
def expand(zone: Zone) -> Page | None:
    """A frame that was never given out, or None."""
    middle = zone.middle_pfn or zone.end_pfn
    upper = zone.scattered and zone.last_pfn < middle
    if zone.next_pfn >= middle or (upper and zone.upper_pfn < zone.end_pfn):
        if not middle <= zone.upper_pfn < zone.end_pfn:
            return None
        pfn = zone.upper_pfn
        zone.upper_pfn += 1
    else:
        pfn = zone.next_pfn
        zone.next_pfn += 1
    page = Page(pfn)
    this_kernel().mem_map[pfn] = page
    return page


def scatter_frames(scattered: bool) -> None:
    """Give out frames from both halves of memory in turn, or in order."""
    for zone in this_kernel().zones:
        if scattered and not zone.middle_pfn:
            zone.middle_pfn = (zone.next_pfn + zone.end_pfn) // 2
            zone.upper_pfn = zone.middle_pfn
        zone.scattered = scattered
