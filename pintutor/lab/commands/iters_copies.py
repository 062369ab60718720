"""Commands that copy to and from where an iterator says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pintutor.lab.iters import ITER, IterCopied
from pintutor.lab.kinds import TEXT, IntRange
from pintutor.lab.registry import command
from pintutor.linux.driver import NamedIter
from pintutor.linux.lib import iov_iter as lib
from pintutor.sim.objects import KArray

if TYPE_CHECKING:
    from pintutor.lab.lab import Lab

MOST_BYTES = 1 << 26
HELD = 1 << 16
"""Bytes that a result holds."""


@command(
    "iterators",
    kernel="lib/iov_iter.c: _copy_to_iter()",
    examples=('copyto i "hello"', "copyto i 0x00ff", 'copyto i "01234567" size=9000'),
    see=("copyfrom", "iterzero"),
)
def copyto(
    lab: Lab,
    name: Annotated[NamedIter, ITER],
    data: Annotated[bytes, TEXT],
    *,
    size: Annotated[int, IntRange(0, MOST_BYTES), "bytes; those of DATA"] = -1,
) -> IterCopied:
    """Copy bytes to where an iterator says, and advance it.

    With `size` the bytes are repeated up to so many.
    """
    if size >= 0 and data:
        data = (data * (size // len(data) + 1))[:size]
    ret = lib._copy_to_iter(data, len(data), name.iter)
    shown = data[: min(ret, HELD)].hex()
    return IterCopied("_copy_to_iter", name.name, len(data), ret, shown)


@command(
    "iterators",
    kernel="lib/iov_iter.c: _copy_from_iter()",
    examples=("copyfrom i 16",),
    see=("copyto",),
)
def copyfrom(
    lab: Lab,
    name: Annotated[NamedIter, ITER],
    size: Annotated[int, IntRange(0, MOST_BYTES), "bytes"],
) -> IterCopied:
    """Copy bytes from where an iterator says, and advance it."""
    buffer = KArray((b"",))
    ret = lib._copy_from_iter(buffer, size, name.iter)
    shown = buffer[0][: min(ret, HELD)].hex()
    return IterCopied("_copy_from_iter", name.name, size, ret, shown)


@command(
    "iterators",
    kernel="lib/iov_iter.c: iov_iter_zero()",
    examples=("iterzero i 512",),
    see=("copyto",),
)
def iterzero(
    lab: Lab,
    name: Annotated[NamedIter, ITER],
    size: Annotated[int, IntRange(0, MOST_BYTES), "bytes"],
) -> IterCopied:
    """Write zeroes where an iterator says, and advance it."""
    ret = lib.iov_iter_zero(size, name.iter)
    return IterCopied("iov_iter_zero", name.name, size, ret, "")
