"""Blocks of a udf file (fs/udf/inode.c, Linux v6.1).

Holes are allowed, and filled one block at a time, by direct I/O too.

Not modelled: files so small that they lie in their inode.
"""

from pintutor.linux.fs.direct_io_types import BH_Mapped, BH_New, BufferHead
from pintutor.linux.fs.extents import (
    add_extent,
    find_extent,
    goal_of,
    new_blocks,
)
from pintutor.linux.include.linux.fs import Extent, Inode
from pintutor.linux.include.uapi.errno import ENOSPC
from pintutor.sim.function import kernel_function


@kernel_function("fs/udf/inode.c")
def udf_get_block(
    inode: Inode, block: int, bh_result: BufferHead, create: int
) -> int:
    """Find one block, or make it. Returns: 0, also without one, or -ENOSPC."""
    assert inode.sb is not None, "the file is on a disk"
    extent = find_extent(inode, block)
    if extent is None:
        if not create:
            return 0
        start, found = new_blocks(inode.sb, goal_of(inode, block), 1)
        if not found:
            return -ENOSPC
        extent = Extent(block, start, 1)
        add_extent(inode, extent)
        bh_result.b_state |= BH_New
    bh_result.b_state |= BH_Mapped
    bh_result.b_blocknr = extent.pblk + block - extent.lblk
    bh_result.b_bdev = inode.sb.s_bdev
    bh_result.b_size = 1 << inode.i_blkbits
    return 0
