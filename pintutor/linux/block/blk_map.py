"""Memory of a request from user space, mapped or copied
(block/blk-map.c, Linux v5.17).

Not modelled: queues that bounce, that pad, or that cannot take gaps.
"""

from pintutor.linux.block.bio import bio_put
from pintutor.linux.block.bio_release import bio_release_pages
from pintutor.linux.block.blk_map_copy import (
    bio_copy_user_iov,
    bio_uncopy_user,
)
from pintutor.linux.block.blk_map_types import RqMapData, rq_data_dir
from pintutor.linux.block.blk_map_user import bio_map_user_iov
from pintutor.linux.include.linux.blk_mq import Request
from pintutor.linux.include.linux.blk_types import Bio, bio_op, op_is_write
from pintutor.linux.include.linux.blkdev import (
    RequestQueue,
    queue_dma_alignment,
)
from pintutor.linux.include.linux.uio import (
    IovIter,
    iov_iter_count,
    iov_iter_dup,
    iter_is_iovec,
)
from pintutor.linux.include.uapi.errno import EFAULT, EINVAL
from pintutor.linux.include.uapi.uio import Iovec, IovecPtr
from pintutor.linux.lib.iov_iter_import import import_iovec
from pintutor.linux.lib.iov_iter_init import iov_iter_init
from pintutor.linux.lib.iov_iter_shape import iov_iter_alignment
from pintutor.linux.mm.gup_fast import access_ok
from pintutor.sim.function import kernel_function
from pintutor.sim.objects import KArray


@kernel_function("block/blk-map.c")
def blk_rq_map_user_iov(
    q: RequestQueue, rq: Request, map_data: RqMapData | None, iter: IovIter
) -> int:
    """Give the request the memory of the iterator, or a copy of it.

    Returns: 0 or an error; it holds nothing then. blk_rq_unmap_user() has to
    follow at its end, in the context of the task.
    """
    if not iter_is_iovec(iter):
        rq.bio = None
        return -EINVAL
    copy = False
    if map_data is not None or iov_iter_alignment(iter) & queue_dma_alignment(
        q
    ):
        copy = True
    return blk_rq_map_iter(rq, map_data, iter, copy)


@kernel_function("block/blk-map.c")
def blk_rq_map_iter(
    rq: Request, map_data: RqMapData | None, iter: IovIter, copy: bool
) -> int:
    """Add bios until the iterator is at its end; 0 or an error.

    In C this is the end of blk_rq_map_user_iov().
    """
    bio = None
    i = iov_iter_dup(iter)
    while True:
        if copy:
            ret = bio_copy_user_iov(rq, map_data, i)
        else:
            ret = bio_map_user_iov(rq, i)
        if ret:
            break
        if bio is None:
            bio = rq.bio
        if not iov_iter_count(i):
            return 0

    blk_rq_unmap_user(bio)
    rq.bio = None
    return ret


@kernel_function("block/blk-map.c")
def blk_rq_map_user(
    q: RequestQueue,
    rq: Request,
    map_data: RqMapData | None,
    ubuf: int,
    len: int,
) -> int:
    """Give the request one stretch of user memory; 0 or an error."""
    i = IovIter()
    ret = import_single_range(rq_data_dir(rq), ubuf, len, i)
    if ret < 0:
        return ret
    return blk_rq_map_user_iov(q, rq, map_data, i)


@kernel_function("lib/iov_iter.c")
def import_single_range(rw: int, buf: int, len: int, i: IovIter) -> int:
    """Make an iterator over one stretch that a task names; 0 or -EFAULT."""
    if not access_ok(buf, len):
        return -EFAULT
    iov_iter_init(i, rw, IovecPtr(KArray([Iovec(buf, len)]), 0), 1, len)
    return 0


@kernel_function("block/blk-map.c")
def blk_rq_map_user_io(
    req: Request,
    map_data: RqMapData | None,
    uvec: IovecPtr,
    iov_count: int,
    buf_len: int,
) -> int:
    """Give the request what a task names: one stretch, or several segments.

    A function of its own since v6.1. Returns: 0 or an error.
    """
    if not buf_len:
        return 0
    if not iov_count:
        start = uvec.at(0).iov_base
        return blk_rq_map_user(req.q, req, map_data, start, buf_len)
    iter = IovIter()
    ret = import_iovec(rq_data_dir(req), uvec, iov_count, iter)
    if ret < 0:
        return ret
    return blk_rq_map_user_iov(req.q, req, map_data, iter)


@kernel_function("block/blk-map.c")
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
        else:
            bio_release_pages(bio, not op_is_write(bio_op(bio)))
        next_bio = bio
        bio = bio.bi_next
        bio_put(next_bio)
    return ret
