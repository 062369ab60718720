"""struct inode: a file (include/linux/fs.h).

A file of tmpfs lives in the page cache alone. A file of the other file system,
which stands for ext4, has its bytes on a disk and is read from and written back
to there. struct file is folded into the inode: nobody seeks or reads here.

Not modelled: directories, rights, blocks and holes, timestamps, tmpfs files
that are swapped out.
"""

from __future__ import annotations

from dataclasses import dataclass

from pintutor.linux.include.linux import mm_types
from pintutor.sim.objects import KArray, KObject

TMPFS = "tmpfs"
EXT4 = "ext4"


@dataclass(slots=True, eq=False)
class Inode(KObject):
    """struct inode: a file, with what is known of it in memory."""

    name: str
    """Its name; empty for the file behind shared anonymous memory."""
    i_sb: str
    """The file system: TMPFS or EXT4."""
    i_size: int
    """Length [bytes]."""
    i_mapping: mm_types.AddressSpace
    """The pages that are in memory."""
    i_count: int = 1
    """Who uses it: each range that maps it, and its name."""
    nr_dirty: int = 0
    """Dirty pages that wait to be written back; the disk's count, in C."""
    disk: KArray[bytes] | None = None
    """What is on the disk, page by page; None for tmpfs."""


def shmem_mapping(mapping: mm_types.AddressSpace) -> bool:
    """True for the pages of a tmpfs file (include/linux/shmem_fs.h)."""
    return mapping.host is not None and mapping.host.i_sb == TMPFS


def mapping_can_writeback(mapping: mm_types.AddressSpace) -> bool:
    """True when dirty pages are written back (linux/backing-dev.h)."""
    return mapping.host is not None and mapping.host.i_sb != TMPFS
