"""Compaction: moving pages together, so that blocks become free
(mm/compaction.c, Linux v6.1).

One scanner comes up from the start of a zone and isolates pages, the other
comes down from its end and finds frames for them. An anonymous page with more
references than entries cannot be moved, so it is not even tried.

Not modelled: compaction by itself; huge pages are left where they are, as in
Linux; only what lies below the first huge page is looked at.
"""

from pintutor.linux.globals import Zone, this_kernel
from pintutor.linux.include.linux.mm import (
    folio_mapcount,
    folio_mapping,
    page_folio,
)
from pintutor.linux.include.linux.mm_types import Folio
from pintutor.linux.include.linux.page_ref import folio_ref_count
from pintutor.linux.mm.compact_control import (
    CompactControl,
    compact_scanners_met,
    pageblock_start_pfn,
)
from pintutor.linux.mm.migrate import Failed, migrate_pages
from pintutor.linux.mm.page_zone import GFP_KERNEL
from pintutor.linux.mm.swap_lru import (
    folio_isolate_lru,
    folio_test_lru,
    putback_movable_pages,
)
from pintutor.sim.function import kernel_function

COMPACT_CLUSTER_MAX = 32
"""Pages that are isolated before they are moved."""


@kernel_function("mm/compaction.c")
def compact_nodes() -> Failed:
    """Compact all memory: a write to /proc/sys/vm/compact_memory.

    Returns: the folios that were tried and stay, which C forgets.
    """
    failed: Failed = ()
    for zone in this_kernel().zones:
        failed += compact_zone(zone)
    return failed


@kernel_function("mm/compaction.c")
def compact_zone(zone: Zone) -> Failed:
    """Move pages up in the zone until the scanners meet."""
    last = pageblock_start_pfn(zone.next_pfn - 1)
    cc = CompactControl(zone, zone.zone_start_pfn, last)
    failed: Failed = ()
    while not compact_scanners_met(cc):
        folios = isolate_migratepages(cc)
        stay = migrate_pages(folios, GFP_KERNEL, cc)
        putback_movable_pages(tuple(folio for folio, _ in stay))
        failed += stay
    return failed


@kernel_function("mm/compaction.c")
def isolate_migratepages(cc: CompactControl) -> tuple[Folio, ...]:
    """Isolate the next pages that can be moved, 32 at most."""
    found: tuple[Folio, ...] = ()
    while not compact_scanners_met(cc) and len(found) < COMPACT_CLUSTER_MAX:
        page = this_kernel().mem_map[cc.migrate_pfn]
        cc.migrate_pfn += 1
        if page is not None and page.compound_head is None:
            found += isolate_migratepage(page_folio(page))
    return found


@kernel_function("mm/compaction.c")
def isolate_migratepage(folio: Folio) -> tuple[Folio, ...]:
    """The folio, isolated, or nothing where it cannot be moved.

    In C this is the loop body of isolate_migratepages_block().
    """
    if not folio_test_lru(folio):
        return ()
    if folio_mapping(folio) is None:
        if folio_ref_count(folio) > folio_mapcount(folio):
            return ()
    if not folio_isolate_lru(folio):
        return ()
    return (folio,)
