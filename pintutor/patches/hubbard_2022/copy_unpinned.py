"""A bug put back: a copy is unpinned as if it were memory of the user.

The letter of the series worried about just that: bio_map_user_iov() pins, its
neighbour bio_copy_user_iov() allocates, and both end in blk_rq_unmap_user().
There bi_private keeps them apart. Without that, each page of a copy, which is
free already, has a pin taken off that it never had: a copy is unpinned as if it
were memory of the user.

Not in any version that was sent.
"""

from pintutor.linux.block import blk_map
from pintutor.linux.block.bio import bio_put
from pintutor.linux.block.bio_release import bio_release_pages
from pintutor.linux.block.blk_map_copy import bio_uncopy_user
from pintutor.linux.include.linux.blk_types import Bio, bio_op, op_is_write
from pintutor.patches.patch import Patch

PATCH = Patch(
    "copy-unpinned",
    "a copy is unpinned as if it were memory of the user",
    commit="",
    release="",
    author="John Hubbard",
    needs=("bio-pin-pages",),
    mutation=True,
)


@PATCH.replaces(blk_map.blk_rq_unmap_user)
def blk_rq_unmap_user(bio: Bio | None) -> int:
    """Give back the memory of a request whose first bio was this one.

    A copy is copied back and freed; pages of the user go as the flags of the
    bio say, marked dirty when they were read into. Returns: 0 or the first
    error.
    """
    ret = 0
    while bio is not None:
        if bio.bi_private is not None:
            ret2 = bio_uncopy_user(bio)
            ret = ret if ret else ret2
        bio_release_pages(bio, not op_is_write(bio_op(bio)))
        next_bio = bio
        bio = bio.bi_next
        bio_put(next_bio)
    return ret
