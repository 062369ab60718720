"""A bio is told by the iterator how its pages are given back.

bio_set_cleanup_mode() sets the flag that fits the iterator before pages are
had, bio_release_page() turns the flags of the bio into those of GUP again and
hands them to page_put_unpin(). Pages that an iterator only lists get no flag.

Sent to the lists in January 2023 as "block: Switch to pinning pages.", patch 7
of the page extraction series, version 8. Later versions dropped the helper that
sets the mode: what is one line to write is no help.
"""

from pintutor.linux.block import bio_release
from pintutor.linux.block.bio_release import (
    set_page_dirty_lock,
)
from pintutor.linux.include.linux import blk_types
from pintutor.linux.include.linux.bio import (
    bio_flagged,
    bio_for_each_segment_all,
    bio_set_flag,
)
from pintutor.linux.include.linux.blk_types import (
    BIO_BOUNCED,
    BIO_BPS_THROTTLED,
    BIO_CGROUP_ACCT,
    BIO_CHAIN,
    BIO_CLONED,
    BIO_PAGE_PINNED,
    BIO_PAGE_REFFED,
    BIO_QUIET,
    BIO_REFFED,
    BIO_TRACE_COMPLETION,
    Bio,
)
from pintutor.linux.include.linux.mm import FOLL_GET, FOLL_PIN
from pintutor.linux.include.linux.mm_types import Page
from pintutor.linux.include.linux.uio import IovIter
from pintutor.patches.block_pin_v21 import page_pinned
from pintutor.patches.extract_v8.extract_pages_v8 import iov_iter_extract_mode
from pintutor.patches.extract_v8.put_unpin import page_put_unpin
from pintutor.patches.patch import Patch

PATCH = Patch(
    "v8-bio-pins",
    "block: Switch to pinning pages.",
    commit="",
    release="",
    author="David Howells",
    needs=("page-reffed", "extract-pages-v8", "folio-put-unpin"),
    conflicts=("page-pinned",),
)


@PATCH.replaces(blk_types.bio_flags)
def bio_flags() -> tuple[str, ...]:
    """The flags of a bio in the order of their bits; an enumeration, in C."""
    return (
        BIO_PAGE_PINNED,
        BIO_PAGE_REFFED,
        BIO_CLONED,
        BIO_BOUNCED,
        BIO_QUIET,
        BIO_CHAIN,
        BIO_REFFED,
        BIO_BPS_THROTTLED,
        BIO_TRACE_COMPLETION,
        BIO_CGROUP_ACCT,
    )


@PATCH.adds("include/linux/bio.h")
def bio_set_cleanup_mode(bio: Bio, iter: IovIter) -> None:
    """Mark the bio so that it gives pages of this iterator back rightly."""
    cleanup_mode = iov_iter_extract_mode(iter)
    if cleanup_mode & FOLL_GET:
        bio_set_flag(bio, BIO_PAGE_REFFED)
    if cleanup_mode & FOLL_PIN:
        bio_set_flag(bio, BIO_PAGE_PINNED)


@PATCH.adds("block/blk.h")
def bio_to_gup_flags(bio: Bio) -> int:
    """FOLL_PIN, FOLL_GET or 0: how the pages of the bio are given back."""
    pin = FOLL_PIN if bio_flagged(bio, BIO_PAGE_PINNED) else 0
    return pin | (FOLL_GET if bio_flagged(bio, BIO_PAGE_REFFED) else 0)


@PATCH.replaces(page_pinned.bio_release_page)
def bio_release_page(bio: Bio, page: Page) -> None:
    """Give back one page as the flags of the bio say."""
    page_put_unpin(page, bio_to_gup_flags(bio))


@PATCH.replaces(bio_release.__bio_release_pages)
def __bio_release_pages(bio: Bio, mark_dirty: bool) -> None:
    """Give back each page of the bio, marked dirty first if asked to."""
    for bvec in bio_for_each_segment_all(bio):
        if mark_dirty:
            set_page_dirty_lock(bvec.bv_page)
        bio_release_page(bio, bvec.bv_page)


@PATCH.replaces(bio_release.bio_release_pages)
def bio_release_pages(bio: Bio, mark_dirty: bool) -> None:
    """Give back the pages of the bio, if it holds them."""
    if bio_flagged(bio, BIO_PAGE_REFFED) or bio_flagged(bio, BIO_PAGE_PINNED):
        __bio_release_pages(bio, mark_dirty)
