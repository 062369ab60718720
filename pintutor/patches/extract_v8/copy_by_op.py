"""A bug put back: the operation decides whether to copy memory in.

A command may read from a device and yet leave a part of the memory as it was:
SG_DXFER_TO_FROM_DEV. So the memory has to be copied in first although the
operation is a read. By the operation alone nothing is copied, and what the
device leaves untouched comes back as something else.

Version 6 of the page extraction series, in January 2023, used op_is_write() in
bio_copy_user_iov(); version 7 dropped that: the operation decides whether to
copy memory in.
"""

from pintutor.linux.block import blk_map_copy
from pintutor.linux.block.bio_bounce import zero_fill_bio
from pintutor.linux.block.blk_map_copy import bio_copy_from_iter
from pintutor.linux.block.blk_map_types import BioMapData, RqMapData
from pintutor.linux.include.linux.blk_types import Bio, bio_op, op_is_write
from pintutor.linux.include.linux.uio import IovIter
from pintutor.linux.lib.iov_iter_move import iov_iter_advance
from pintutor.patches.patch import Patch

PATCH = Patch(
    "copy-by-op",
    "the operation decides whether to copy memory in",
    commit="",
    release="",
    author="David Howells",
    conflicts=("copy-in-iter",),
    mutation=True,
)


@PATCH.replaces(blk_map_copy.bio_fill_copy)
def bio_fill_copy(
    bio: Bio, map_data: RqMapData | None, bmd: BioMapData, iter: IovIter
) -> int:
    """Fill the copy before the device sees it, and advance.

    In C this is a part of bio_copy_user_iov().
    """
    if op_is_write(bio_op(bio)) and not bmd.is_null_mapped:
        return bio_copy_from_iter(bio, iter)
    if bmd.is_our_pages:
        zero_fill_bio(bio)
    iov_iter_advance(iter, bio.bi_iter.bi_size)
    return 0
