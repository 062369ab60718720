"""Bringing what was written to its disk (fs/sync.c, Linux v6.1).

Not modelled: flushing the disk after a file; only a block device is flushed.
"""

from pintutor.linux.block.fops_rw import blkdev_fsync
from pintutor.linux.include.linux.fs import (
    BDEV,
    Inode,
    mapping_can_writeback,
)
from pintutor.linux.include.linux.mm_types import PAGE_SHIFT
from pintutor.linux.mm.filemap import i_pages
from pintutor.linux.mm.filemap_range import filemap_write_and_wait_range
from pintutor.sim.function import kernel_function


@kernel_function("fs/sync.c")
def vfs_fsync(inode: Inode) -> int:
    """Bring everything that was written to the file to its disk.

    Returns: 0, or the error of the disk.
    """
    if not mapping_can_writeback(inode.i_mapping):
        return 0
    if inode.i_sb == BDEV:
        return blkdev_fsync(inode)
    end = len(i_pages(inode.i_mapping)) << PAGE_SHIFT
    return filemap_write_and_wait_range(inode.i_mapping, 0, end)
