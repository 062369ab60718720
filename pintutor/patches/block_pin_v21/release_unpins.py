"""A bug put back: the end of a bio unpins whatever it has.

As long as some bios hold references, those of the old direct I/O did, each page
has to be given back as the flags of its bio say. Unpinned all alike, a page
that was only referenced loses 1024 for its 1: the count goes below zero: all
pages are unpinned.

Version 9 of the page extraction series, in January 2023, lets
__bio_release_pages() call bio_release_page().
"""

from pintutor.linux.block import bio_release
from pintutor.linux.block.bio_release import (
    set_page_dirty_lock,
)
from pintutor.linux.include.linux.bio import bio_for_each_segment_all
from pintutor.linux.include.linux.blk_types import Bio
from pintutor.linux.mm.gup_unpin import unpin_user_page
from pintutor.patches.patch import Patch

PATCH = Patch(
    "bio-release-unpins",
    "all pages are unpinned",
    commit="",
    release="",
    author="David Howells",
    needs=("page-pinned",),
    conflicts=("page-reffed-removed",),
    mutation=True,
)


@PATCH.replaces(bio_release.__bio_release_pages)
def __bio_release_pages(bio: Bio, mark_dirty: bool) -> None:
    """Give back each page of the bio, marked dirty first if asked to."""
    for bvec in bio_for_each_segment_all(bio):
        if mark_dirty:
            set_page_dirty_lock(bvec.bv_page)
        unpin_user_page(bvec.bv_page)
