"""A request can use the places that a driver has prepared.

A driver that registered its buffers once has an iterator of pages, which are
held as long as that takes. The bio points at its places and holds nothing, or
the pages are copied when the device cannot take them as they are. Iterators of
any other kind but user memory are copied as well.

Linux kernel commit 37987547932c ("block: extend functionality to map bvec
iterator") (in v6.1).
"""

from pintutor.linux.block import blk_map
from pintutor.linux.block.bio import bio_put
from pintutor.linux.block.bio_iov import bio_iov_bvec_set
from pintutor.linux.block.blk_map import blk_rq_map_iter
from pintutor.linux.block.blk_map_bio import bio_kmalloc, blk_rq_bio_prep
from pintutor.linux.block.blk_map_types import RqMapData, req_op
from pintutor.linux.include.linux.bio import UINT_MAX
from pintutor.linux.include.linux.blk_mq import Request
from pintutor.linux.include.linux.blkdev import (
    SECTOR_SHIFT,
    RequestQueue,
    queue_dma_alignment,
    queue_max_hw_sectors,
    queue_max_segments,
)
from pintutor.linux.include.linux.uio import (
    IovIter,
    iov_iter_count,
    iov_iter_is_bvec,
    iter_is_iovec,
)
from pintutor.linux.include.uapi.errno import EINVAL
from pintutor.linux.lib.iov_iter_shape import iov_iter_alignment
from pintutor.patches.patch import Patch

PATCH = Patch(
    "rq-map-bvec",
    "block: extend functionality to map bvec iterator",
    commit="37987547932c",
    release="v6.1",
    author="Kanchan Joshi",
)


@PATCH.adds("block/blk-map.c")
def blk_rq_map_user_bvec(rq: Request, iter: IovIter) -> int:
    """Give the request the places of the iterator; 0 or -EINVAL."""
    nr_iter = iov_iter_count(iter)
    nr_segs = iter.nr_segs
    if not nr_iter or nr_iter >> SECTOR_SHIFT > queue_max_hw_sectors(rq.q):
        return -EINVAL
    if nr_segs > queue_max_segments(rq.q):
        return -EINVAL

    bio = bio_kmalloc(0, req_op(rq))
    bio_iov_bvec_set(bio, iter)
    blk_rq_bio_prep(rq, bio, nr_segs)
    assert iter.bvec is not None, "the iterator has places"
    bytes_ = 0
    for i in range(nr_segs):
        bv_len = iter.bvec.at(i).bv_len
        if bytes_ > UINT_MAX - bv_len:
            bio_put(bio)
            return -EINVAL
        if bytes_ + bv_len > nr_iter:
            break
        bytes_ += bv_len
    return 0


@PATCH.replaces(blk_map.blk_rq_map_user_iov)
def blk_rq_map_user_iov(
    q: RequestQueue, rq: Request, map_data: RqMapData | None, iter: IovIter
) -> int:
    """Give the request the memory of the iterator, or a copy of it.

    Returns: 0 or an error; it holds nothing then. blk_rq_unmap_user() has to
    follow at its end, in the context of the task.
    """
    copy = False
    if map_data is not None or iov_iter_alignment(iter) & queue_dma_alignment(
        q
    ):
        copy = True
    elif iov_iter_is_bvec(iter):
        ret = blk_rq_map_user_bvec(rq, iter)
        if ret:
            rq.bio = None
        return ret
    elif not iter_is_iovec(iter):
        copy = True
    return blk_rq_map_iter(rq, map_data, iter, copy)
