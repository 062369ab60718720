"""A direct write to blocks that are there shares the file, written or not.

Only blocks that had data were written under the lock for reading. Blocks that
the file has but that were never written need no more: their change to written
ones, at the end, has a lock of its own.

Linux kernel commit 240930fb7e6b ("ext4: dio take shared inode lock when
overwriting preallocated blocks") (in v6.3).
"""

from typing import NamedTuple

from pintutor.linux.fs import ext4_file
from pintutor.linux.fs.ext4_file import (
    EXT4_MAX_BLOCKS,
    Ext4Checked,
    ext4_extending_io,
    inode_unlock_for_dio,
)
from pintutor.linux.fs.ext4_map import (
    EXT4_MAP_MAPPED,
    EXT4_MAP_UNWRITTEN,
    ext4_map_blocks,
)
from pintutor.linux.fs.write_checks import generic_write_checks
from pintutor.linux.include.linux.fs import Inode, i_size_read
from pintutor.linux.include.linux.kiocb import Kiocb
from pintutor.linux.include.linux.uio import IovIter
from pintutor.patches.patch import Patch
from pintutor.sim.locks import down_write, up_read

PATCH = Patch(
    "ext4-shared-unwritten",
    "ext4: dio take shared inode lock when overwriting preallocated blocks",
    commit="240930fb7e6b",
    release="v6.3",
    author="Zhang Yi",
)


class Overwrite(NamedTuple):
    """What ext4_overwrite_io() returns."""

    ret: bool
    """Every block that is written lies in one place."""
    unwritten: bool
    """None of them has data yet."""


@PATCH.replaces(ext4_file.ext4_overwrite_io)
def ext4_overwrite_io(inode: Inode, pos: int, len: int) -> Overwrite:
    """Whether every block that is written lies in one place, and has data."""
    if pos + len > i_size_read(inode):
        return Overwrite(False, False)
    blklen = EXT4_MAX_BLOCKS(len, pos, inode.i_blkbits)
    map = ext4_map_blocks(inode, pos >> inode.i_blkbits, blklen, 0)
    there = map.m_flags & (EXT4_MAP_MAPPED | EXT4_MAP_UNWRITTEN)
    if map.m_len != blklen or not there:
        return Overwrite(False, False)
    return Overwrite(True, not map.m_flags & EXT4_MAP_MAPPED)


@PATCH.replaces(ext4_file.ext4_dio_write_checks)
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
        if not extend and ext4_overwrite_io(inode, offset, count).ret:
            break
        up_read(inode, "i_rwsem")
        ilock_shared = False
        down_write(inode, "i_rwsem")
    return Ext4Checked(count, ilock_shared, extend)
