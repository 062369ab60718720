"""Making, using, and getting rid of files (fs/inode.c, fs/super.c, fs/open.c).

Not modelled: a file whose name is removed while it is in use.
"""

from pintutor.linux.fs.buffer import block_truncate_page
from pintutor.linux.fs.extents import cut_extents, free_blocks
from pintutor.linux.fs.fat import cont_expand_zero
from pintutor.linux.fs.inode_dio import inode_dio_wait
from pintutor.linux.fs.write_checks import inode_newsize_ok
from pintutor.linux.globals import this_kernel
from pintutor.linux.include.linux.blk_types import BlockDevice
from pintutor.linux.include.linux.blkdev import bdev_nr_bytes
from pintutor.linux.include.linux.fs import (
    EXT4,
    JFS,
    TMPFS,
    UDF,
    VFAT,
    Inode,
    SuperBlock,
    i_size_write,
)
from pintutor.linux.include.linux.mm_types import (
    PAGE_SIZE,
    AddressSpace,
    Page,
)
from pintutor.linux.include.uapi.errno import EOPNOTSUPP
from pintutor.linux.mm.filemap import i_pages
from pintutor.linux.mm.truncate import (
    truncate_inode_pages_range,
    truncate_pagecache,
    truncate_pagecache_range,
)
from pintutor.sim.function import kernel_function
from pintutor.sim.objects import KArray

SECTOR_BITS = 9
CLUSTER_BITS = 12
LAST_BLOCK = 1 << 62


def s_maxbytes(s_type: str) -> int:
    """How long a file of that type may be with blocks of 4096 bytes [bytes].

    ext4 counts blocks with 32 bits and keeps one number free, vfat counts bytes
    with 32 bits, udf has a limit of its own, jfs has a 40-bit block number.
    """
    return {
        EXT4: (1 << 32) - 1 << CLUSTER_BITS,
        VFAT: 0xFFFFFFFF,
        UDF: 1 << 42,
        JFS: 1 << 40 + CLUSTER_BITS,
    }[s_type]


@kernel_function("fs/super.c")
def mount_bdev(s_type: str, bdev: BlockDevice) -> SuperBlock:
    """An empty file system of that type on a disk, made there first."""
    bits = SECTOR_BITS if s_type == VFAT else CLUSTER_BITS
    blocks = bdev_nr_bytes(bdev) >> CLUSTER_BITS << CLUSTER_BITS - bits
    cluster = 1 << CLUSTER_BITS - bits
    free = ((cluster, blocks - cluster),)
    longest = s_maxbytes(s_type)
    sb = SuperBlock(s_type, bdev, bits, CLUSTER_BITS, free, longest)
    kernel = this_kernel()
    kernel.super_blocks = (*kernel.super_blocks, sb)
    return sb


@kernel_function("fs/inode.c")
def new_inode(
    name: str, i_sb: str, size: int, *, sb: SuperBlock | None = None
) -> Inode:
    """A file without blocks and with a length in bytes: one hole."""
    pages = -(-size // PAGE_SIZE) if i_sb == TMPFS else 0
    mapping = AddressSpace(name, anonymous=False)
    mapping.i_pages = KArray[Page | None]([None] * pages)
    inode = Inode(name, i_sb, size, mapping, sb=sb)
    if sb is not None:
        inode.i_blkbits = sb.s_blocksize_bits
    mapping.host = inode
    kernel = this_kernel()
    kernel.files = (*kernel.files, inode)
    return inode


def ihold(inode: Inode) -> None:
    """Count one more user of the file."""
    inode.i_count += 1


@kernel_function("fs/inode.c")
def iput(inode: Inode) -> None:
    """Count one user of the file less; without any it goes."""
    inode.i_count -= 1
    if inode.i_count == 0:
        evict(inode)


@kernel_function("fs/inode.c")
def evict(inode: Inode) -> None:
    """Take a file away that nobody uses: its pages leave the cache."""
    pages = len(i_pages(inode.i_mapping))
    truncate_inode_pages_range(inode.i_mapping, 0, pages)
    truncate_blocks(inode, 0)
    kernel = this_kernel()
    kernel.files = tuple(each for each in kernel.files if each is not inode)


@kernel_function("fs/open.c")
def do_truncate(inode: Inode, length: int) -> int:
    """Give the file another length; what it gains is zeroes.

    Pages beyond the end leave the cache, also those that are pinned. Blocks are
    freed once no direct I/O is under way. Returns: 0 or an error.
    """
    error = inode_newsize_ok(inode, length)
    if error:
        return error
    inode_dio_wait(inode)
    if inode.i_sb == VFAT and length > inode.i_size:
        return cont_expand_zero(inode, length)
    block_truncate_page(inode, length)
    i_size_write(inode, length)
    truncate_pagecache(inode, -(-length // PAGE_SIZE))
    truncate_blocks(inode, length)
    return 0


@kernel_function("fs/ext4/inode.c")
def truncate_blocks(inode: Inode, length: int) -> None:
    """Free the blocks beyond a length.

    It stands for ext4_truncate(), fat_truncate_blocks() and
    udf_truncate_extents().
    """
    if inode.sb is None:
        return
    inode.mmu_private = min(inode.mmu_private, length)
    bits = inode.sb.s_cluster_bits
    end = (length + (1 << bits) - 1 >> bits) << bits - inode.i_blkbits
    for extent in cut_extents(inode, end, LAST_BLOCK):
        free_blocks(inode.sb, extent.pblk, extent.len)


@kernel_function("fs/open.c")
def vfs_punch_hole(inode: Inode, index: int) -> int:
    """Make one page of the file a hole, which reads as zeroes.

    In C this is vfs_fallocate() with FALLOC_FL_PUNCH_HOLE. Returns: 0, or
    -EOPNOTSUPP on vfat, whose files have no holes.
    """
    if inode.i_sb == VFAT:
        return -EOPNOTSUPP
    inode_dio_wait(inode)
    truncate_pagecache_range(inode, index, index + 1)
    if inode.sb is not None:
        for extent in cut_extents(inode, index, index + 1):
            free_blocks(inode.sb, extent.pblk, extent.len)
    return 0
