"""struct file: a file that somebody opened (include/linux/fs.h).

Opening makes a difference only to splicing, which asks how a file was opened
and through which node; elsewhere struct file is folded into the inode.

Not modelled: positions; rights, but for those of a mapping.
"""

from __future__ import annotations

from dataclasses import dataclass

from pintutor.linux.include.linux import fs, mm_types
from pintutor.sim.objects import KObject

O_DIRECT = 0o40000
"""Reads and writes bypass the page cache."""
FMODE_READ = 0x1
FMODE_WRITE = 0x2
"""What the file was opened for."""


@dataclass(slots=True, eq=False)
class File(KObject):
    """struct file: a file that somebody opened."""

    f_inode: fs.Inode
    """What was opened; of a block device its node in /dev, of length 0."""
    f_mapping: mm_types.AddressSpace
    """The pages of the contents; of a block device the device's."""
    f_flags: int = 0
    """O_* bits."""


def file_inode(f: File) -> fs.Inode:
    """What was opened."""
    return f.f_inode


def mapping_host(f: File) -> fs.Inode:
    """What has the contents: `f->f_mapping->host` in C."""
    host = f.f_mapping.host
    assert host is not None, "the mapping is a file's"
    return host
