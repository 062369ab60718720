"""Reading and writing a block device (block/fops.c, Linux v6.1).

A device has a page cache of its own. It is read a run of pages at a time, by
mpage_readahead(), and written a buffer at a time. Direct I/O goes past it: what
is dirty in the range is written first, and before a write it is dropped. What
direct I/O could not do, as a part of the memory could not be had, goes through
the cache.

Not modelled: rights, times, device nodes that are read-only, O_SYNC.
"""

from pintutor.linux.block.bdev import I_BDEV
from pintutor.linux.block.bio_iov import bio_iov_vecs_to_alloc
from pintutor.linux.block.blk_flush import blkdev_issue_flush
from pintutor.linux.block.fops import (
    __blkdev_direct_IO_async,
    __blkdev_direct_IO_simple,
)
from pintutor.linux.block.fops_bios import __blkdev_direct_IO
from pintutor.linux.include.linux.bio import BIO_MAX_VECS, bio_max_segs
from pintutor.linux.include.linux.blkdev import bdev_nr_bytes
from pintutor.linux.include.linux.fs import Inode
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
from pintutor.linux.include.uapi.errno import EBUSY, EIOCBQUEUED, ENOSPC
from pintutor.linux.lib.iov_iter_move import iov_iter_revert
from pintutor.linux.mm.filemap_range import (
    filemap_write_and_wait_range,
    kiocb_invalidate_pages,
    kiocb_invalidate_post_direct_write,
    kiocb_write_and_wait,
)
from pintutor.linux.mm.filemap_read import filemap_read
from pintutor.linux.mm.filemap_write import (
    buffered_write_and_wait,
    generic_perform_write,
)
from pintutor.sim.function import kernel_function
from pintutor.sim.locks import down_read, up_read


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
def blkdev_direct_read(iocb: Kiocb, to: IovIter) -> int:
    """Read past the page cache, once what it has is on the device.

    In C this is a part of blkdev_read_iter(). Returns: bytes, -EIOCBQUEUED or
    another error; position and iterator stand behind what was done.
    """
    count = iov_iter_count(to)
    ret = kiocb_write_and_wait(iocb, count)
    if ret < 0:
        return ret
    ret = blkdev_direct_IO(iocb, to)
    if ret > 0:
        iocb.ki_pos += ret
        count -= ret
    if ret != -EIOCBQUEUED:
        iov_iter_revert(to, count - iov_iter_count(to))
    return ret


@kernel_function("block/fops.c")
def blkdev_direct_write(iocb: Kiocb, from_: IovIter) -> int:
    """Write past the page cache, which is emptied of the range.

    Returns: bytes; 0 when the page cache has to be used; -EIOCBQUEUED or
    another error.
    """
    count = iov_iter_count(from_)
    written = kiocb_invalidate_pages(iocb, count)
    if written:
        return 0 if written == -EBUSY else written
    written = blkdev_direct_IO(iocb, from_)
    if written > 0:
        kiocb_invalidate_post_direct_write(iocb, count)
        iocb.ki_pos += written
        count -= written
    if written != -EIOCBQUEUED:
        iov_iter_revert(from_, count - iov_iter_count(from_))
    return written


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

    ret = 0
    count = iov_iter_count(to)
    if count and iocb.ki_flags & IOCB_DIRECT:
        ret = blkdev_direct_read(iocb, to)
    if ret >= 0 and count > ret:
        down_read(iocb.ki_filp, "i_rwsem")
        more = filemap_read(iocb, to)
        up_read(iocb.ki_filp, "i_rwsem")
        ret = ret + more if more > 0 else ret or more
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

    if iocb.ki_flags & IOCB_DIRECT:
        ret = blkdev_direct_write(iocb, from_)
        if ret >= 0 and iov_iter_count(from_):
            ret = buffered_write_and_wait(iocb, from_, ret)
    else:
        ret = blkdev_buffered_write(iocb, from_)
    iov_iter_reexpand(from_, iov_iter_count(from_) + shorted)
    return ret


@kernel_function("block/fops.c")
def blkdev_buffered_write(iocb: Kiocb, from_: IovIter) -> int:
    """Write into the page cache; bytes or an error."""
    down_read(iocb.ki_filp, "i_rwsem")
    ret = generic_perform_write(iocb, from_)
    up_read(iocb.ki_filp, "i_rwsem")
    if ret > 0:
        iocb.ki_pos += ret
    return ret


@kernel_function("block/fops.c")
def blkdev_fsync(inode: Inode) -> int:
    """Write what is dirty to the device, and have it flushed; 0 or an error."""
    error = filemap_write_and_wait_range(inode.i_mapping, 0, inode.i_size)
    if error:
        return error
    return blkdev_issue_flush(I_BDEV(inode))
