"""A bio can hold pins.

BIO_PAGE_PINNED says that each page of the bio is given back by unpinning it,
BIO_PAGE_REFFED that it is put; never both. With neither nothing is given back,
and nothing is marked dirty. No bio is pinned yet. The new flag takes bit 0 and
moves the others, so that nothing moves once BIO_PAGE_REFFED goes.

Linux kernel commit fd363244e883 ("block: Add BIO_PAGE_PINNED and associated
infrastructure") (in v6.5).
"""

from pintutor.linux.block import bio_release
from pintutor.linux.block.bio_release import (
    set_page_dirty_lock,
)
from pintutor.linux.include.linux import blk_types
from pintutor.linux.include.linux.bio import (
    bio_flagged,
    bio_for_each_segment_all,
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
from pintutor.linux.include.linux.mm_types import Page
from pintutor.linux.mm.gup_unpin import unpin_user_page
from pintutor.linux.mm.page_alloc import put_page
from pintutor.patches.patch import Patch

PATCH = Patch(
    "page-pinned",
    "block: Add BIO_PAGE_PINNED and associated infrastructure",
    commit="fd363244e883",
    release="v6.5",
    author="David Howells",
    needs=("page-reffed",),
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


@PATCH.adds("block/blk.h")
def bio_release_page(bio: Bio, page: Page) -> None:
    """Give back one page as the flags of the bio say."""
    if bio_flagged(bio, BIO_PAGE_PINNED):
        unpin_user_page(page)
    elif bio_flagged(bio, BIO_PAGE_REFFED):
        put_page(page)


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
