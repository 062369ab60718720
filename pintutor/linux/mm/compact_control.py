"""Free frames for compaction (mm/compaction.c, Linux v6.1).

The free scanner comes down from the end of the zone. It takes frames from
blocks of 512 that are partly used: one that is free as a whole is what
compaction is to make, and stays.

Not modelled: frames that were never given out are not taken; hints which
blocks to skip; blocks of unmovable pages.
"""

from dataclasses import dataclass

from pintutor.linux.globals import Zone, this_kernel
from pintutor.linux.include.linux.huge_mm import HPAGE_PMD_NR
from pintutor.linux.include.linux.mm_types import Folio, Page
from pintutor.linux.include.linux.page_flags import PG_buddy
from pintutor.linux.include.linux.page_ref import set_page_count
from pintutor.linux.mm.page_alloc import ZEROES
from pintutor.sim.function import kernel_function
from pintutor.sim.objects import KObject

pageblock_nr_pages = HPAGE_PMD_NR
"""Frames in a block."""


@dataclass(slots=True, eq=False)
class CompactControl(KObject):
    """struct compact_control: one compaction of a zone on its way."""

    zone: Zone
    migrate_pfn: int
    """Where the scanner for pages to move has come to, from below."""
    free_pfn: int
    """First frame of the block that the scanner for free frames is in."""


def pageblock_start_pfn(pfn: int) -> int:
    """First frame of the block that the frame lies in."""
    return pfn // pageblock_nr_pages * pageblock_nr_pages


def compact_scanners_met(cc: CompactControl) -> bool:
    """True when both scanners are in the same block: the work is done."""
    return cc.free_pfn <= pageblock_start_pfn(cc.migrate_pfn)


def free_in_block(start: int) -> tuple[Page, ...]:
    """The frames of a block that were given out once and are free now."""
    pages = this_kernel().mem_map.items[start : start + pageblock_nr_pages]
    return tuple(page for page in pages if page and page.flags & PG_buddy)


def suitable_migration_target(zone: Zone, start: int) -> bool:
    """True for a block that has free frames, and others."""
    given_out = min(zone.next_pfn, start + pageblock_nr_pages) - start
    return 0 < len(free_in_block(start)) < given_out


@kernel_function("mm/compaction.c")
def compaction_alloc(cc: CompactControl) -> Page | None:
    """The next free frame, with one reference, or None when there is none.

    In C isolate_freepages() takes several at a time from the free lists.
    """
    while not compact_scanners_met(cc):
        if suitable_migration_target(cc.zone, cc.free_pfn):
            page = free_in_block(cc.free_pfn)[0]
            __isolate_free_page(cc.zone, page)
            return page
        cc.free_pfn -= pageblock_nr_pages
    return None


@kernel_function("mm/page_alloc.c")
def __isolate_free_page(zone: Zone, page: Page) -> None:
    """Take one frame off the free list, wherever it stands in it."""
    if zone.free is page:
        zone.free = page.buddy_next
    before = zone.free
    while before is not None and before is not page:
        if before.buddy_next is page:
            before.buddy_next = page.buddy_next
        before = before.buddy_next
    page.buddy_next = None
    page.flags = 0
    page.data = ZEROES
    set_page_count(Folio(page), 1)
