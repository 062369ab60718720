"""Blocks of a vfat file (fs/fat/inode.c, fs/buffer.c, Linux v6.1).

A file of vfat has no holes: what lies between its old end and a write behind it
is filled with zeroes. Blocks are given a cluster at a time, in order, and
`mmu_private` says up to where there are any. Direct I/O cannot fill, so a write
that ends behind that goes through the page cache.

Not modelled: the table of clusters on the disk, preallocated clusters.
"""

from pintutor.linux.fs.buffer import __block_write_begin, block_write_end
from pintutor.linux.fs.direct_io_types import BH_Mapped, BH_New, BufferHead
from pintutor.linux.fs.extents import (
    add_extent,
    find_extent,
    goal_of,
    new_blocks,
)
from pintutor.linux.include.linux.fs import (
    Extent,
    Inode,
    SuperBlock,
    i_blocksize,
)
from pintutor.linux.include.linux.highmem import zero_user
from pintutor.linux.include.linux.math import DIV_ROUND_UP
from pintutor.linux.include.linux.mm_types import PAGE_SHIFT, PAGE_SIZE
from pintutor.linux.include.uapi.errno import EIO, ENOMEM, ENOSPC
from pintutor.linux.mm.filemap import grab_cache_page_write_begin
from pintutor.sim.function import kernel_function


def sec_per_clus(inode: Inode) -> int:
    """How many blocks a cluster has."""
    return 1 << file_sb(inode).s_cluster_bits - inode.i_blkbits


def file_sb(inode: Inode) -> SuperBlock:
    """The file system that the file is on."""
    assert inode.sb is not None, "the file is on a disk"
    return inode.sb


@kernel_function("fs/fat/inode.c")
def fat_add_cluster(inode: Inode, iblock: int) -> int:
    """Give the file one more cluster. Returns: 0 or -ENOSPC."""
    count = sec_per_clus(inode)
    goal = goal_of(inode, iblock)
    start, found = new_blocks(file_sb(inode), goal, count)
    if found < count:
        return -ENOSPC
    add_extent(inode, Extent(iblock, start, count))
    return 0


@kernel_function("fs/fat/inode.c")
def fat_get_block(
    inode: Inode, iblock: int, bh_result: BufferHead, create: int
) -> int:
    """Find the rest of the cluster of a block, or add one at the end.

    Returns: 0 with or without a block; -EIO when `create` is to leave a gap.
    """
    blkbits = inode.i_blkbits
    max_blocks = bh_result.b_size >> blkbits
    offset = iblock & sec_per_clus(inode) - 1
    max_blocks = min(max_blocks, sec_per_clus(inode) - offset)
    last_block = inode.mmu_private + (1 << blkbits) - 1 >> blkbits

    if iblock >= last_block:
        if not create:
            return 0
        if iblock != inode.mmu_private >> blkbits:
            return -EIO
        if not offset:
            err = fat_add_cluster(inode, iblock)
            if err:
                return err
        inode.mmu_private += max_blocks << blkbits
        bh_result.b_state |= BH_New
    else:
        max_blocks = min(max_blocks, last_block - iblock)

    extent = find_extent(inode, iblock)
    assert extent is not None, "blocks before mmu_private are there"
    bh_result.b_state |= BH_Mapped
    bh_result.b_blocknr = extent.pblk + iblock - extent.lblk
    bh_result.b_bdev = file_sb(inode).s_bdev
    bh_result.b_size = max_blocks << blkbits
    return 0


@kernel_function("fs/fat/inode.c")
def fat_blocks_for(inode: Inode, end: int) -> int:
    """See to it that the file has blocks up to byte `end`.

    In C cont_write_begin() begins behind a block that ends in the middle, and
    __block_write_begin() asks for each block of a page. Returns: 0 or an error.
    """
    blocksize = i_blocksize(inode)
    inode.mmu_private = DIV_ROUND_UP(inode.mmu_private, blocksize) * blocksize
    while inode.mmu_private < end:
        block = inode.mmu_private >> inode.i_blkbits
        ret = fat_get_block(inode, block, BufferHead(b_size=blocksize), 1)
        if ret:
            return ret
    return 0


@kernel_function("fs/buffer.c")
def cont_expand_zero(inode: Inode, pos: int) -> int:
    """Fill the file with zeroes, in the page cache, up to byte `pos`.

    Returns: 0 or an error.
    """
    at = min(inode.mmu_private, inode.i_size)
    while at < pos:
        start = at % PAGE_SIZE
        end = min(PAGE_SIZE, start + pos - at)
        folio = grab_cache_page_write_begin(inode.i_mapping, at >> PAGE_SHIFT)
        if folio is None:
            return -ENOMEM
        __block_write_begin(inode, folio, start, end)
        err = fat_blocks_for(inode, at + end - start)
        zero_user(folio, start, end - start)
        block_write_end(inode, folio, start, end)
        if err:
            return err
        at += end - start
        inode.i_size = max(inode.i_size, at)
    return 0
