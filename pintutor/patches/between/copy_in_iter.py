"""A read that copies memory in first uses an iterator that goes that way.

Copying has minded since v6.2 which way an iterator goes, and that of a read is
to be filled. SG_DXFER_TO_FROM_DEV copies the memory in before it reads, so it
met the warning, and failed with -EFAULT. It gets an iterator of its own for
that. The one of the caller stays where it was: the caller sees memory that is
left, adds it again and again, and is refused in the end.

Linux kernel commit 13f3956eb568 ("block: Fix WARNING in _copy_from_iter") (in
v6.8).
"""

from pintutor.linux.block import blk_map_copy
from pintutor.linux.block.bio_bounce import zero_fill_bio
from pintutor.linux.block.blk_map_copy import bio_copy_from_iter
from pintutor.linux.block.blk_map_types import BioMapData, RqMapData
from pintutor.linux.include.linux.blk_types import Bio
from pintutor.linux.include.linux.uio import (
    ITER_SOURCE,
    WRITE,
    IovIter,
    iov_iter_dup,
    iov_iter_rw,
)
from pintutor.linux.lib.iov_iter_move import iov_iter_advance
from pintutor.patches.patch import Patch

PATCH = Patch(
    "copy-in-iter",
    "block: Fix WARNING in _copy_from_iter",
    commit="13f3956eb568",
    release="v6.8",
    author="Christian A. Ehrhardt",
)


@PATCH.replaces(blk_map_copy.bio_fill_copy)
def bio_fill_copy(
    bio: Bio, map_data: RqMapData | None, bmd: BioMapData, iter: IovIter
) -> int:
    """Fill the copy before the device sees it, and advance.

    In C this is a part of bio_copy_user_iov(). Which way the iterator goes
    decides, not the operation: a device may be told to read and yet leave some
    of the memory as it was.
    """
    if iov_iter_rw(iter) == WRITE and not bmd.is_null_mapped:
        return bio_copy_from_iter(bio, iter)
    if map_data is not None and map_data.from_user:
        iter2 = iov_iter_dup(iter)
        iter2.data_source = ITER_SOURCE
        return bio_copy_from_iter(bio, iter2)
    if bmd.is_our_pages:
        zero_fill_bio(bio)
    iov_iter_advance(iter, bio.bi_iter.bi_size)
    return 0
