"""Direct I/O on a block device that needs one bio (block/fops.c, Linux v5.17).

In C a blkdev_dio has its first bio within itself, and is found from there; here
bi_private leads to it.

Not modelled: polling, caches of bios, priorities, accounting, plugs; on v6.12
the checks of alignment are made once, in blkdev_direct_IO().
"""

from __future__ import annotations

from dataclasses import dataclass

from pintutor.linux.block.bdev import I_BDEV
from pintutor.linux.block.bio import (
    bio_alloc_bioset,
    bio_init,
    bio_put,
    bio_uninit,
    bvec_table,
)
from pintutor.linux.block.bio_dirty import (
    bio_check_pages_dirty,
    bio_set_pages_dirty,
)
from pintutor.linux.block.bio_iov import (
    bio_iov_bvec_set,
    bio_iov_iter_get_pages,
)
from pintutor.linux.block.bio_release import bio_release_pages
from pintutor.linux.block.blk_core import submit_bio, submit_bio_wait
from pintutor.linux.fs.aio import aio_complete_rw
from pintutor.linux.include.linux.blk_types import (
    REQ_IDLE,
    REQ_NOWAIT,
    REQ_OP_READ,
    REQ_OP_WRITE,
    REQ_SYNC,
    Bio,
    BlockDevice,
    blk_status_to_errno,
)
from pintutor.linux.include.linux.blkdev import (
    SECTOR_SHIFT,
    bdev_logical_block_size,
)
from pintutor.linux.include.linux.kiocb import IOCB_NOWAIT, Kiocb
from pintutor.linux.include.linux.uio import (
    READ,
    IovIter,
    iov_iter_is_bvec,
    iov_iter_rw,
    user_backed_iter,
)
from pintutor.linux.include.uapi.errno import EINVAL, EIOCBQUEUED
from pintutor.linux.lib.iov_iter_shape import iov_iter_alignment
from pintutor.sim.function import kernel_function
from pintutor.sim.objects import KObject

DIO_SHOULD_DIRTY = 1
DIO_IS_SYNC = 2


@dataclass(slots=True, eq=False)
class BlkdevDio(KObject):
    """struct blkdev_dio: one direct read or write of a block device."""

    bio: Bio
    """Its first bio."""
    iocb: Kiocb | None = None
    """Whom to tell at the end; None when a task waits."""
    waiter: bool = False
    """True while a task waits."""
    size: int = 0
    """What was submitted [bytes]."""
    ref: int = 1
    """Bios that have not ended."""
    flags: int = 0
    """DIO_* bits."""


def dio_bio_write_op(iocb: Kiocb) -> int:
    """What the bios of a write are asked for."""
    return REQ_OP_WRITE | REQ_SYNC | REQ_IDLE


@kernel_function("block/fops.c")
def blkdev_dio_unaligned(bdev: BlockDevice, pos: int, iter: IovIter) -> bool:
    """True when the device cannot transfer from there, or not this memory.

    A function of its own since v6.0.
    """
    mask = bdev_logical_block_size(bdev) - 1
    return bool((pos | iov_iter_alignment(iter)) & mask)


@kernel_function("block/fops.c")
def __blkdev_direct_IO_simple(iocb: Kiocb, iter: IovIter, nr_pages: int) -> int:
    """Transfer with one bio and wait for it; bytes, or an error."""
    bdev = I_BDEV(iocb.ki_filp)
    pos = iocb.ki_pos
    should_dirty = False
    if blkdev_dio_unaligned(bdev, pos, iter):
        return -EINVAL

    vecs = bvec_table(nr_pages)
    if iov_iter_rw(iter) == READ:
        bio = bio_init(bdev, vecs, nr_pages, REQ_OP_READ)
        if user_backed_iter(iter):
            should_dirty = True
    else:
        bio = bio_init(bdev, vecs, nr_pages, dio_bio_write_op(iocb))
    bio.bi_iter.bi_sector = pos >> SECTOR_SHIFT

    ret = bio_iov_iter_get_pages(bio, iter)
    if not ret:
        ret = bio.bi_iter.bi_size
        if iocb.ki_flags & IOCB_NOWAIT:
            bio.bi_opf |= REQ_NOWAIT
        submit_bio_wait(bio)

        bio_release_pages(bio, should_dirty)
        if bio.bi_status:
            ret = blk_status_to_errno(bio.bi_status)

    bio_uninit(bio)
    return ret


@kernel_function("block/fops.c")
def blkdev_bio_end_io_async(bio: Bio) -> None:
    """Tell that the only bio has ended, then give its pages back."""
    dio = bio.bi_private
    assert isinstance(dio, BlkdevDio) and dio.iocb is not None, "of a dio"
    iocb = dio.iocb
    if not bio.bi_status:
        ret = dio.size
        iocb.ki_pos += ret
    else:
        ret = blk_status_to_errno(bio.bi_status)

    aio_complete_rw(iocb, ret)

    if dio.flags & DIO_SHOULD_DIRTY:
        bio_check_pages_dirty(bio)
    else:
        bio_release_pages(bio, False)
        bio_put(bio)


@kernel_function("block/fops.c")
def __blkdev_direct_IO_async(iocb: Kiocb, iter: IovIter, nr_pages: int) -> int:
    """Submit one bio and leave it; -EIOCBQUEUED, or an error."""
    bdev = I_BDEV(iocb.ki_filp)
    is_read = iov_iter_rw(iter) == READ
    opf = REQ_OP_READ if is_read else dio_bio_write_op(iocb)
    pos = iocb.ki_pos
    if blkdev_dio_unaligned(bdev, pos, iter):
        return -EINVAL

    bio = bio_alloc_bioset(bdev, nr_pages, opf)
    dio = BlkdevDio(bio, iocb)
    bio.bi_private = dio
    bio.bi_iter.bi_sector = pos >> SECTOR_SHIFT
    bio.bi_end_io = blkdev_bio_end_io_async

    if iov_iter_is_bvec(iter):
        bio_iov_bvec_set(bio, iter)
    else:
        ret = bio_iov_iter_get_pages(bio, iter)
        if ret:
            bio_put(bio)
            return ret
    dio.size = bio.bi_iter.bi_size

    if is_read and user_backed_iter(iter):
        dio.flags |= DIO_SHOULD_DIRTY
        bio_set_pages_dirty(bio)
    if iocb.ki_flags & IOCB_NOWAIT:
        bio.bi_opf |= REQ_NOWAIT
    submit_bio(bio)
    return -EIOCBQUEUED
