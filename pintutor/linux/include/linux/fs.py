"""struct inode and struct super_block: a file, and where it lives
(include/linux/fs.h).

A file of tmpfs lives in the page cache alone. A file of ext4, vfat, udf or jfs
has its bytes on a disk: its extents say in which blocks. The inode of a block
device stands for the disk itself. struct file is folded into the inode.

Not modelled: directories, rights, timestamps, tmpfs files that are swapped out;
what a file system keeps on the disk about its files.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from pintutor.linux.include.linux import blk_types, mm_types
from pintutor.sim.atomic import read_once, write_once
from pintutor.sim.objects import KObject

TMPFS = "tmpfs"
EXT4 = "ext4"
VFAT = "vfat"
UDF = "udf"
JFS = "jfs"
NFS = "nfs"
FUSE = "fuse"
BDEV = "bdev"
"""What the node of a block device lies on."""

ELSEWHERE = (NFS, FUSE)
"""The file systems whose files somebody else keeps."""

ON_DISK = (EXT4, VFAT, UDF, JFS)
"""The file systems whose files are on a disk."""


@dataclass(slots=True, eq=False)
class SuperBlock(KObject):
    """struct super_block: a file system on a disk."""

    s_type: str
    """EXT4, VFAT, UDF or JFS."""
    s_bdev: blk_types.BlockDevice
    """The disk."""
    s_blocksize_bits: int
    """Size of a block, as a power of two [log2 bytes]."""
    s_cluster_bits: int
    """What a file is given at once, as a power of two [log2 bytes]."""
    s_free: tuple[tuple[int, int], ...]
    """Free blocks by rising number: the first, and how many."""
    s_maxbytes: int
    """How long a file may be [bytes]."""


class Extent(NamedTuple):
    """Blocks of a file that lie side by side on the disk."""

    lblk: int
    """First block in the file."""
    pblk: int
    """First block on the disk."""
    len: int
    """How many [blocks]."""
    unwritten: bool = False
    """True while they are the file's but read as zeroes."""


@dataclass(slots=True, eq=False)
class Inode(KObject):
    """struct inode: a file, with what is known of it in memory."""

    name: str
    """Its name; empty for the file behind shared anonymous memory."""
    i_sb: str
    """The file system: TMPFS or one of ON_DISK, or what else made it."""
    i_size: int
    """Length [bytes]."""
    i_mapping: mm_types.AddressSpace
    """The pages that are in memory."""
    i_count: int = 1
    """Who uses it: each range that maps it, and its name."""
    nr_dirty: int = 0
    """Dirty pages that wait to be written back; the disk's count, in C."""
    sb: SuperBlock | None = None
    """The file system on its disk; None for a file without a disk."""
    i_blkbits: int = 12
    """Size of a block, as a power of two [log2 bytes]."""
    extents: tuple[Extent, ...] = ()
    """Its blocks by rising place in the file; what lies between is holes."""
    mmu_private: int = 0
    """vfat: up to where the file has blocks [bytes]."""
    i_rwsem: int = 0
    """Who reads or changes the file: readers, or -1."""
    i_dio_count: int = 0
    """Direct I/O under way."""
    wb_err: int = 0
    """Error of writing pages back that nobody has heard of yet."""


def shmem_mapping(mapping: mm_types.AddressSpace) -> bool:
    """True for the pages of a tmpfs file (include/linux/shmem_fs.h)."""
    return mapping.host is not None and mapping.host.i_sb == TMPFS


def mapping_can_writeback(mapping: mm_types.AddressSpace) -> bool:
    """True when dirty pages are written back (linux/backing-dev.h)."""
    return mapping.host is not None and mapping.host.i_sb != TMPFS


def i_blocksize(inode: Inode) -> int:
    """Size of a block of the file [bytes]."""
    return 1 << inode.i_blkbits


def i_size_write(inode: Inode, i_size: int) -> None:
    """Set the length of the file, which others may be reading [bytes]."""
    write_once(inode, "i_size", i_size)


def i_size_read(inode: Inode) -> int:
    """Length of the file, which may change meanwhile [bytes]."""
    size: int = read_once(inode, "i_size")
    return size
