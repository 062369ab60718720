"""Copies of user memory as the memory of a request (block/blk-map.c, v5.17).

Memory that the device cannot reach as it lies is copied, to pages made for it
or to those of the driver. bi_private says so, and where the user memory is. No
page of the user is held meanwhile.

Not modelled: -ENOMEM for the structures.
"""

from dataclasses import replace

from pintutor.linux.block.bio import bio_put
from pintutor.linux.block.bio_bounce import bio_free_pages, zero_fill_bio
from pintutor.linux.block.blk_map_bio import (
    bio_add_pc_page,
    bio_kmalloc,
    blk_rq_append_bio,
)
from pintutor.linux.block.blk_map_types import BioMapData, RqMapData, req_op
from pintutor.linux.globals import current
from pintutor.linux.include.linux.bio import (
    bio_for_each_segment_all,
    bio_max_segs,
)
from pintutor.linux.include.linux.blk_mq import Request
from pintutor.linux.include.linux.blk_types import Bio, bio_op, op_is_write
from pintutor.linux.include.linux.math import DIV_ROUND_UP
from pintutor.linux.include.linux.mm import nth_page
from pintutor.linux.include.linux.mm_types import PAGE_SIZE, Page
from pintutor.linux.include.linux.sched import PF_KTHREAD
from pintutor.linux.include.linux.uio import (
    WRITE,
    IovIter,
    iov_iter_count,
    iov_iter_dup,
    iov_iter_rw,
)
from pintutor.linux.include.uapi.errno import EFAULT, EINTR, ENOMEM
from pintutor.linux.include.uapi.uio import UIO_MAXIOV, IovecPtr
from pintutor.linux.lib.iov_iter import (
    copy_page_from_iter,
    copy_page_to_iter,
    iov_iter_advance,
)
from pintutor.linux.mm.page_alloc import alloc_page, put_page
from pintutor.sim.function import kernel_function
from pintutor.sim.objects import KArray


@kernel_function("block/blk-map.c")
def bio_alloc_map_data(
    data: IovIter, map_data: RqMapData | None
) -> BioMapData | None:
    """A note of where the user memory is, or None for too many segments."""
    if data.nr_segs > UIO_MAXIOV:
        return None
    bmd = BioMapData(
        iov_iter_dup(data),
        map_data is None,
        map_data is not None and map_data.null_mapped,
    )
    if data.iov is not None:
        first = data.iov.nr
        segments = data.iov.array.items[first : first + data.nr_segs]
        copy = KArray([replace(each) for each in segments])
        bmd.iter.iov = IovecPtr(copy, 0)
    return bmd


@kernel_function("block/blk-map.c")
def bio_copy_from_iter(bio: Bio, iter: IovIter) -> int:
    """Copy user memory into the pages of the bio; 0 or -EFAULT."""
    for bvec in bio_for_each_segment_all(bio):
        page, length, offset = bvec
        ret = copy_page_from_iter(page, offset, length, iter)
        if not iov_iter_count(iter):
            break
        if ret < length:
            return -EFAULT
    return 0


@kernel_function("block/blk-map.c")
def bio_copy_to_iter(bio: Bio, iter: IovIter) -> int:
    """Copy the pages of the bio into user memory; 0 or -EFAULT."""
    iter = iov_iter_dup(iter)
    for bvec in bio_for_each_segment_all(bio):
        page, length, offset = bvec
        ret = copy_page_to_iter(page, offset, length, iter)
        if not iov_iter_count(iter):
            break
        if ret < length:
            return -EFAULT
    return 0


@kernel_function("block/blk-map.c")
def bio_uncopy_user(bio: Bio) -> int:
    """Copy what was read to where it belongs, and free the copy.

    Context: the task that asked. A worker has no user memory of its own: what
    it would write to is that of whichever task ran before. Returns: 0, -EFAULT,
    or -EINTR for a worker.
    """
    bmd = bio.bi_private
    assert isinstance(bmd, BioMapData), "bio_copy_user_iov() set it"
    ret = 0
    if not bmd.is_null_mapped:
        if current().flags & PF_KTHREAD:
            ret = -EINTR
        elif not op_is_write(bio_op(bio)):
            ret = bio_copy_to_iter(bio, bmd.iter)
        if bmd.is_our_pages:
            bio_free_pages(bio)
    bio.bi_private = None
    return ret


@kernel_function("block/blk-map.c")
def bio_copy_user_iov(
    rq: Request, map_data: RqMapData | None, iter: IovIter
) -> int:
    """Add a bio with a copy of user memory to the request; 0 or an error."""
    bmd = bio_alloc_map_data(iter, map_data)
    if bmd is None:
        return -ENOMEM
    offset = map_data.offset % PAGE_SIZE if map_data is not None else 0
    nr_pages = bio_max_segs(DIV_ROUND_UP(offset + iter.count, PAGE_SIZE))
    bio = bio_kmalloc(nr_pages, req_op(rq))
    ret = bio_add_copy_pages(rq, map_data, bio, iter.count)
    if not ret:
        if map_data is not None:
            map_data.offset += bio.bi_iter.bi_size
        ret = bio_fill_copy(bio, map_data, bmd, iter)
    if not ret:
        bio.bi_private = bmd
        ret = blk_rq_append_bio(rq, bio)
    if ret:
        if map_data is None:
            bio_free_pages(bio)
        bio_put(bio)
    return ret


@kernel_function("block/blk-map.c")
def bio_add_copy_pages(
    rq: Request, map_data: RqMapData | None, bio: Bio, len_: int
) -> int:
    """Give the bio pages for a copy, as many as the device can take.

    In C this is a part of bio_copy_user_iov(). Returns: 0 or -ENOMEM.
    """
    i = map_data.offset // PAGE_SIZE if map_data is not None else 0
    offset = map_data.offset % PAGE_SIZE if map_data is not None else 0
    while len_:
        bytes_ = min(PAGE_SIZE - offset, len_)
        page = copy_page_at(map_data, i) if map_data else alloc_page()
        if page is None:
            return -ENOMEM
        if bio_add_pc_page(rq.q, bio, page, bytes_, offset) < bytes_:
            if map_data is None:
                put_page(page)
            break
        i += 1
        len_ -= bytes_
        offset = 0
    return 0


def copy_page_at(map_data: RqMapData, i: int) -> Page | None:
    """The driver's page number `i`, or None behind its last."""
    if i == map_data.nr_entries << map_data.page_order:
        return None
    piece, rest = divmod(i, 1 << map_data.page_order)
    return nth_page(map_data.pages[piece], rest)


@kernel_function("block/blk-map.c")
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
        return bio_copy_from_iter(bio, iter)
    if bmd.is_our_pages:
        zero_fill_bio(bio)
    iov_iter_advance(iter, bio.bi_iter.bi_size)
    return 0
