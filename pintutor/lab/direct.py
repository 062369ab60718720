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
from pintutor.lab.making_iters import user_segments
from pintutor.lab.words import Word
from pintutor.linux.fs.aio import io_getevents
from pintutor.linux.fs.read_write_sys import (
    aio_read,
    aio_setup_rw,
    aio_write,
    do_iter_read,
    do_iter_write,
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

    segments: tuple[Iovec, ...]
    """The segments; none for an iterator."""
    iter: IovIter | None
    """An iterator that a driver prepared."""

    @property
    def size(self) -> int:
        """Length of all [bytes]."""
        if self.iter is not None:
            return self.iter.count
        return sum(one.iov_len for one in self.segments)


@dataclass(frozen=True, slots=True)
class Memory:
    """A segment of user memory, or an iterator by its name."""

    name: str = "MEMORY"
    note: str = "buf, buf[0], buf+512:1024, buf:0, or an iterator"
    raw: bool = False

    def parse(self, word: Word, lab: Any) -> Iovec | IovIter:
        """What the word names."""
        for named in lab.kernel.iters:
            if named.name == word.text:
                prepared: IovIter = named.iter
                return prepared
        named = iters(lab.kernel).get(word.text)
        if named is not None:
            return named.iter
        return user_segments(lab, (word,))[0]

    def complete(self, prefix: str, lab: Any) -> Iterable[tuple[str, str]]:
        """The ranges and the iterators."""
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


def memory_of(words: tuple[object, ...], *, size: int = -1, times: int = 1) -> Segments:
    """The memory that the words of a line name (CommandError)."""
    first = words[0] if words else None
    if isinstance(first, IovIter):
        return Segments((), first)
    segments = tuple(one for one in words if isinstance(one, Iovec))
    if not segments:
        raise CommandError(
            "name the memory",
            None,
            code="missing-argument",
            hint="it stands behind the offset: `buf`, or `buf[0]`",
            of=("memory",),
        )
    if size >= 0 and len(segments) > 1:
        raise CommandError(
            "`size` is for one segment",
            None,
            code="too-many",
            hint="of several each says how long it is: `buf:512`",
            of=("size",),
        )
    if size >= 0:
        segments = (Iovec(segments[0].iov_base, size),)
    return Segments(segments * times, None)


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
        return _submitted(iocb, iter_, rw, memory), iter_.count
    if memory.iter is None and len(memory.segments) == 1:
        vfs = vfs_read if rw == READ else vfs_write
        one = memory.segments[0]
        return vfs(iocb, iter_, one.iov_base, one.iov_len), iter_.count
    ret = 0
    if memory.iter is None:
        ret = import_iovec(rw, _iovecs(memory), len(memory.segments), iter_)
    if ret >= 0:
        ret = (do_iter_read if rw == READ else do_iter_write)(iocb, iter_)
    return ret, iter_.count


def _submitted(iocb: Kiocb, iter_: IovIter, rw: int, memory: Segments) -> int:
    """Begin an asynchronous call: -EIOCBQUEUED, or its result if it is done."""
    if memory.iter is None:
        ret = aio_setup_rw(rw, iter_, _iovecs(memory), len(memory.segments))
        if ret < 0:
            return ret
    ret = (aio_read if rw == READ else aio_write)(iocb, iter_)
    if ret:
        return ret
    if not iocb.done:
        return -EIOCBQUEUED
    io_getevents()
    return iocb.res


def _iovecs(memory: Segments) -> IovecPtr:
    return IovecPtr(KArray(memory.segments), 0)
