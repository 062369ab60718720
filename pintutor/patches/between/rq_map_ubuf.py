"""One stretch of user memory needs no array of segments.

SG_IO with a single buffer gets ITER_UBUF, and an iterator of that kind is
mapped like any other of user memory; until then it was copied.

Linux kernel commit d46aa786fa53 ("block: use iter_ubuf for single range") (in
v6.3). Taking that iterator apart for a copy went wrong at first; it is not
modelled.
"""

from pintutor.linux.block import blk_map
from pintutor.linux.block.blk_map import blk_rq_map_iter
from pintutor.linux.block.blk_map_types import RqMapData
from pintutor.linux.include.linux.blk_mq import Request
from pintutor.linux.include.linux.blkdev import (
    RequestQueue,
    queue_dma_alignment,
)
from pintutor.linux.include.linux.uio import (
    IovIter,
    iov_iter_is_bvec,
    user_backed_iter,
)
from pintutor.linux.include.uapi.errno import EFAULT
from pintutor.linux.lib.iov_iter_shape import iov_iter_alignment
from pintutor.linux.mm.gup_fast import access_ok
from pintutor.patches.between.iter_ubuf import iov_iter_ubuf
from pintutor.patches.between.rq_map_bvec import blk_rq_map_user_bvec
from pintutor.patches.patch import Patch

PATCH = Patch(
    "rq-map-ubuf",
    "block: use iter_ubuf for single range",
    commit="d46aa786fa53",
    release="v6.3",
    author="Keith Busch",
    needs=("iter-ubuf", "rq-map-bvec"),
)


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
    elif not user_backed_iter(iter):
        copy = True
    return blk_rq_map_iter(rq, map_data, iter, copy)


@PATCH.replaces(blk_map.import_single_range)
def import_single_range(rw: int, buf: int, len: int, i: IovIter) -> int:
    """Make an iterator over one stretch that a task names; 0 or -EFAULT.

    In C the caller uses import_ubuf() instead.
    """
    if not access_ok(buf, len):
        return -EFAULT
    iov_iter_ubuf(i, rw, buf, len)
    return 0
