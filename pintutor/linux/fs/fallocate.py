"""Blocks for a file before anything is written to it
(fs/ext4/extents.c, Linux v6.1)."""

from pintutor.linux.drivers.block.null_blk import copy_to_nullb
from pintutor.linux.fs.ext4_map import (
    EXT4_GET_BLOCKS_CREATE_UNWRIT_EXT,
    ext4_map_blocks,
)
from pintutor.linux.fs.extents import add_extent, goal_of, new_blocks
from pintutor.linux.include.linux.fs import EXT4, VFAT, Extent, Inode
from pintutor.linux.include.linux.mm_types import PAGE_SIZE
from pintutor.linux.include.uapi.errno import ENOSPC, EOPNOTSUPP
from pintutor.linux.mm.page_alloc import ZEROES
from pintutor.sim.function import kernel_function


@kernel_function("fs/ext4/extents.c")
def ext4_fallocate(inode: Inode, offset: int, len: int) -> int:
    """Give a range of an ext4 file blocks that read as zeroes.

    Returns: 0, -ENOSPC, or -EOPNOTSUPP on other file systems.
    """
    if inode.i_sb != EXT4:
        return -EOPNOTSUPP
    lblk = offset >> inode.i_blkbits
    end = offset + len - 1 >> inode.i_blkbits
    while lblk <= end:
        flags = EXT4_GET_BLOCKS_CREATE_UNWRIT_EXT
        map = ext4_map_blocks(inode, lblk, end + 1 - lblk, flags)
        if map.m_len < 0:
            return map.m_len
        lblk += map.m_len
    inode.i_size = max(inode.i_size, offset + len)
    return 0


@kernel_function("fs/buffer.c")
def fill_with_zeroes(inode: Inode, pages: int) -> int:
    """Leave an empty file as if zeroes had been written to it and synced.

    Linux has no such function. Returns: 0 or -ENOSPC.
    """
    assert inode.sb is not None, "the file is on a disk"
    lblk, end = 0, pages * PAGE_SIZE >> inode.i_blkbits
    while lblk < end:
        start, count = new_blocks(inode.sb, goal_of(inode, lblk), end - lblk)
        if not count:
            return -ENOSPC
        add_extent(inode, Extent(lblk, start, count))
        zero_blocks(inode, start, count)
        lblk += count
    inode.i_size = pages * PAGE_SIZE
    if inode.i_sb == VFAT:
        inode.mmu_private = inode.i_size
    return 0


def zero_blocks(inode: Inode, start: int, count: int) -> None:
    """Zero blocks on the disk."""
    assert inode.sb is not None, "the file is on a disk"
    disk = inode.sb.s_bdev.bd_disk
    at = start << inode.i_blkbits
    for piece in range(at, at + (count << inode.i_blkbits), PAGE_SIZE):
        if disk.data[piece // PAGE_SIZE] != ZEROES:
            copy_to_nullb(disk, ZEROES, piece)
