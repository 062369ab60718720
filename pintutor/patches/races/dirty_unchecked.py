"""Bug put back: the end of a read does not look whether its pages are dirty.

Pages of a read are marked dirty before it is submitted. Write-back may clean
one again before the data arrives: what is in memory then is newer than what is
on the disk, of a page that counts as clean. The end of the read looks for such
pages and has a worker mark them again. Here it gives them back as they are; the
data is lost with the page.

In Linux this is block/bio.c: bio_check_pages_dirty(). No release is known to
have had the bug.
"""

from pintutor.linux.block import bio_dirty
from pintutor.linux.block.bio import bio_put
from pintutor.linux.block.bio_release import bio_release_pages
from pintutor.linux.include.linux.blk_types import Bio
from pintutor.patches.patch import Patch

PATCH = Patch(
    "bug-dirty-unchecked",
    "the end of a read does not look whether its pages are dirty",
    commit="",
    release="",
    author="pintutor",
    mutation=True,
)


@PATCH.replaces(bio_dirty.bio_check_pages_dirty)
def bio_check_pages_dirty(bio: Bio) -> None:
    """Give the bio and its pages back.

    Context: an interrupt, so that nothing here may sleep.
    """
    bio_release_pages(bio, False)
    bio_put(bio)
