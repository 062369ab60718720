"""Reading and writing a block device (block/fops.c, Linux v6.1).

A buffer that could be had only in part gives a short count. In Linux the rest
is then read or written through the page cache.

Not modelled: the page cache of a block device, and what of a direct transfer
concerns it; rights, times, device nodes that are read-only.
"""

from pintutor.linux.block.bio_iov import bio_iov_vecs_to_alloc
from pintutor.linux.block.fops import (
    I_BDEV,
    __blkdev_direct_IO_async,
    __blkdev_direct_IO_simple,
)
from pintutor.linux.block.fops_bios import __blkdev_direct_IO
from pintutor.linux.include.linux.bio import BIO_MAX_VECS, bio_max_segs
from pintutor.linux.include.linux.blkdev import bdev_nr_bytes
from pintutor.linux.include.linux.kiocb import (
    IOCB_DIRECT,
    Kiocb,
    is_sync_kiocb,
)
from pintutor.linux.include.linux.uio import (
    IovIter,
    iov_iter_count,
    iov_iter_reexpand,
    iov_iter_truncate,
)
from pintutor.linux.include.uapi.errno import EIOCBQUEUED, ENOSPC, EOPNOTSUPP
from pintutor.linux.lib.iov_iter_move import iov_iter_revert
from pintutor.sim.function import kernel_function


@kernel_function("block/fops.c")
def blkdev_direct_IO(iocb: Kiocb, iter: IovIter) -> int:
    """Transfer between the device and the memory of the iterator."""
    if not iov_iter_count(iter):
        return 0

    nr_pages = bio_iov_vecs_to_alloc(iter, BIO_MAX_VECS + 1)
    if nr_pages <= BIO_MAX_VECS:
        if is_sync_kiocb(iocb):
            return __blkdev_direct_IO_simple(iocb, iter, nr_pages)
        return __blkdev_direct_IO_async(iocb, iter, nr_pages)
    return __blkdev_direct_IO(iocb, iter, bio_max_segs(nr_pages))


@kernel_function("block/fops.c")
def blkdev_read_iter(iocb: Kiocb, to: IovIter) -> int:
    """Read from the device into the iterator, up to the device's end."""
    size = bdev_nr_bytes(I_BDEV(iocb.ki_filp))
    pos = iocb.ki_pos
    shorted = 0
    if pos + iov_iter_count(to) > size:
        if pos >= size:
            return 0
        size -= pos
        shorted = iov_iter_count(to) - size
        iov_iter_truncate(to, size)

    ret = blkdev_direct_rw(iocb, to)
    if shorted:
        iov_iter_reexpand(to, iov_iter_count(to) + shorted)
    return ret


@kernel_function("block/fops.c")
def blkdev_write_iter(iocb: Kiocb, from_: IovIter) -> int:
    """Write what the iterator holds to the device, up to the device's end."""
    size = bdev_nr_bytes(I_BDEV(iocb.ki_filp))
    shorted = 0
    if not iov_iter_count(from_):
        return 0
    if iocb.ki_pos >= size:
        return -ENOSPC

    size -= iocb.ki_pos
    if iov_iter_count(from_) > size:
        shorted = iov_iter_count(from_) - size
        iov_iter_truncate(from_, size)

    ret = blkdev_direct_rw(iocb, from_)
    iov_iter_reexpand(from_, iov_iter_count(from_) + shorted)
    return ret


@kernel_function("block/fops.c")
def blkdev_direct_rw(iocb: Kiocb, iter: IovIter) -> int:
    """Transfer, and let position and iterator stand behind what was done.

    In C this is a part of the functions that read and write.
    """
    if not iocb.ki_flags & IOCB_DIRECT:
        return -EOPNOTSUPP
    count = iov_iter_count(iter)
    if not count:
        return 0
    ret = blkdev_direct_IO(iocb, iter)
    if ret > 0:
        iocb.ki_pos += ret
        count -= ret
    if ret != -EIOCBQUEUED:
        iov_iter_revert(iter, count - iov_iter_count(iter))
    return ret
