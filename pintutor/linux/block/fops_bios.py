"""Direct I/O on a block device that needs several bios (block/fops.c, v5.17).

Not modelled: as in fops.py.
"""

from pintutor.linux.block.bdev import I_BDEV
from pintutor.linux.block.bio import (
    bio_alloc,
    bio_alloc_bioset,
    bio_endio,
    bio_put,
)
from pintutor.linux.block.bio_dirty import (
    bio_check_pages_dirty,
    bio_set_pages_dirty,
)
from pintutor.linux.block.bio_iov import (
    bio_iov_iter_get_pages,
    bio_iov_vecs_to_alloc,
)
from pintutor.linux.block.bio_release import bio_release_pages
from pintutor.linux.block.blk_core import submit_bio
from pintutor.linux.block.fops import (
    DIO_IS_SYNC,
    DIO_SHOULD_DIRTY,
    BlkdevDio,
    blkdev_dio_unaligned,
    dio_bio_write_op,
)
from pintutor.linux.fs.aio import aio_complete_rw
from pintutor.linux.include.linux.bio import (
    BIO_MAX_VECS,
    bio_clear_flag,
    bio_get,
)
from pintutor.linux.include.linux.blk_types import (
    BIO_REFFED,
    BLK_STS_IOERR,
    REQ_NOWAIT,
    REQ_OP_READ,
    Bio,
    blk_status_to_errno,
)
from pintutor.linux.include.linux.blkdev import SECTOR_SHIFT
from pintutor.linux.include.linux.kiocb import (
    IOCB_NOWAIT,
    Kiocb,
    is_sync_kiocb,
)
from pintutor.linux.include.linux.uio import (
    READ,
    IovIter,
    iov_iter_count,
    iov_iter_rw,
    user_backed_iter,
)
from pintutor.linux.include.uapi.errno import EAGAIN, EINVAL, EIOCBQUEUED
from pintutor.linux.kernel.sched import wait_event
from pintutor.sim.atomic import (
    atomic_inc,
    atomic_sub_and_test,
    write_once,
)
from pintutor.sim.function import kernel_function


@kernel_function("block/fops.c")
def blkdev_bio_end_io(bio: Bio) -> None:
    """Count a bio as ended, the last one tells; then give its pages back."""
    dio = bio.bi_private
    assert isinstance(dio, BlkdevDio), "__blkdev_direct_IO() set it"
    should_dirty = bool(dio.flags & DIO_SHOULD_DIRTY)
    if bio.bi_status and not dio.bio.bi_status:
        dio.bio.bi_status = bio.bi_status

    if atomic_sub_and_test(1, dio, "ref"):
        blkdev_dio_done(dio)

    if should_dirty:
        bio_check_pages_dirty(bio)
    else:
        bio_release_pages(bio, False)
        bio_put(bio)


@kernel_function("block/fops.c")
def blkdev_dio_done(dio: BlkdevDio) -> None:
    """Tell who asked for it, or wake who waits.

    In C this is a part of blkdev_bio_end_io().
    """
    if dio.flags & DIO_IS_SYNC:
        write_once(dio, "waiter", False)
        return
    assert dio.iocb is not None, "nobody waits"
    if not dio.bio.bi_status:
        ret = dio.size
        dio.iocb.ki_pos += ret
    else:
        ret = blk_status_to_errno(dio.bio.bi_status)
    aio_complete_rw(dio.iocb, ret)
    bio_put(dio.bio)


@kernel_function("block/fops.c")
def __blkdev_direct_IO(iocb: Kiocb, iter: IovIter, nr_pages: int) -> int:
    """Transfer with as many bios as it takes; bytes, or an error."""
    bdev = I_BDEV(iocb.ki_filp)
    is_read, is_sync = iov_iter_rw(iter) == READ, is_sync_kiocb(iocb)
    opf = REQ_OP_READ if is_read else dio_bio_write_op(iocb)
    if blkdev_dio_unaligned(bdev, iocb.ki_pos, iter):
        return -EINVAL

    bio = bio_alloc_bioset(bdev, nr_pages, opf)
    dio = BlkdevDio(bio)
    bio_get(bio)
    dio.flags = DIO_IS_SYNC if is_sync else 0
    dio.waiter = is_sync
    dio.iocb = None if is_sync else iocb
    if is_read and user_backed_iter(iter):
        dio.flags |= DIO_SHOULD_DIRTY

    ret = blkdev_dio_submit(dio, iocb, iter)
    if ret == -EAGAIN:
        return ret
    if not is_sync:
        return -EIOCBQUEUED
    wait_event(lambda: not dio.waiter, dio, "waiter")
    if not ret:
        ret = blk_status_to_errno(dio.bio.bi_status)
    if not ret:
        ret = dio.size
    bio_put(dio.bio)
    return ret


@kernel_function("block/fops.c")
def blkdev_dio_submit(dio: BlkdevDio, iocb: Kiocb, iter: IovIter) -> int:
    """Submit bio after bio until the iterator is used up; 0 or an error.

    In C this is the loop of __blkdev_direct_IO().
    """
    bio, pos = dio.bio, iocb.ki_pos
    while True:
        bio.bi_iter.bi_sector = pos >> SECTOR_SHIFT
        bio.bi_private = dio
        bio.bi_end_io = blkdev_bio_end_io
        ret = bio_iov_iter_get_pages(bio, iter)
        if ret:
            bio.bi_status = BLK_STS_IOERR
            bio_endio(bio)
            return ret
        if iocb.ki_flags & IOCB_NOWAIT:
            if iov_iter_count(iter):
                bio_release_pages(bio, False)
                bio_clear_flag(bio, BIO_REFFED)
                bio_put(bio)
                return -EAGAIN
            bio.bi_opf |= REQ_NOWAIT
        if dio.flags & DIO_SHOULD_DIRTY:
            bio_set_pages_dirty(bio)
        dio.size += bio.bi_iter.bi_size
        pos += bio.bi_iter.bi_size

        nr_pages = bio_iov_vecs_to_alloc(iter, BIO_MAX_VECS)
        if not nr_pages:
            submit_bio(bio)
            return 0
        atomic_inc(dio, "ref")
        submit_bio(bio)
        bio = bio_alloc(bio.bi_bdev, nr_pages, bio.bi_opf)
