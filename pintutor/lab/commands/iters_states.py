"""Commands that import iterators, copy them, and put them back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pintutor.lab.errors import CommandError
from pintutor.lab.gup_calls import FaultedIn
from pintutor.lab.iters import ITER, IterImported, IterState, state
from pintutor.lab.kinds import IntRange, OneOf
from pintutor.lab.lookups import UNUSED_NAME
from pintutor.lab.making_iters import user_segments
from pintutor.lab.registry import command
from pintutor.lab.results import error_name
from pintutor.lab.segments import SEGMENT
from pintutor.lab.words import Word
from pintutor.linux.driver import NamedIter
from pintutor.linux.include.linux.uio import (
    ITER_DEST,
    ITER_SOURCE,
    IovIter,
    iov_iter_save_state,
)
from pintutor.linux.include.uapi.uio import Iovec, IovecPtr
from pintutor.linux.lib import iov_iter as lib
from pintutor.sim.objects import KArray

if TYPE_CHECKING:
    from pintutor.lab.lab import Lab

MOST_BYTES = 1 << 32
FAULT_IN = {
    "readable": lib.fault_in_iov_iter_readable,
    "writeable": lib.fault_in_iov_iter_writeable,
}


@command(
    "iterators",
    kernel="lib/iov_iter.c: import_iovec()",
    examples=(
        "iterimport i dest buf:512 buf[1]",
        "iterimport i dest buf:1 times=1025",
        "iterimport i source 0x10000:0x7fffffff 0x10000:4096",
    ),
    see=("iter",),
)
def iterimport(
    lab: Lab,
    name: Annotated[str, UNUSED_NAME],
    direction: Annotated[str, OneOf("source", "dest")],
    *segments: Annotated[Word, SEGMENT],
    times: Annotated[int, IntRange(0, 1 << 16), "how often the segments come"] = 1,
) -> IterImported:
    """Make an iterator over user memory as readv() and writev() do, with their checks.

    More than 1024 segments or a length below 0 are -EINVAL, an address beyond user space
    is -EFAULT, and what goes beyond 0x7ffff000 bytes is cut off. One segment becomes
    ITER_UBUF since v6.4.
    """
    one = user_segments(lab, segments)
    array = KArray(
        [Iovec(each.iov_base, each.iov_len) for _ in range(times) for each in one]
    )
    way = ITER_SOURCE if direction == "source" else ITER_DEST
    i = IovIter()
    ret = lib.import_iovec(way, IovecPtr(array, 0), len(array), i)
    if ret >= 0:
        lab.kernel.iters = (*lab.kernel.iters, NamedIter(name, i))
    kind = i.iter_type if ret >= 0 else ""
    return IterImported(name, ret, error_name(ret), kind, len(array))


@command(
    "iterators",
    kernel="lib/iov_iter.c: dup_iter()",
    examples=("iterdup i j",),
    see=("iter", "itersave"),
)
def iterdup(
    lab: Lab,
    name: Annotated[NamedIter, ITER],
    copy: Annotated[str, UNUSED_NAME],
) -> IterState:
    """Make another iterator that stands at the same place, with its own segments.

    Only the segments that are left are copied, so the copy cannot go back beyond them.
    """
    i = IovIter()
    lib.dup_iter(i, name.iter)
    named = NamedIter(copy, i)
    lab.kernel.iters = (*lab.kernel.iters, named)
    return state(named)


@command(
    "iterators",
    kernel="include/linux/uio.h: iov_iter_save_state()",
    examples=("itersave i",),
    see=("iterrestore", "iterdup"),
)
def itersave(lab: Lab, name: Annotated[NamedIter, ITER]) -> IterState:
    """Note where an iterator stands, for `iterrestore`."""
    name.saved = iov_iter_save_state(name.iter)
    return state(name)


@command(
    "iterators",
    kernel="lib/iov_iter.c: iov_iter_restore()",
    examples=("iterrestore i",),
    see=("itersave", "iterrevert"),
)
def iterrestore(lab: Lab, name: Annotated[NamedIter, ITER]) -> IterState:
    """Put an iterator back to where its state was saved, after I/O that failed.

    The segment is found by counting back, so the kernel warns about kinds without
    segments, and leaves those where they are.
    """
    if name.saved is None:
        raise CommandError(
            f"no state of `{name.name}` was saved",
            None,
            code="nothing-saved",
            of=("name",),
            hint=f"`itersave {name.name}` first",
        )
    lib.iov_iter_restore(name.iter, name.saved)
    return state(name)


@command(
    "iterators",
    kernel="lib/iov_iter.c: fault_in_iov_iter_readable(), fault_in_iov_iter_writeable()",
    examples=("iterfault i writeable 8192",),
    see=("iter", "fault-in"),
)
def iterfault(
    lab: Lab,
    name: Annotated[NamedIter, ITER],
    access: Annotated[str, OneOf(*FAULT_IN)],
    size: Annotated[int, IntRange(0, MOST_BYTES), "bytes"],
) -> FaultedIn:
    """Fault in the next bytes of an iterator over a task's memory, holding nothing.

    This is what goes before trying again where an iterator with `nofault` came up short.
    """
    function = FAULT_IN[access]
    left = function(name.iter, size)
    return FaultedIn(function.__name__, name.name, size, left)
