"""Kernel memory as the memory of a request (block/blk-map.c, Linux v5.17).

Its pages are neither referenced nor pinned: who asked owns them, and waits. The
end of the bio frees the bio alone, or with it the copy that was made.
"""

from pintutor.linux.block.bio import bio_put
from pintutor.linux.block.bio_bounce import bio_free_pages
from pintutor.linux.block.blk_map_bio import (
    bio_add_pc_page,
    bio_kmalloc,
    blk_rq_append_bio,
)
from pintutor.linux.block.blk_map_types import KernelBuffer, req_op, rq_data_dir
from pintutor.linux.include.linux.bio import bio_for_each_segment_all
from pintutor.linux.include.linux.blk_mq import Request
from pintutor.linux.include.linux.blk_types import REQ_OP_MASK, Bio
from pintutor.linux.include.linux.blkdev import (
    SECTOR_SHIFT,
    RequestQueue,
    queue_dma_alignment,
    queue_max_hw_sectors,
)
from pintutor.linux.include.linux.highmem import memcpy_to_page
from pintutor.linux.include.linux.math import DIV_ROUND_UP
from pintutor.linux.include.linux.mm_types import PAGE_SIZE
from pintutor.linux.include.linux.uio import READ
from pintutor.linux.include.uapi.errno import EINVAL, ENOMEM
from pintutor.linux.lib.string import memcpy_from_kernel, memcpy_to_kernel
from pintutor.linux.mm.page_alloc import alloc_page
from pintutor.linux.mm.vmalloc import kernel_page
from pintutor.sim.function import kernel_function


@kernel_function("block/blk-map.c")
def bio_map_kern_endio(bio: Bio) -> None:
    """Free a bio whose memory is somebody else's."""
    bio_put(bio)


@kernel_function("block/blk-map.c")
def bio_map_kern(q: RequestQueue, data: int, len: int) -> Bio | int:
    """A bio with the pages of kernel memory, or -EINVAL."""
    nr_pages = DIV_ROUND_UP(data % PAGE_SIZE + len, PAGE_SIZE)
    bio = bio_kmalloc(nr_pages, 0)
    while len:
        offset = data % PAGE_SIZE
        bytes_ = min(PAGE_SIZE - offset, len)
        page = kernel_page(data)
        if bio_add_pc_page(q, bio, page, bytes_, offset) < bytes_:
            bio_put(bio)
            return -EINVAL
        data += bytes_
        len -= bytes_
    bio.bi_end_io = bio_map_kern_endio
    return bio


@kernel_function("block/blk-map.c")
def bio_copy_kern_endio(bio: Bio) -> None:
    """Free a bio and the copy that it has."""
    bio_free_pages(bio)
    bio_put(bio)


@kernel_function("block/blk-map.c")
def bio_copy_kern_endio_read(bio: Bio) -> None:
    """Copy what was read to where it belongs, and free the copy."""
    buffer = bio.bi_private
    assert isinstance(buffer, KernelBuffer), "bio_copy_kern() set it"
    to = buffer.data
    for bvec in bio_for_each_segment_all(bio):
        end = bvec.bv_offset + bvec.bv_len
        memcpy_to_kernel(to, bvec.bv_page.data[bvec.bv_offset : end])
        to += bvec.bv_len
    bio_copy_kern_endio(bio)


@kernel_function("block/blk-map.c")
def bio_copy_kern(
    q: RequestQueue, data: int, len: int, reading: bool
) -> Bio | int:
    """A bio with a copy of kernel memory, or -ENOMEM."""
    nr_pages = DIV_ROUND_UP(data % PAGE_SIZE + len, PAGE_SIZE)
    bio = bio_kmalloc(nr_pages, 0)
    p = data
    while len:
        bytes_ = min(PAGE_SIZE, len)
        page = alloc_page()
        if page is None:
            bio_free_pages(bio)
            bio_put(bio)
            return -ENOMEM
        if not reading:
            memcpy_to_page(page, 0, memcpy_from_kernel(p, bytes_))
        if bio_add_pc_page(q, bio, page, bytes_, 0) < bytes_:
            break
        len -= bytes_
        p += bytes_

    if reading:
        bio.bi_end_io = bio_copy_kern_endio_read
        bio.bi_private = KernelBuffer(data)
    else:
        bio.bi_end_io = bio_copy_kern_endio
    return bio


@kernel_function("block/blk-map.c")
def blk_rq_map_kern(q: RequestQueue, rq: Request, kbuf: int, len: int) -> int:
    """Give the request kernel memory, or a copy of it; 0 or an error."""
    reading = rq_data_dir(rq) == READ
    if len > queue_max_hw_sectors(q) << SECTOR_SHIFT:
        return -EINVAL
    if not len or not kbuf:
        return -EINVAL

    if (kbuf | len) & queue_dma_alignment(q):
        bio = bio_copy_kern(q, kbuf, len, reading)
    else:
        bio = bio_map_kern(q, kbuf, len)
    if isinstance(bio, int):
        return bio

    bio.bi_opf &= ~REQ_OP_MASK
    bio.bi_opf |= req_op(rq)
    ret = blk_rq_append_bio(rq, bio)
    if ret:
        bio_put(bio)
    return ret
