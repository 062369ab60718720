"""Bug put back: the interrupt at the end of a read marks pages dirty itself.

Marking a page takes its lock, and who finds it taken sleeps until it is
dropped. An interrupt cannot sleep: what it interrupted goes on only after it.
If that is write-back, which has the lock of the very page, both wait for ever.
So a worker does it. Here the interrupt does.

In Linux this is block/bio.c: bio_check_pages_dirty(). No release is known to
have had the bug.
"""

from pintutor.linux.block import bio_dirty
from pintutor.linux.block.bio import bio_put
from pintutor.linux.block.bio_release import bio_release_pages
from pintutor.linux.include.linux.bio import bio_for_each_segment_all
from pintutor.linux.include.linux.blk_types import Bio
from pintutor.linux.include.linux.mm import page_folio
from pintutor.linux.include.linux.page_flags import folio_test_dirty
from pintutor.patches.patch import Patch

PATCH = Patch(
    "bug-dirty-in-interrupt",
    "the interrupt at the end of a read marks pages dirty itself",
    commit="",
    release="",
    author="pintutor",
    conflicts=("bug-dirty-unchecked",),
    mutation=True,
)


@PATCH.replaces(bio_dirty.bio_check_pages_dirty)
def bio_check_pages_dirty(bio: Bio) -> None:
    """Give the bio and its pages back, marked dirty if one is clean."""
    for bvec in bio_for_each_segment_all(bio):
        if not folio_test_dirty(page_folio(bvec.bv_page)):
            break
    else:
        bio_release_pages(bio, False)
        bio_put(bio)
        return

    bio_release_pages(bio, True)
    bio_put(bio)
