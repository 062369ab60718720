"""User memory as the memory of a request (block/blk-map.c, Linux v5.17).

The bio gets the pages of the user, with a reference for each. bi_private stays
empty: that is how blk_rq_unmap_user() knows.
"""

from typing import NamedTuple

from pintutor.linux.block.bio import bio_put
from pintutor.linux.block.bio_add import bio_add_hw_page
from pintutor.linux.block.bio_iov import LONG_MAX
from pintutor.linux.block.bio_release import bio_release_pages
from pintutor.linux.block.blk_map_bio import bio_kmalloc, blk_rq_append_bio
from pintutor.linux.block.blk_map_types import req_op
from pintutor.linux.include.linux.bio import BIO_MAX_VECS
from pintutor.linux.include.linux.blk_mq import Request
from pintutor.linux.include.linux.blk_types import Bio
from pintutor.linux.include.linux.blkdev import (
    queue_dma_alignment,
    queue_max_hw_sectors,
)
from pintutor.linux.include.linux.math import DIV_ROUND_UP
from pintutor.linux.include.linux.mm_types import PAGE_SIZE, PageArray
from pintutor.linux.include.linux.uio import IovIter, iov_iter_count
from pintutor.linux.include.uapi.errno import EFAULT, EINVAL
from pintutor.linux.lib.iov_iter_move import iov_iter_advance
from pintutor.linux.lib.iov_iter_pages import iov_iter_get_pages_alloc
from pintutor.linux.lib.iov_iter_shape import iov_iter_npages
from pintutor.linux.mm.page_alloc import put_page
from pintutor.sim.function import kernel_function


class Mapped(NamedTuple):
    """What of some pages went into a bio."""

    pages: int
    """Pages that are the bio's now."""
    left: int
    """Bytes that it could not take."""


@kernel_function("block/blk-map.c")
def bio_map_user_iov(rq: Request, iter: IovIter) -> int:
    """Add a bio with pages of the user to the request; 0 or an error."""
    if not iov_iter_count(iter):
        return -EINVAL

    bio = bio_kmalloc(iov_iter_npages(iter, BIO_MAX_VECS), req_op(rq))
    ret = bio_map_user_pages(rq, bio, iter)
    if not ret:
        ret = blk_rq_append_bio(rq, bio)
    if ret:
        bio_release_pages(bio, False)
        bio_put(bio)
    return ret


@kernel_function("block/blk-map.c")
def bio_map_user_pages(rq: Request, bio: Bio, iter: IovIter) -> int:
    """Fill the bio from the iterator, as far as the device can take it.

    In C this is the loop of bio_map_user_iov(). Returns: 0 or an error.
    """
    while iov_iter_count(iter):
        bytes_, offs, pages = iov_iter_get_pages_alloc(iter, LONG_MAX)
        if bytes_ <= 0:
            return bytes_ if bytes_ else -EFAULT
        assert pages is not None, "there are some"
        npages = DIV_ROUND_UP(offs + bytes_, PAGE_SIZE)

        j, left = bio_add_hw_pages(rq, bio, pages, offs, bytes_)
        iov_iter_advance(iter, bytes_ - left)
        while j < npages:
            put_page(pages[j])
            j += 1
        if left:
            break
    return 0


@kernel_function("block/blk-map.c")
def bio_add_hw_pages(
    rq: Request, bio: Bio, pages: PageArray, offs: int, bytes_: int
) -> Mapped:
    """Add pages until the device can take no more.

    In C this is the inner loop of bio_map_user_iov(). A page that adds to the
    place that it ended before has a reference too many from here on: it is in
    the bio once, and it is only dropped when nothing was added.
    """
    if offs & queue_dma_alignment(rq.q):
        return Mapped(0, bytes_)
    max_sectors = queue_max_hw_sectors(rq.q)
    j = 0
    while bytes_:
        page = pages[j]
        n = min(PAGE_SIZE - offs, bytes_)
        added = bio_add_hw_page(rq.q, bio, page, n, offs, max_sectors)
        if not added.ret:
            if added.same_page:
                put_page(page)
            break
        bytes_ -= n
        offs = 0
        j += 1
    return Mapped(j, bytes_)
