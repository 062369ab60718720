"""Direct I/O from a line: what is read or written, and the memory it goes to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from pintutor.lab.disks import disks
from pintutor.lab.errors import CommandError
from pintutor.lab.files import files
from pintutor.lab.iters import iters
from pintutor.lab.lookups import REGION, Lookup
from pintutor.lab.regions import Region
from pintutor.lab.words import Word
from pintutor.linux.fs.aio import io_getevents
from pintutor.linux.fs.read_write_sys import (
    aio_read,
    aio_setup_rw,
    aio_write,
    do_iter_readv_writev,
    vfs_read,
    vfs_write,
)
from pintutor.linux.include.linux.fs import ELSEWHERE, Inode
from pintutor.linux.include.linux.kiocb import IOCB_DIRECT, IOCB_NOWAIT, Kiocb
from pintutor.linux.include.linux.uio import READ, WRITE, IovIter
from pintutor.linux.include.uapi.errno import EIOCBQUEUED
from pintutor.linux.include.uapi.uio import Iovec, IovecPtr
from pintutor.linux.lib.iov_iter_import import import_iovec
from pintutor.sim.objects import KArray


class Target(NamedTuple):
    """What is read or written: a disk, or a file on one."""

    name: str
    inode: Inode


class Segments(NamedTuple):
    """The memory of one read or write."""

    regions: tuple[tuple[int, int], ...]
    """Address and length of each segment [bytes]; none for an iterator."""
    iter: IovIter | None
    """An iterator that a driver prepared."""

    @property
    def size(self) -> int:
        """Length of all [bytes]."""
        if self.iter is not None:
            return self.iter.count
        return sum(size for _, size in self.regions)


@dataclass(frozen=True, slots=True)
class Memory:
    """A region of memory, or an iterator by its name."""

    name: str = "MEMORY"
    note: str = "buf, buf[0], buf+512:1024, or an iterator"
    raw: bool = False

    def parse(self, word: Word, lab: Any) -> Region | IovIter:
        """What the word names."""
        for named in lab.kernel.iters:
            if named.name == word.text:
                prepared: IovIter = named.iter
                return prepared
        named = iters(lab.kernel).get(word.text)
        if named is not None:
            return named.iter
        region: Region = REGION.parse(word, lab)
        return region

    def complete(self, prefix: str, lab: Any) -> Iterable[tuple[str, str]]:
        """The regions and the iterators."""
        yield from REGION.complete(prefix, lab)
        for named in lab.kernel.iters:
            if named.name.startswith(prefix):
                yield named.name, f"{named.iter.iter_type}, {named.iter.count} bytes left"


def targets(lab: Any) -> Mapping[str, object]:
    """What can be read and written directly, by name."""
    found: dict[str, object] = {}
    for name, disk in disks(lab.kernel).items():
        if disk.part0 is not None:
            found[name] = Target(name, disk.part0.bd_inode)
    for name, file in files(lab.kernel).items():
        if file.sb is not None or file.i_sb in ELSEWHERE:
            found[name] = Target(name, file)
    return found


TARGET = Lookup("TARGET", "a disk, or a file on one", "disk or file", targets)


def memory_of(lab: Any, words: tuple[object, ...], size: int) -> Segments:
    """The memory that the words of a line name (CommandError)."""
    first = words[0] if words else None
    if isinstance(first, IovIter):
        return Segments((), first)
    regions = tuple((one.start, one.size) for one in words if isinstance(one, Region))
    if not regions or (size >= 0 and len(regions) > 1):
        raise CommandError(
            "name the memory" if not regions else "`size` is for one region",
            None,
            code="missing-argument",
            hint="`dio read d 0 buf`",
        )
    if size >= 0:
        regions = ((regions[0][0], size),)
    return Segments(regions, None)


def direct_io(
    op: str,
    target: Target,
    offset: int,
    memory: Segments,
    *,
    asynchronous: bool,
    nowait: bool,
) -> tuple[int, int]:
    """Read or write; what it returned, and what the iterator has left [bytes]."""
    flags = IOCB_DIRECT | (IOCB_NOWAIT if nowait else 0)
    iocb = Kiocb(target.inode, offset, flags, asynchronous)
    iter_ = memory.iter if memory.iter is not None else IovIter()
    rw = READ if op == "read" else WRITE
    if asynchronous:
        ret = _submitted(iocb, iter_, rw, memory)
    elif memory.iter is not None:
        ret = do_iter_readv_writev(iocb, iter_, rw)
    elif len(memory.regions) == 1:
        vfs = vfs_read if rw == READ else vfs_write
        ret = vfs(iocb, iter_, *memory.regions[0])
    else:
        ret = import_iovec(rw, _iovecs(memory), len(memory.regions), iter_)
        if ret >= 0:
            ret = do_iter_readv_writev(iocb, iter_, rw)
    return ret, iter_.count


def _submitted(iocb: Kiocb, iter_: IovIter, rw: int, memory: Segments) -> int:
    """Begin an asynchronous call: -EIOCBQUEUED, or its result if it is done."""
    if memory.iter is None:
        ret = aio_setup_rw(rw, iter_, _iovecs(memory), len(memory.regions))
        if ret < 0:
            return ret
    (aio_read if rw == READ else aio_write)(iocb, iter_)
    if not iocb.done:
        return -EIOCBQUEUED
    io_getevents()
    return iocb.res


def _iovecs(memory: Segments) -> IovecPtr:
    return IovecPtr(KArray(Iovec(start, size) for start, size in memory.regions), 0)
