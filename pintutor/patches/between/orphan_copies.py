"""A bug put back: a worker copies what was read to whoever runs.

When the task of a command has ended, a worker is done with it. A worker has no
user memory, but the page tables of the task that ran before are still in use,
and the same address may well be mapped there: the wrong task gets the data.

Linux gives the memory back and returns -EINTR instead; the check is older than
the base.
"""

from pintutor.linux.block import blk_map_copy
from pintutor.linux.block.bio_bounce import bio_free_pages
from pintutor.linux.block.blk_map_copy import bio_copy_to_iter
from pintutor.linux.block.blk_map_types import BioMapData
from pintutor.linux.include.linux.blk_types import Bio, bio_op, op_is_write
from pintutor.patches.patch import Patch

PATCH = Patch(
    "orphan-copies",
    "a worker copies what was read to whoever runs",
    commit="",
    release="",
    author="pintutor",
    mutation=True,
)


@PATCH.replaces(blk_map_copy.bio_uncopy_user)
def bio_uncopy_user(bio: Bio) -> int:
    """Copy what was read to where it belongs, and free the copy.

    Returns: 0 or -EFAULT.
    """
    bmd = bio.bi_private
    assert isinstance(bmd, BioMapData), "bio_copy_user_iov() set it"
    ret = 0
    if not bmd.is_null_mapped:
        if not op_is_write(bio_op(bio)):
            ret = bio_copy_to_iter(bio, bmd.iter)
        if bmd.is_our_pages:
            bio_free_pages(bio)
    bio.bi_private = None
    return ret
