"""Blocks of a jfs file (fs/jfs/inode.c, Linux v6.1).

Blocks that lie side by side are found, or made, several at a time. Holes are
allowed.

Not modelled: blocks that are allocated and not recorded, the journal, and that
a request for new blocks is rounded down to a power of two when there is no run
of free blocks as long as it.
"""

from pintutor.linux.fs.direct_io_types import BH_Mapped, BH_New, BufferHead
from pintutor.linux.fs.extents import (
    add_extent,
    find_extent,
    goal_of,
    hole_length,
    new_blocks,
)
from pintutor.linux.include.linux.fs import Extent, Inode
from pintutor.linux.include.uapi.errno import ENOSPC
from pintutor.sim.function import kernel_function


@kernel_function("fs/jfs/inode.c")
def jfs_get_block(
    ip: Inode, lblock: int, bh_result: BufferHead, create: int
) -> int:
    """Find blocks, or make them, at most what `bh_result` asks for.

    Returns: 0, also without a block, or -ENOSPC.
    """
    assert ip.sb is not None, "the file is on a disk"
    xlen = bh_result.b_size >> ip.i_blkbits
    extent = None
    if lblock << ip.i_blkbits < ip.i_size:
        extent = find_extent(ip, lblock)
        if extent is None:
            xlen = min(xlen, hole_length(ip, lblock))
    if extent is None:
        if not create:
            return 0
        start, xlen = new_blocks(ip.sb, goal_of(ip, lblock), xlen)
        if not xlen:
            return -ENOSPC
        extent = Extent(lblock, start, xlen)
        add_extent(ip, extent)
        bh_result.b_state |= BH_New

    xlen = min(xlen, extent.lblk + extent.len - lblock)
    bh_result.b_state |= BH_Mapped
    bh_result.b_blocknr = extent.pblk + lblock - extent.lblk
    bh_result.b_bdev = ip.sb.s_bdev
    bh_result.b_size = xlen << ip.i_blkbits
    return 0
