"""a_ops->direct_IO() of vfat, udf and jfs
(fs/fat/inode.c, fs/udf/inode.c, fs/jfs/inode.c, Linux v6.1).

A write that fails may have got blocks behind the end of the file: they are
taken back.
"""

from pintutor.linux.fs.direct_io_entry import __blockdev_direct_IO
from pintutor.linux.fs.direct_io_types import (
    DIO_LOCKING,
    DIO_SKIP_HOLES,
    GetBlock,
)
from pintutor.linux.fs.fat import fat_get_block
from pintutor.linux.fs.inode import truncate_blocks
from pintutor.linux.fs.jfs import jfs_get_block
from pintutor.linux.fs.udf import udf_get_block
from pintutor.linux.include.linux.fs import JFS, VFAT, Inode
from pintutor.linux.include.linux.kiocb import Kiocb
from pintutor.linux.include.linux.mm_types import PAGE_SIZE
from pintutor.linux.include.linux.uio import (
    WRITE,
    IovIter,
    iov_iter_count,
    iov_iter_rw,
)
from pintutor.linux.mm.truncate import truncate_pagecache
from pintutor.sim.function import kernel_function


@kernel_function("include/linux/fs.h")
def blockdev_direct_IO(
    iocb: Kiocb, inode: Inode, iter: IovIter, get_block: GetBlock
) -> int:
    """Read or write a file on its disk; bytes, -EIOCBQUEUED or an error."""
    bdev = None if inode.sb is None else inode.sb.s_bdev
    flags = DIO_LOCKING | DIO_SKIP_HOLES
    return __blockdev_direct_IO(iocb, inode, bdev, iter, get_block, flags)


@kernel_function("fs/udf/inode.c")
def write_failed(inode: Inode, to: int) -> None:
    """Take back what a write up to byte `to` got behind the end of the file.

    It stands for fat_write_failed(), udf_write_failed() and jfs_write_failed().
    """
    if to > inode.i_size:
        truncate_pagecache(inode, -(-inode.i_size // PAGE_SIZE))
        truncate_blocks(inode, inode.i_size)


@kernel_function("fs/fat/inode.c")
def fat_direct_IO(iocb: Kiocb, iter: IovIter) -> int:
    """Direct I/O of vfat, within the blocks that the file has.

    Returns: bytes; 0 for a write that goes behind them; or an error.
    """
    inode = iocb.ki_filp
    count = iov_iter_count(iter)
    offset = iocb.ki_pos
    if iov_iter_rw(iter) == WRITE and inode.mmu_private < offset + count:
        return 0
    ret = blockdev_direct_IO(iocb, inode, iter, fat_get_block)
    if ret < 0 and iov_iter_rw(iter) == WRITE:
        write_failed(inode, offset + count)
    return ret


@kernel_function("fs/udf/inode.c")
def udf_direct_IO(iocb: Kiocb, iter: IovIter) -> int:
    """Direct I/O of udf. Returns: bytes or an error."""
    inode = iocb.ki_filp
    count = iov_iter_count(iter)
    ret = blockdev_direct_IO(iocb, inode, iter, udf_get_block)
    if ret < 0 and iov_iter_rw(iter) == WRITE:
        write_failed(inode, iocb.ki_pos + count)
    return ret


@kernel_function("fs/jfs/inode.c")
def jfs_direct_IO(iocb: Kiocb, iter: IovIter) -> int:
    """Direct I/O of jfs. Returns: bytes or an error."""
    inode = iocb.ki_filp
    count = iov_iter_count(iter)
    ret = blockdev_direct_IO(iocb, inode, iter, jfs_get_block)
    if iov_iter_rw(iter) == WRITE and ret < 0:
        write_failed(inode, iocb.ki_pos + count)
    return ret


def direct_IO(iocb: Kiocb, iter: IovIter) -> int:
    """mapping->a_ops->direct_IO(): what the file's own function does."""
    if iocb.ki_filp.i_sb == VFAT:
        return fat_direct_IO(iocb, iter)
    if iocb.ki_filp.i_sb == JFS:
        return jfs_direct_IO(iocb, iter)
    return udf_direct_IO(iocb, iter)
