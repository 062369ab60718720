"""Reading and writing a vfat, udf or jfs file past the page cache
(mm/filemap.c, Linux v6.1).

What direct I/O leaves undone goes through the page cache.
"""

from pintutor.linux.fs.legacy_direct import direct_IO
from pintutor.linux.fs.write_checks import generic_write_checks
from pintutor.linux.include.linux.kiocb import Kiocb
from pintutor.linux.include.linux.mm_types import PAGE_SHIFT
from pintutor.linux.include.linux.uio import (
    IovIter,
    iov_iter_count,
)
from pintutor.linux.include.uapi.errno import EBUSY, EIOCBQUEUED
from pintutor.linux.lib.iov_iter import iov_iter_revert
from pintutor.linux.mm.filemap_range import (
    filemap_write_and_wait_range,
    has_pages,
    invalidate_inode_pages2_range,
)
from pintutor.linux.mm.filemap_read import filemap_read
from pintutor.linux.mm.filemap_write import buffered_write_and_wait
from pintutor.sim.function import kernel_function
from pintutor.sim.locks import down_write, up_write


@kernel_function("mm/filemap.c")
def generic_file_direct_read(iocb: Kiocb, iter: IovIter) -> int:
    """Read past the page cache, and what is missing through it.

    In C this is a part of generic_file_read_iter(). Returns: bytes,
    -EIOCBQUEUED or an error.
    """
    inode = iocb.ki_filp
    count = iov_iter_count(iter)
    if not count:
        return 0
    end = iocb.ki_pos + count - 1
    retval = filemap_write_and_wait_range(inode.i_mapping, iocb.ki_pos, end)
    if retval:
        return retval

    retval = direct_IO(iocb, iter)
    if retval >= 0:
        iocb.ki_pos += retval
        count -= retval
    if retval != -EIOCBQUEUED:
        iov_iter_revert(iter, count - iov_iter_count(iter))
    if retval < 0 or not count or iocb.ki_pos >= inode.i_size:
        return retval
    more = filemap_read(iocb, iter)
    return retval + more if more > 0 else retval or more


@kernel_function("mm/filemap.c")
def generic_file_direct_write(iocb: Kiocb, from_: IovIter) -> int:
    """Write past the page cache.

    Returns: bytes; 0 when the page cache has to be used; or an error.
    """
    inode = iocb.ki_filp
    pos = iocb.ki_pos
    write_len = iov_iter_count(from_)
    mapping = inode.i_mapping
    end = pos + write_len - 1
    written = filemap_write_and_wait_range(mapping, pos, end)
    if written:
        return written
    first, last = pos >> PAGE_SHIFT, end >> PAGE_SHIFT
    written = invalidate_inode_pages2_range(mapping, first, last)
    if written:
        return 0 if written == -EBUSY else written

    written = direct_IO(iocb, from_)
    if written > 0 and has_pages(mapping):
        invalidate_inode_pages2_range(mapping, first, last)
    if written > 0:
        pos += written
        write_len -= written
        inode.i_size = max(inode.i_size, pos)
        iocb.ki_pos = pos
    if written != -EIOCBQUEUED:
        iov_iter_revert(from_, write_len - iov_iter_count(from_))
    return written


@kernel_function("mm/filemap.c")
def __generic_file_write_iter(iocb: Kiocb, from_: IovIter) -> int:
    """Write past the page cache, and what is missing through it.

    Returns: bytes, -EIOCBQUEUED or an error.
    """
    inode = iocb.ki_filp
    down_write(inode, "i_rwsem")
    written = generic_write_checks(iocb, from_)
    if written > 0:
        written = generic_file_direct_write(iocb, from_)
    if written >= 0 and iov_iter_count(from_):
        written = buffered_write_and_wait(iocb, from_, written)
    up_write(inode, "i_rwsem")
    return written
