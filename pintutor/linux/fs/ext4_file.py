"""Reading and writing an ext4 file past the page cache (fs/ext4/file.c, v5.17).

A write that makes the file longer, or that is not of whole blocks, is waited
for: two of them could zero the same block, each over the other's data. One of
whole blocks that have data shares the file with others.

Not modelled: O_DSYNC, IOCB_NOWAIT, the journal, rights that a write takes away;
the functions by which iomap finds blocks that have data already.
"""

from typing import NamedTuple

from pintutor.linux.fs.ext4_map import (
    EXT4_MAP_MAPPED,
    ext4_handle_inode_extension,
    ext4_map_blocks,
)
from pintutor.linux.fs.extents import cut_extents, free_blocks
from pintutor.linux.fs.inode_dio import inode_dio_wait
from pintutor.linux.fs.iomap.direct_io_rw import iomap_dio_rw
from pintutor.linux.fs.write_checks import generic_write_checks
from pintutor.linux.include.linux.fs import Inode, i_blocksize, i_size_read
from pintutor.linux.include.linux.iomap import IOMAP_DIO_FORCE_WAIT
from pintutor.linux.include.linux.kiocb import Kiocb
from pintutor.linux.include.linux.uio import IovIter, iov_iter_count
from pintutor.linux.include.uapi.errno import ENOTBLK
from pintutor.linux.lib.iov_iter import iov_iter_alignment
from pintutor.linux.mm.filemap_write import buffered_write_and_wait
from pintutor.sim.function import kernel_function
from pintutor.sim.locks import down_read, down_write, up_read, up_write


@kernel_function("fs/ext4/file.c")
def ext4_dio_read_iter(iocb: Kiocb, to: IovIter) -> int:
    """Read past the page cache. Returns: bytes, -EIOCBQUEUED or an error."""
    inode = iocb.ki_filp
    down_read(inode, "i_rwsem")
    ret = iomap_dio_rw(iocb, to, 0, 0)
    up_read(inode, "i_rwsem")
    return ret


@kernel_function("fs/ext4/file.c")
def ext4_truncate_failed_write(inode: Inode) -> None:
    """Take back the blocks that a write got behind the end of the file."""
    if inode.i_dio_count:
        inode_dio_wait(inode)
    end = inode.i_size + i_blocksize(inode) - 1 >> inode.i_blkbits
    assert inode.sb is not None, "the file is on a disk"
    for extent in cut_extents(inode, end, 1 << 62):
        free_blocks(inode.sb, extent.pblk, extent.len)


class Ext4Checked(NamedTuple):
    """What ext4_dio_write_checks() returns, and says by its pointers."""

    ret: int
    """Bytes that may be written; else 0 or an error, and it is unlocked."""
    ilock_shared: bool
    """The lock of the inode is held for reading only."""
    extend: bool
    """The file becomes longer."""


@kernel_function("fs/ext4/file.c")
def ext4_unaligned_io(inode: Inode, from_: IovIter, pos: int) -> bool:
    """True when the write is not of whole blocks of the file."""
    return bool((pos | iov_iter_alignment(from_)) & i_blocksize(inode) - 1)


@kernel_function("fs/ext4/file.c")
def ext4_extending_io(inode: Inode, offset: int, len: int) -> bool:
    """True when the write ends behind the end of the file."""
    return offset + len > i_size_read(inode)


def EXT4_MAX_BLOCKS(size: int, offset: int, blkbits: int) -> int:
    """How many blocks the bytes lie in (fs/ext4/ext4.h)."""
    return (offset + size - 1 >> blkbits) - (offset >> blkbits) + 1


@kernel_function("fs/ext4/file.c")
def ext4_overwrite_io(inode: Inode, pos: int, len: int) -> bool:
    """True when every block that is written lies in one place and has data."""
    if pos + len > i_size_read(inode):
        return False
    blklen = EXT4_MAX_BLOCKS(len, pos, inode.i_blkbits)
    map = ext4_map_blocks(inode, pos >> inode.i_blkbits, blklen, 0)
    return map.m_len == blklen and bool(map.m_flags & EXT4_MAP_MAPPED)


def inode_lock_for_dio(inode: Inode, *, shared: bool) -> None:
    """Take the lock of the inode: inode_lock() or inode_lock_shared() in C."""
    if shared:
        down_read(inode, "i_rwsem")
    else:
        down_write(inode, "i_rwsem")


def inode_unlock_for_dio(inode: Inode, *, shared: bool) -> None:
    """Drop the lock of the inode, as inode_lock_for_dio() took it."""
    if shared:
        up_read(inode, "i_rwsem")
    else:
        up_write(inode, "i_rwsem")


@kernel_function("fs/ext4/file.c")
def ext4_dio_write_checks(
    iocb: Kiocb, from_: IovIter, ilock_shared: bool, extend: bool
) -> Ext4Checked:
    """Check a write, and take the lock for writing where it must not be shared.

    Everything may have changed before the other lock was had, so it is checked
    once more then.
    """
    inode = iocb.ki_filp
    while True:
        ret = generic_write_checks(iocb, from_)
        if ret <= 0:
            inode_unlock_for_dio(inode, shared=ilock_shared)
            return Ext4Checked(ret, ilock_shared, extend)
        offset, count = iocb.ki_pos, ret
        if ext4_extending_io(inode, offset, count):
            extend = True
        if not ilock_shared:
            break
        if not extend and ext4_overwrite_io(inode, offset, count):
            break
        up_read(inode, "i_rwsem")
        ilock_shared = False
        down_write(inode, "i_rwsem")
    return Ext4Checked(count, ilock_shared, extend)


@kernel_function("fs/ext4/file.c")
def ext4_dio_write_iter(iocb: Kiocb, from_: IovIter) -> int:
    """Write past the page cache; what that cannot do goes through it.

    Returns: bytes, -EIOCBQUEUED or an error.
    """
    inode = iocb.ki_filp
    offset = iocb.ki_pos
    unaligned_io = ext4_unaligned_io(inode, from_, offset)
    ilock_shared = not unaligned_io
    if offset + iov_iter_count(from_) > i_size_read(inode):
        ilock_shared = False
    inode_lock_for_dio(inode, shared=ilock_shared)
    checked = ext4_dio_write_checks(iocb, from_, ilock_shared, False)
    if checked.ret <= 0:
        return checked.ret

    if unaligned_io:
        inode_dio_wait(inode)
    wait = unaligned_io or checked.extend
    dio_flags = IOMAP_DIO_FORCE_WAIT if wait else 0
    ret = iomap_dio_rw(iocb, from_, dio_flags, 0)
    return ext4_dio_write_end(iocb, from_, offset, ret, checked)


@kernel_function("fs/ext4/file.c")
def ext4_dio_write_end(
    iocb: Kiocb, from_: IovIter, offset: int, ret: int, checked: Ext4Checked
) -> int:
    """See to the length of the file, unlock, and write the rest by the cache.

    In C this is the end of ext4_dio_write_iter(). Returns: as that.
    """
    inode = iocb.ki_filp
    if ret == -ENOTBLK:
        ret = 0
    if checked.extend and ret > 0:
        ret = ext4_handle_inode_extension(inode, offset, ret)
    if checked.extend:
        ext4_truncate_failed_write(inode)
    inode_unlock_for_dio(inode, shared=checked.ilock_shared)

    if ret >= 0 and iov_iter_count(from_):
        down_write(inode, "i_rwsem")
        ret = buffered_write_and_wait(iocb, from_, ret)
        up_write(inode, "i_rwsem")
    return ret
