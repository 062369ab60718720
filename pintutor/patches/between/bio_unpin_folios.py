"""The pages of a folio are unpinned at once.

The end of a bio looked at each of its pages, and each moved the folio's count
by one. unpin_user_folio() takes off all that the bio has of a folio; so does,
for one page, what is given back while a bio is filled.

Linux kernel commit eb1d46fcd5d6 ("block: unpin user pages belonging to a folio
at once") (in v6.12).
"""

from typing import NamedTuple

from pintutor.linux.block import bio_release
from pintutor.linux.block.bio_add import (
    __bio_add_page,
    __bio_try_merge_page,
)
from pintutor.linux.include.linux.bio import UINT_MAX, bio_flagged, bvec_at
from pintutor.linux.include.linux.blk_types import BIO_PAGE_PINNED, Bio
from pintutor.linux.include.linux.bug import warn_on_once
from pintutor.linux.include.linux.mm import (
    folio_nr_pages,
    nth_page,
    page_folio,
)
from pintutor.linux.include.linux.mm_types import PAGE_SIZE, Folio
from pintutor.linux.include.uapi.errno import EIO
from pintutor.linux.mm.folio import folio_lock, folio_unlock
from pintutor.linux.mm.page_writeback import folio_mark_dirty
from pintutor.patches.between import bio_add_folio
from pintutor.patches.between.unpin_user_folio import unpin_user_folio
from pintutor.patches.patch import Patch

PATCH = Patch(
    "bio-unpin-folios",
    "block: unpin user pages belonging to a folio at once",
    commit="eb1d46fcd5d6",
    release="v6.12",
    author="Kundan Kumar",
    needs=("bio-add-folio", "unpin-user-folio"),
)


class FolioIter(NamedTuple):
    """struct folio_iter: the part of a place that lies in one folio."""

    folio: Folio
    nr_pages: int


def bio_for_each_folio_all(bio: Bio) -> tuple[FolioIter, ...]:
    """The folios of all that the bio was given (include/linux/bio.h)."""
    found: tuple[FolioIter, ...] = ()
    for index in range(bio.bi_vcnt):
        bv = bvec_at(bio, index)
        k = bv.bv_offset // PAGE_SIZE
        last = (bv.bv_offset + bv.bv_len - 1) // PAGE_SIZE
        while k <= last:
            page = nth_page(bv.bv_page, k)
            folio = page_folio(page)
            behind = folio.pfn + folio_nr_pages(folio) - page.pfn
            found += (FolioIter(folio, min(last - k + 1, behind)),)
            k += behind
    return found


@PATCH.replaces(bio_release.__bio_release_pages)
def __bio_release_pages(bio: Bio, mark_dirty: bool) -> None:
    """Give back each page of the bio, marked dirty first if asked to."""
    for fi in bio_for_each_folio_all(bio):
        if mark_dirty:
            folio_lock(fi.folio)
            folio_mark_dirty(fi.folio)
            folio_unlock(fi.folio)
        unpin_user_folio(fi.folio, fi.nr_pages)


@PATCH.replaces(bio_add_folio.bio_iov_add_folio)
def bio_iov_add_folio(bio: Bio, folio: Folio, len: int, offset: int) -> int:
    """Add bytes of a folio, with the pins that the bio has; 0 or an error."""
    room = UINT_MAX - len
    if warn_on_once(bio.bi_iter.bi_size > room, "bio_iov_add_folio: too long"):
        return -EIO

    if bio.bi_vcnt > 0:
        merged = __bio_try_merge_page(bio, folio, len, offset)
        if merged.ret:
            if merged.same_page and bio_flagged(bio, BIO_PAGE_PINNED):
                unpin_user_folio(folio, 1)
            return 0

    page = nth_page(folio, offset // PAGE_SIZE)
    __bio_add_page(bio, page, len, offset % PAGE_SIZE)
    return 0
