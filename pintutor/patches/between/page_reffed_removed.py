"""No bio holds references any more.

The last that did was a bio of the old direct I/O. Since that pins too, nobody
sets BIO_PAGE_REFFED. A bio is pinned or holds nothing, and the flags behind
move down by one bit.

Linux kernel commit e4cc64657bec ("block: remove BIO_PAGE_REFFED") (in v6.5).
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
    BIO_PAGE_PINNED,
    BIO_QUIET,
    BIO_REFFED,
    BIO_TRACE_COMPLETION,
    Bio,
)
from pintutor.linux.include.linux.mm_types import Page
from pintutor.linux.mm.gup_unpin import unpin_user_page
from pintutor.patches.block_pin_v21 import page_pinned
from pintutor.patches.patch import Patch

PATCH = Patch(
    "page-reffed-removed",
    "block: remove BIO_PAGE_REFFED",
    commit="e4cc64657bec",
    release="v6.5",
    author="Christoph Hellwig",
    needs=("bio-workingset-gone", "bio-extract-pages", "dio-bio-pinned"),
)


@PATCH.replaces(blk_types.bio_flags)
def bio_flags() -> tuple[str, ...]:
    """The flags of a bio in the order of their bits; an enumeration, in C."""
    return (
        BIO_PAGE_PINNED,
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


@PATCH.replaces(bio_release.bio_release_pages)
def bio_release_pages(bio: Bio, mark_dirty: bool) -> None:
    """Give back the pages of the bio, if it holds them."""
    if bio_flagged(bio, BIO_PAGE_PINNED):
        __bio_release_pages(bio, mark_dirty)
