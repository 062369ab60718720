"""Long-term pins: memory that can be moved is moved before (mm/gup.c, v6.1).

A long-term pin would keep a frame of ZONE_MOVABLE, or of CMA, from being freed
when it is wanted. So GUP gives all pins of the call back, moves what lies in
such memory to where it may stay, and starts anew. The error -EAGAIN that says
so never leaves GUP.

v5.17 does in one function what is three here, v6.12 looks at folios instead of
pages; what they do is the same.

Not modelled: device memory, which is the one case of -EBUSY; draining batches.
"""

from pintutor.linux.include.linux.mm import page_folio
from pintutor.linux.include.linux.mm_types import Folio, PageArray
from pintutor.linux.include.uapi.errno import EAGAIN, ENOMEM
from pintutor.linux.mm.gup_unpin import unpin_user_page
from pintutor.linux.mm.migrate import migrate_pages
from pintutor.linux.mm.page_zone import GFP_USER, is_longterm_pinnable_page
from pintutor.linux.mm.swap_lru import folio_isolate_lru, putback_movable_pages
from pintutor.sim.errors import Deadlock
from pintutor.sim.function import kernel_function


@kernel_function("mm/gup.c")
def check_and_migrate_movable_pages(nr_pages: int, pages: PageArray) -> int:
    """Move pinned pages that may not be pinned for long where they are.

    Returns: 0 when there is none, and the pins stay. Else no page is pinned any
    more: -EAGAIN when they were moved, -ENOMEM when one could not be.
    """
    collected, movable_page_list = collect_longterm_unpinnable_pages(
        nr_pages, pages
    )
    if not collected:
        return 0
    return migrate_longterm_unpinnable_pages(movable_page_list, nr_pages, pages)


@kernel_function("mm/gup.c")
def collect_longterm_unpinnable_pages(
    nr_pages: int, pages: PageArray
) -> tuple[int, tuple[Folio, ...]]:
    """How many folios may not stay, and those of them that were isolated."""
    collected = 0
    movable_page_list: tuple[Folio, ...] = ()
    prev_folio = None
    for i in range(nr_pages):
        folio = page_folio(pages[i])
        if folio is prev_folio:
            continue
        prev_folio = folio
        if is_longterm_pinnable_page(folio):
            continue
        collected += 1
        if folio_isolate_lru(folio):
            movable_page_list += (folio,)
    return collected, movable_page_list


@kernel_function("mm/gup.c")
def migrate_longterm_unpinnable_pages(
    movable_page_list: tuple[Folio, ...], nr_pages: int, pages: PageArray
) -> int:
    """Unpin all pages of the call, then move those that were isolated.

    Errors: Deadlock when none could be isolated: C tries again for ever.
    """
    for i in range(nr_pages):
        unpin_user_page(pages[i])
    if not movable_page_list:
        raise Deadlock("no folio can be isolated, and nobody else runs")
    failed = migrate_pages(movable_page_list, GFP_USER, None)
    putback_movable_pages(tuple(folio for folio, _ in failed))
    return -ENOMEM if failed else -EAGAIN
