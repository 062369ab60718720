"""What a range of a file is on the disk, and a direct I/O over such ranges
(include/linux/iomap.h, include/linux/buffer_head.h, fs/iomap/direct-io.c).

Not modelled: data inside the inode, delayed allocation, zone append, polling,
FUA writes, O_DSYNC.
"""

from __future__ import annotations

from dataclasses import dataclass

from pintutor.linux.include.linux import blk_types, mm_types, uio
from pintutor.linux.include.linux.fs import Inode
from pintutor.linux.include.linux.kiocb import Kiocb
from pintutor.sim.objects import KObject
from pintutor.sim.poison import freeable

SECTOR_SHIFT = 9

IOMAP_HOLE = 0
IOMAP_DELALLOC = 1
IOMAP_MAPPED = 2
IOMAP_UNWRITTEN = 3

IOMAP_TYPES = ("hole", "delalloc", "mapped", "unwritten")
"""The types by number."""

IOMAP_F_NEW = 1 << 0
IOMAP_F_DIRTY = 1 << 1
IOMAP_F_SHARED = 1 << 2

IOMAP_WRITE = 1 << 0
IOMAP_DIRECT = 1 << 4
IOMAP_NOWAIT = 1 << 5
IOMAP_OVERWRITE_ONLY = 1 << 6

IOMAP_DIO_FORCE_WAIT = 1 << 0
IOMAP_DIO_OVERWRITE_ONLY = 1 << 1
IOMAP_DIO_PARTIAL = 1 << 2

IOMAP_DIO_UNWRITTEN = 1 << 0
IOMAP_DIO_COW = 1 << 1
IOMAP_DIO_INLINE_COMP = 1 << 27
IOMAP_DIO_WRITE = 1 << 30
IOMAP_DIO_DIRTY = 1 << 31

IOMAP_DIO_NAMES: dict[int, str] = {
    IOMAP_DIO_UNWRITTEN: "unwritten",
    IOMAP_DIO_COW: "cow",
    IOMAP_DIO_INLINE_COMP: "inline_comp",
    IOMAP_DIO_WRITE: "write",
    IOMAP_DIO_DIRTY: "dirty",
}
"""Bit of iomap_dio.flags to the name that views show."""


@dataclass(slots=True, eq=False)
class Iomap(KObject):
    """struct iomap: what one range of a file is."""

    addr: int = -1
    """Where on the disk it begins [bytes]; -1: nowhere."""
    offset: int = 0
    """Where in the file it begins [bytes]."""
    length: int = 0
    """How long it is [bytes]."""
    type: int = IOMAP_HOLE
    """IOMAP_HOLE, _MAPPED or _UNWRITTEN."""
    flags: int = 0
    """IOMAP_F_* bits."""
    bdev: blk_types.BlockDevice | None = None
    """The disk."""


@dataclass(slots=True, eq=False)
class IomapIter(KObject):
    """struct iomap_iter: a walk over a file, one range after another."""

    inode: Inode
    pos: int
    """Where in the file it is [bytes]."""
    len: int
    """How much is left [bytes]."""
    flags: int
    """IOMAP_WRITE, IOMAP_DIRECT and the like."""
    iomap: Iomap
    """The range that is being worked on."""
    processed: int = 0
    """How much of it was done [bytes], or an error."""


@freeable
@dataclass(slots=True, eq=False)
class IomapDio(KObject):
    """struct iomap_dio: one direct I/O, until its last bio is complete."""

    iocb: Kiocb
    i_size: int
    """Length of the file when it began [bytes]."""
    iter: uio.IovIter
    """The memory; submit.iter in C."""
    waiter: mm_types.TaskStruct | None
    """Who waits for the end; submit.waiter in C."""
    size: int = 0
    """What was submitted, without padding [bytes]."""
    ref: int = 1
    """One for who submits, and one a bio in flight."""
    flags: int = 0
    """IOMAP_DIO_* bits."""
    error: int = 0
    """The first error; 0: none."""
    done_before: int = 0
    """What an earlier part of the same request had done [bytes]."""
    wait_for_completion: bool = False
    """True when the submitter waits."""


def iomap_sector(iomap: Iomap, pos: int) -> int:
    """The sector of the disk that has byte `pos` of the file."""
    return iomap.addr + pos - iomap.offset >> SECTOR_SHIFT


def iomap_length(iter: IomapIter) -> int:
    """How much of the walk lies in the current range [bytes]."""
    end = iter.iomap.offset + iter.iomap.length
    return min(iter.len, end - iter.pos)
