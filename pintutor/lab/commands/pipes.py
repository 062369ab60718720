"""Commands about pipes: what goes in as a copy, what goes in as a page, and out again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

from pintutor.lab.errors import CommandError
from pintutor.lab.kinds import IntRange, OneOf
from pintutor.lab.lookups import REGION, SOURCE, UNUSED_NAME, Lookup
from pintutor.lab.pipes import Piped, buffers, contents, pipes
from pintutor.lab.regions import Region
from pintutor.lab.registry import command
from pintutor.lab.results import error_name
from pintutor.linux.fs import pipe as fs_pipe
from pintutor.linux.fs import splice as fs_splice
from pintutor.linux.fs import vmsplice as fs_vmsplice
from pintutor.linux.fs.open import do_dentry_open
from pintutor.linux.include.linux.file import O_DIRECT
from pintutor.linux.include.linux.fs import Inode
from pintutor.linux.include.linux.pipe_fs_i import PIPE_DEF_BUFFERS, PipeInodeInfo
from pintutor.linux.include.linux.uio import (
    ITER_DEST,
    ITER_SOURCE,
    IovIter,
    iov_iter_truncate,
)
from pintutor.linux.include.uapi.uio import Iovec, IovecPtr
from pintutor.linux.lib.iov_iter import import_iovec, iov_iter_discard
from pintutor.sim.objects import KArray
from pintutor.sim.poison import is_poisoned

if TYPE_CHECKING:
    from pintutor.lab.lab import Lab

MOST_SLOTS = 1 << 10
MOST_BYTES = 1 << 32
SHOWN = 16
"""Bytes of what was read that a result holds."""


def _pipes(lab: Lab) -> Mapping[str, object]:
    return {**pipes(lab.kernel)}


PIPE = Lookup("PIPE", "a pipe that was made", "pipe", _pipes)


def _result(function: str, pipe: PipeInodeInfo, ret: int, value: bytes = b"") -> Piped:
    shown = value[: max(0, min(ret, SHOWN))].hex()
    return Piped(function, pipe.name, ret, error_name(ret), len(buffers(pipe)), shown)


@command(
    "pipes",
    kernel="fs/pipe.c: alloc_pipe_info()",
    examples=("pipe R", "pipe R 2"),
    see=("vmsplice", "splice", "drain"),
)
def pipe(
    lab: Lab,
    name: Annotated[str, UNUSED_NAME],
    slots: Annotated[int, IntRange(1, MOST_SLOTS), "a power of two"] = PIPE_DEF_BUFFERS,
) -> Piped:
    """Make a pipe: a ring of slots, each for a part of one page.

    `p[0]` is the oldest buffer in it, with `.page`, `.offset`, `.len` and `.ops`.
    """
    if slots & slots - 1:
        raise CommandError(
            f"a pipe cannot have {slots} slots: the number must be a power of two",
            None,
            code="bad-number",
            of=("slots",),
            hint="16 is usual",
        )
    return _result("alloc_pipe_info", fs_pipe.alloc_pipe_info(name, slots), 0)


@command(
    "pipes",
    kernel="fs/splice.c: vmsplice_to_pipe()",
    examples=("vmsplice P buf", "vmsplice P buf+512:1024 gift"),
    see=("pipe-write", "drain", "fork"),
)
def vmsplice(
    lab: Lab,
    pipe: Annotated[PipeInodeInfo, PIPE],
    region: Annotated[Region, REGION],
    *,
    gift: bool = False,
) -> Piped:
    """Put pages of the current task's memory into a pipe, without a copy.

    Each is held by a reference, FOLL_GET. What is written to the memory afterwards is
    read from the pipe, unless the write goes to a copy of the page.
    """
    flags = fs_vmsplice.SPLICE_F_GIFT if gift else 0
    ret = fs_vmsplice.vmsplice_to_pipe(pipe, _memory(region, ITER_SOURCE), flags)
    return _result("vmsplice_to_pipe", pipe, ret)


@command(
    "pipes",
    kernel="fs/pipe.c: pipe_write()",
    examples=("pipe-write P buf", "pipe-write P buf+512:100"),
    see=("vmsplice", "drain"),
)
def pipe_write(
    lab: Lab,
    pipe: Annotated[PipeInodeInfo, PIPE],
    region: Annotated[Region, REGION],
) -> Piped:
    """Write memory of the current task to a pipe, which copies it to pages of its own."""
    ret = fs_pipe.pipe_write(pipe, _memory(region, ITER_SOURCE))
    return _result("pipe_write", pipe, ret)


@command(
    "pipes",
    kernel="fs/splice.c: splice_file_to_pipe()",
    examples=("splice F 0 8192 P", "splice F 0 8192 P direct"),
    see=("drain", "tee", "truncate"),
)
def splice(
    lab: Lab,
    file: Annotated[Inode, SOURCE],
    offset: Annotated[int, IntRange(0, MOST_BYTES), "first byte in the file"],
    size: Annotated[int, IntRange(0, MOST_BYTES), "most bytes"],
    pipe: Annotated[PipeInodeInfo, PIPE],
    *,
    direct: bool = False,
) -> Piped:
    """Put a part of a file into a pipe.

    A page that is in the cache goes into the pipe as it is. With `direct` the file is
    opened with O_DIRECT, and the disk writes to pages of the pipe.
    """
    opened = do_dentry_open(file, O_DIRECT if direct else 0)
    ppos = KArray([offset])
    ret = fs_splice.splice_file_to_pipe(opened, pipe, ppos, size, 0)
    return _result("splice_file_to_pipe", pipe, ret)


@command(
    "pipes",
    kernel="fs/splice.c: link_pipe()",
    examples=("tee P Q", "tee P Q 100"),
    see=("splice", "drain"),
)
def tee(
    lab: Lab,
    pipe: Annotated[PipeInodeInfo, PIPE],
    into: Annotated[PipeInodeInfo, PIPE],
    size: Annotated[int, IntRange(1, MOST_BYTES), "most bytes; all"] = MOST_BYTES,
) -> Piped:
    """Put what is in one pipe into another too: the pages are held twice then."""
    if pipe is into:
        raise CommandError(
            f"`{pipe.name}` cannot be doubled into itself",
            None,
            code="bad-name",
            of=("into",),
            hint="`pipe q` makes another",
        )
    return _result("link_pipe", into, fs_splice.link_pipe(pipe, into, size, 0))


@command(
    "pipes",
    kernel="fs/pipe.c: pipe_read()",
    examples=("drain P", "drain P 100", "drain P to buf"),
    see=("splice", "vmsplice"),
)
def drain(
    lab: Lab,
    pipe: Annotated[PipeInodeInfo, PIPE],
    size: Annotated[int, IntRange(1, MOST_BYTES), "most bytes; all"] = MOST_BYTES,
    *,
    to_: Annotated[Region | None, REGION, "memory of the current task"] = None,
) -> Piped:
    """Read from a pipe; a buffer that is used up gives its page back.

    Without `to` the bytes go nowhere but into the result.
    """
    value = contents(pipe)
    if to_ is None:
        to = IovIter()
        iov_iter_discard(to, ITER_DEST, size)
    else:
        to = _memory(to_, ITER_DEST)
        iov_iter_truncate(to, size)
    return _result("pipe_read", pipe, fs_pipe.pipe_read(pipe, to), value)


@command(
    "pipes",
    kernel="fs/pipe.c: pipe_release()",
    examples=("close P", "close P read"),
    see=("pipe",),
)
def close(
    lab: Lab,
    pipe: Annotated[PipeInodeInfo, PIPE],
    *,
    end: Annotated[str, OneOf("read", "write"), "only this end"] = "",
) -> Piped:
    """Close a pipe, or one end of it; without ends what is still in it is given back."""
    name, reading = pipe.name, end != "write" and pipe.readers > 0
    writing = end != "read" and pipe.writers > 0
    if reading:
        fs_pipe.pipe_release(pipe, reading=True)
    if writing:
        fs_pipe.pipe_release(pipe, reading=False)
    left = 0 if is_poisoned(pipe) else len(buffers(pipe))
    return Piped("pipe_release", name, 0, "", left)


def _memory(region: Region, direction: int) -> IovIter:
    """An iterator over memory of the current task."""
    to = IovIter()
    import_iovec(direction, IovecPtr(KArray([Iovec(region.start, region.size)]), 0), 1, to)
    return to
