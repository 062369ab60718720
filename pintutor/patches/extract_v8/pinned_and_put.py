"""A bug put back: a flag that says no beside one that says yes.

BIO_NO_PAGE_REF was kept and BIO_PAGE_PINNED added to it. A pinned bio whose
author did not think of the other flag says two things: unpin these pages, and
put them, as nobody said not to. Each loses 1024 and 1: pinned pages are put
too.

Version 5 of the page extraction series, in January 2023, turned the old flag
round.
"""

from pintutor.linux.block import bio_release
from pintutor.linux.block.bio_release import __bio_release_pages
from pintutor.linux.include.linux import blk_types
from pintutor.linux.include.linux.bio import bio_flagged
from pintutor.linux.include.linux.blk_types import (
    BIO_BOUNCED,
    BIO_BPS_THROTTLED,
    BIO_CGROUP_ACCT,
    BIO_CHAIN,
    BIO_CLONED,
    BIO_NO_PAGE_REF,
    BIO_PAGE_PINNED,
    BIO_QUIET,
    BIO_REFFED,
    BIO_TRACE_COMPLETION,
    Bio,
)
from pintutor.linux.include.linux.mm_types import Page
from pintutor.linux.mm.gup_unpin import unpin_user_page
from pintutor.linux.mm.page_alloc import put_page
from pintutor.patches.block_pin_v21 import page_pinned
from pintutor.patches.patch import Patch

PATCH = Patch(
    "bio-pinned-and-put",
    "pinned pages are put too",
    commit="",
    release="",
    author="David Howells",
    needs=("bio-workingset-gone", "bio-extract-pages"),
    conflicts=("page-reffed-removed",),
    mutation=True,
)


@PATCH.replaces(blk_types.bio_flags)
def bio_flags() -> tuple[str, ...]:
    """The flags of a bio in the order of their bits; an enumeration, in C."""
    return (
        BIO_PAGE_PINNED,
        BIO_NO_PAGE_REF,
        BIO_CLONED,
        BIO_BOUNCED,
        BIO_QUIET,
        BIO_CHAIN,
        BIO_REFFED,
        BIO_BPS_THROTTLED,
        BIO_TRACE_COMPLETION,
        BIO_CGROUP_ACCT,
    )


@PATCH.replaces(page_pinned.bio_release_page)
def bio_release_page(bio: Bio, page: Page) -> None:
    """Give back one page as the flags of the bio say."""
    if bio_flagged(bio, BIO_PAGE_PINNED):
        unpin_user_page(page)
    if not bio_flagged(bio, BIO_NO_PAGE_REF):
        put_page(page)


@PATCH.replaces(bio_release.bio_release_pages)
def bio_release_pages(bio: Bio, mark_dirty: bool) -> None:
    """Give back the pages of the bio, if it holds them."""
    if bio_flagged(bio, BIO_PAGE_PINNED) or not bio_flagged(
        bio, BIO_NO_PAGE_REF
    ):
        __bio_release_pages(bio, mark_dirty)
