"""Blocks of an ext4 file (fs/ext4/inode.c, fs/ext4/extents.c, v6.1).

Blocks that a direct write gets within the file are unwritten until its end, so
that a crash, or a reader, never sees what they held before. Behind the end of
the file they are simply new: nobody reads there until the file has grown.

Not modelled: the journal, delayed allocation of blocks, data in the inode.
"""

from typing import NamedTuple

from pintutor.linux.fs.extents import (
    add_extent,
    cut_extents,
    find_extent,
    goal_of,
    hole_length,
    new_blocks,
)
from pintutor.linux.include.linux.fs import Extent, Inode
from pintutor.linux.include.linux.iomap import (
    IOMAP_DIO_UNWRITTEN,
    IOMAP_F_NEW,
    IOMAP_HOLE,
    IOMAP_MAPPED,
    IOMAP_UNWRITTEN,
    IOMAP_WRITE,
    Iomap,
)
from pintutor.linux.include.linux.kiocb import Kiocb
from pintutor.linux.include.uapi.errno import ENOSPC
from pintutor.sim.function import kernel_function

EXT4_GET_BLOCKS_CREATE = 0x0001
EXT4_GET_BLOCKS_UNWRIT_EXT = 0x0002
EXT4_GET_BLOCKS_CREATE_UNWRIT_EXT = 0x0003

EXT4_MAP_NEW = 1 << 5
EXT4_MAP_MAPPED = 1 << 6
EXT4_MAP_UNWRITTEN = 1 << 11

DIO_MAX_BLOCKS = 4096
"""Most blocks that a direct write has mapped at once."""


class Ext4MapBlocks(NamedTuple):
    """struct ext4_map_blocks, as ext4_map_blocks() fills it in."""

    m_pblk: int
    """First block on the disk; 0 for a hole."""
    m_lblk: int
    """First block in the file."""
    m_len: int
    """How many blocks, or a negative error."""
    m_flags: int
    """EXT4_MAP_* bits; none for a hole."""


@kernel_function("fs/ext4/inode.c")
def ext4_map_blocks(
    inode: Inode, m_lblk: int, m_len: int, flags: int
) -> Ext4MapBlocks:
    """Find blocks of a file, or give it some with EXT4_GET_BLOCKS_CREATE."""
    found = find_extent(inode, m_lblk)
    if found is not None:
        m_pblk = found.pblk + m_lblk - found.lblk
        m_len = min(m_len, found.lblk + found.len - m_lblk)
        mapped = EXT4_MAP_UNWRITTEN if found.unwritten else EXT4_MAP_MAPPED
        return Ext4MapBlocks(m_pblk, m_lblk, m_len, mapped)

    m_len = min(m_len, hole_length(inode, m_lblk))
    if not flags & EXT4_GET_BLOCKS_CREATE:
        return Ext4MapBlocks(0, m_lblk, m_len, 0)
    assert inode.sb is not None, "the file is on a disk"
    m_pblk, m_len = new_blocks(inode.sb, goal_of(inode, m_lblk), m_len)
    if not m_len:
        return Ext4MapBlocks(0, m_lblk, -ENOSPC, 0)
    unwritten = bool(flags & EXT4_GET_BLOCKS_UNWRIT_EXT)
    add_extent(inode, Extent(m_lblk, m_pblk, m_len, unwritten))
    mapped = EXT4_MAP_UNWRITTEN if unwritten else EXT4_MAP_MAPPED
    return Ext4MapBlocks(m_pblk, m_lblk, m_len, mapped | EXT4_MAP_NEW)


@kernel_function("fs/ext4/inode.c")
def ext4_set_iomap(
    inode: Inode, iomap: Iomap, map: Ext4MapBlocks, offset: int
) -> None:
    """Describe blocks that were found to iomap."""
    iomap.flags = IOMAP_F_NEW if map.m_flags & EXT4_MAP_NEW else 0
    iomap.offset = map.m_lblk << inode.i_blkbits
    iomap.length = map.m_len << inode.i_blkbits
    iomap.bdev = None if inode.sb is None else inode.sb.s_bdev
    iomap.addr = -1
    if map.m_flags & EXT4_MAP_UNWRITTEN:
        iomap.type = IOMAP_UNWRITTEN
    elif map.m_flags & EXT4_MAP_MAPPED:
        iomap.type = IOMAP_MAPPED
    else:
        iomap.type = IOMAP_HOLE
        return
    iomap.addr = map.m_pblk << inode.i_blkbits


@kernel_function("fs/ext4/inode.c")
def ext4_iomap_alloc(inode: Inode, lblk: int, len: int) -> Ext4MapBlocks:
    """Blocks for a direct write."""
    len = min(len, DIO_MAX_BLOCKS)
    if lblk << inode.i_blkbits >= inode.i_size:
        flags = EXT4_GET_BLOCKS_CREATE
    else:
        flags = EXT4_GET_BLOCKS_CREATE_UNWRIT_EXT
    return ext4_map_blocks(inode, lblk, len, flags)


@kernel_function("fs/ext4/inode.c")
def ext4_iomap_begin(
    inode: Inode, offset: int, length: int, flags: int, iomap: Iomap
) -> int:
    """Say what a range of a file is; a write fills holes.

    Returns: 0 or an error.
    """
    blkbits = inode.i_blkbits
    lblk = offset >> blkbits
    len = (offset + length - 1 >> blkbits) - lblk + 1

    if flags & IOMAP_WRITE:
        map = ext4_iomap_alloc(inode, lblk, len)
    else:
        map = ext4_map_blocks(inode, lblk, len, 0)
    if map.m_len < 0:
        return map.m_len
    ext4_set_iomap(inode, iomap, map, offset)
    return 0


@kernel_function("fs/ext4/extents.c")
def ext4_convert_unwritten_extents(inode: Inode, offset: int, len: int) -> int:
    """Say that blocks hold data now. Returns: 0."""
    first = offset >> inode.i_blkbits
    end = (offset + len - 1 >> inode.i_blkbits) + 1
    for each in cut_extents(inode, first, end):
        add_extent(inode, each._replace(unwritten=False))
    return 0


@kernel_function("fs/ext4/file.c")
def ext4_handle_inode_extension(inode: Inode, offset: int, written: int) -> int:
    """Let the file grow over what was written. Returns: how much that was."""
    if offset + written > inode.i_size:
        inode.i_size = offset + written
    return written


@kernel_function("fs/ext4/file.c")
def ext4_dio_write_end_io(
    iocb: Kiocb, size: int, error: int, flags: int
) -> int:
    """Finish a direct write: its blocks hold data, and the file has grown.

    Returns: an error; or the bytes written.
    """
    pos = iocb.ki_pos
    inode = iocb.ki_filp

    if not error and size and flags & IOMAP_DIO_UNWRITTEN:
        error = ext4_convert_unwritten_extents(inode, pos, size)
    if error:
        return error
    if pos + size <= inode.i_size:
        return size
    return ext4_handle_inode_extension(inode, pos, size)
