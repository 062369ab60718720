"""Block devices as files: the inode of each, and its pages (block/bdev.c).

Not modelled: opening and closing, claiming a device, partitions.
"""

from pintutor.linux.globals import Kernel, this_kernel
from pintutor.linux.include.linux.blk_types import BlockDevice
from pintutor.linux.include.linux.blkdev import (
    bdev_logical_block_size,
    bdev_nr_bytes,
)
from pintutor.linux.include.linux.fs import Inode
from pintutor.linux.include.linux.mm_types import PAGE_SIZE
from pintutor.sim.function import kernel_function


def bdev_inodes(kernel: Kernel) -> tuple[Inode, ...]:
    """The inode of each device: blockdev_superblock->s_inodes."""
    return tuple(disk.part0.bd_inode for disk in kernel.disks if disk.part0)


def I_BDEV(inode: Inode) -> BlockDevice:
    """The device whose inode it is."""
    bdevs = (disk.part0 for disk in this_kernel().disks)
    return next(bdev for bdev in bdevs if bdev and bdev.bd_inode is inode)


def b_bdev(inode: Inode) -> BlockDevice:
    """The device on which the blocks of the file are, or which it is.

    In C get_block() notes it in each buffer.
    """
    return inode.sb.s_bdev if inode.sb is not None else I_BDEV(inode)


@kernel_function("block/bdev.c")
def set_init_blocksize(bdev: BlockDevice) -> None:
    """Choose the blocks of its page cache: as long as fits, up to a page."""
    bsize = bdev_logical_block_size(bdev)
    size = bdev_nr_bytes(bdev)
    while bsize < PAGE_SIZE and not size & bsize:
        bsize <<= 1
    bdev.bd_inode.i_blkbits = bsize.bit_length() - 1
