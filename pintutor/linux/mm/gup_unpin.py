"""Giving back pins (mm/gup.c, v6.1).

Not modelled: CONFIG_DEBUG_VM's sanity_check_pinned_pages().
"""

from pintutor.linux.include.linux.bug import warn_on_once
from pintutor.linux.include.linux.mm import (
    FOLL_PIN,
    folio_nr_pages,
    nth_page,
    page_folio,
)
from pintutor.linux.include.linux.mm_types import Folio, Page, PageArray
from pintutor.linux.include.linux.page_flags import folio_test_dirty
from pintutor.linux.mm.folio import folio_lock, folio_unlock
from pintutor.linux.mm.gup import gup_put_folio
from pintutor.linux.mm.page_writeback import folio_mark_dirty
from pintutor.sim.function import kernel_function


@kernel_function("mm/gup.c")
def unpin_user_page(page: Page) -> None:
    """Give back one pin of the page."""
    gup_put_folio(page_folio(page), 1, FOLL_PIN)


@kernel_function("mm/gup.c")
def gup_folio_next(pages: PageArray, npages: int, i: int) -> tuple[Folio, int]:
    """The folio of pages[i], and how many entries from there on are its."""
    folio = page_folio(pages[i])
    nr = i + 1
    while nr < npages and page_folio(pages[nr]) is folio:
        nr += 1
    return folio, nr - i


@kernel_function("mm/gup.c")
def unpin_user_pages(pages: PageArray, npages: int) -> None:
    """Give back one pin of each page of the array."""
    if warn_on_once(npages < 0, "unpin_user_pages: an error as a count"):
        return
    i = 0
    while i < npages:
        folio, nr = gup_folio_next(pages, npages, i)
        gup_put_folio(folio, nr, FOLL_PIN)
        i += nr


@kernel_function("mm/gup.c")
def unpin_user_pages_dirty_lock(
    pages: PageArray, npages: int, make_dirty: bool
) -> None:
    """Mark the pages dirty if asked to, then give back one pin of each."""
    if not make_dirty:
        unpin_user_pages(pages, npages)
        return
    i = 0
    while i < npages:
        folio, nr = gup_folio_next(pages, npages, i)
        if not folio_test_dirty(folio):
            folio_lock(folio)
            folio_mark_dirty(folio)
            folio_unlock(folio)
        gup_put_folio(folio, nr, FOLL_PIN)
        i += nr


@kernel_function("mm/gup.c")
def gup_folio_range_next(start: Page, npages: int, i: int) -> tuple[Folio, int]:
    """The folio of the page at start + i, and how many pages on are its."""
    next_ = nth_page(start, i)
    folio = page_folio(next_)
    return folio, min(npages - i, folio.pfn + folio_nr_pages(folio) - next_.pfn)


@kernel_function("mm/gup.c")
def unpin_user_page_range_dirty_lock(
    page: Page, npages: int, make_dirty: bool
) -> None:
    """Mark adjoining frames dirty if asked to, and give back a pin of each."""
    i = 0
    while i < npages:
        folio, nr = gup_folio_range_next(page, npages, i)
        if make_dirty and not folio_test_dirty(folio):
            folio_lock(folio)
            folio_mark_dirty(folio)
            folio_unlock(folio)
        gup_put_folio(folio, nr, FOLL_PIN)
        i += nr


@kernel_function("mm/gup.c")
def unpin_user_pages_lockless(pages: PageArray, npages: int) -> None:
    """Give back pins of a fast walk that fork overtook."""
    i = 0
    while i < npages:
        folio, nr = gup_folio_next(pages, npages, i)
        gup_put_folio(folio, nr, FOLL_PIN)
        i += nr
