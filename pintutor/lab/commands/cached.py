"""Commands that read and write files and disks through the page cache."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pintutor.lab.disks import Dio
from pintutor.lab.errors import CommandError
from pintutor.lab.kinds import IntRange
from pintutor.lab.lookups import REGION, SOURCE
from pintutor.lab.regions import Region
from pintutor.lab.registry import command
from pintutor.lab.results import error_name
from pintutor.linux.fs.read_write_sys import vfs_read, vfs_write
from pintutor.linux.include.linux.fs import BDEV, ELSEWHERE, ON_DISK, Inode
from pintutor.linux.include.linux.kiocb import Kiocb
from pintutor.linux.include.linux.uio import IovIter

if TYPE_CHECKING:
    from pintutor.lab.lab import Lab

PLACE = IntRange(0, 1 << 40)


@command(
    "files",
    kernel="mm/filemap.c: filemap_read()",
    examples=("pread F 0 buf", "pread F 4096 buf+512:100", "pread d 0 buf"),
    see=("pwrite", "dio", "file"),
)
def pread(
    lab: Lab,
    name: Annotated[Inode, SOURCE],
    offset: Annotated[int, PLACE, "where in it, in bytes"],
    memory: Annotated[Region, REGION],
) -> Dio:
    """Read a file or a disk through the page cache, as without O_DIRECT.

    Pages that are not in the cache are read from the disk first, those that lie side by
    side there in one bio, which holds no reference to them.
    """
    i = IovIter()
    ret = vfs_read(Kiocb(name, offset), i, memory.start, memory.size)
    error = error_name(ret)
    return Dio("read", name.name, offset, memory.size, ret, error, i.count)


@command(
    "files",
    kernel="mm/filemap.c: generic_perform_write()",
    examples=("pwrite F 0 buf", "pwrite F 4096 buf+512:100", "pwrite d 0 buf"),
    see=("pread", "fsync", "dio"),
)
def pwrite(
    lab: Lab,
    name: Annotated[Inode, SOURCE],
    offset: Annotated[int, PLACE, "where in it, in bytes"],
    memory: Annotated[Region, REGION],
) -> Dio:
    """Write a file or a disk through the page cache, as without O_DIRECT.

    The pages are dirty then, and reach the disk with `fsync`, or when direct I/O wants to
    see the range.
    """
    if name.i_sb in ELSEWHERE:
        raise CommandError(
            f"`{name.name}` is on {name.i_sb}: it is written past the cache alone",
            None,
            code="bad-choice",
            of=("name",),
            hint=f"`dio write {name.name} 0 buf`",
        )
    if name.i_sb not in (BDEV, *ON_DISK):
        raise CommandError(
            f"`{name.name}` is on {name.i_sb}: it can be written through a mapping",
            None,
            code="bad-choice",
            of=("name",),
            hint="`mmap m 1 of FILE shared`, then `write m`",
        )
    i = IovIter()
    ret = vfs_write(Kiocb(name, offset), i, memory.start, memory.size)
    error = error_name(ret)
    return Dio("write", name.name, offset, memory.size, ret, error, i.count)
