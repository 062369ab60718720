"""Giving back the pages of a bio
(block/bio.c, include/linux/bio.h, Linux v5.17).

A bio whose BIO_NO_PAGE_REF is clear holds a reference for each page of each of
its places. The places are what counts, not bi_size: the driver uses that up.

Not modelled: before v6.8, and before the 6.1 series got the fix, pages of large
folios were not marked dirty.
"""

from pintutor.linux.include.linux.bio import (
    bio_flagged,
    bio_for_each_segment_all,
)
from pintutor.linux.include.linux.blk_types import BIO_NO_PAGE_REF, Bio
from pintutor.linux.include.linux.mm import page_folio
from pintutor.linux.include.linux.mm_types import Page
from pintutor.linux.mm.folio import folio_lock, folio_unlock
from pintutor.linux.mm.page_alloc import put_page
from pintutor.linux.mm.page_writeback import folio_mark_dirty
from pintutor.sim.function import kernel_function


@kernel_function("mm/page-writeback.c")
def set_page_dirty_lock(page: Page) -> None:
    """Mark the page dirty. Context: may sleep."""
    folio = page_folio(page)
    folio_lock(folio)
    folio_mark_dirty(folio)
    folio_unlock(folio)


@kernel_function("block/bio.c")
def __bio_release_pages(bio: Bio, mark_dirty: bool) -> None:
    """Give back each page of the bio, marked dirty first if asked to."""
    for bvec in bio_for_each_segment_all(bio):
        if mark_dirty:
            set_page_dirty_lock(bvec.bv_page)
        put_page(bvec.bv_page)


@kernel_function("include/linux/bio.h")
def bio_release_pages(bio: Bio, mark_dirty: bool) -> None:
    """Give back the pages of the bio, if it holds them."""
    if not bio_flagged(bio, BIO_NO_PAGE_REF):
        __bio_release_pages(bio, mark_dirty)
