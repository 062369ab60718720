"""The undo log: every assignment to a kernel object, in order, both ways.

Two flat lists hold it, not an object per write: the cyclic garbage collector does
not walk them entry by entry, and slices of them are cut at C speed. `past` holds
(object, field, old, new) four by four; `future` holds what was undone, reversed,
so that both grow and shrink at their end.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from pintutor.sim.errors import JournalError

RAW = "raw_"
"""Prefix of the slot behind a journaled field; writing it records nothing."""

_WIDTH = 4
_set_slot = object.__setattr__


class Write(NamedTuple):
    """One recorded assignment."""

    obj: Any
    field: str | int
    """Field name of a KObject, or index of a KArray."""
    old: Any
    new: Any


class Tail(NamedTuple):
    """A future that was cut off: the writes after `position`, ready to come back."""

    position: int
    """Journal position the tail continues from [writes]."""
    writes: tuple[Any, ...]


def _put(obj: Any, field: str | int, value: Any) -> None:
    if field.__class__ is int:
        obj.items[field] = value
    else:
        _set_slot(obj, field, value)  # type: ignore[arg-type]


class Journal:
    """A position in a line of recorded writes that can be moved both ways."""

    __slots__ = ("_future", "_past", "_seen", "record")

    def __init__(self) -> None:
        self._past: list[Any] = []
        self._future: list[Any] = []
        self._seen = 0
        self.record = self._past.extend
        """Append one (object, field, old, new); called by every recorded assignment."""

    @property
    def position(self) -> int:
        """Writes before now."""
        return len(self._past) // _WIDTH

    @property
    def end(self) -> int:
        """Writes before now and writes that were undone and can be redone."""
        return (len(self._past) + len(self._future)) // _WIDTH

    def seek(self, position: int) -> None:
        """Bring every recorded object to its state at `position`.

        Errors: JournalError when the position is not on this line of history, or
        when something was written in the past without `cut` before it.
        """
        if not 0 <= position <= self.end:
            raise JournalError(f"position {position} is not in 0..{self.end}")
        if self._future and len(self._past) != self._seen:
            raise JournalError("written in the past without cut()")
        distance = position - self.position
        if distance < 0:
            self._back(-distance)
        elif distance > 0:
            self._forward(distance)
        self._seen = len(self._past)

    def _back(self, count: int) -> None:
        part = self._past[-_WIDTH * count :]
        del self._past[-_WIDTH * count :]
        part.reverse()
        for obj, field, old in zip(part[3::4], part[2::4], part[1::4], strict=True):
            _put(obj, field, old)
        self._future.extend(part)

    def _forward(self, count: int) -> None:
        part = self._future[-_WIDTH * count :]
        del self._future[-_WIDTH * count :]
        part.reverse()
        for obj, field, new in zip(part[0::4], part[1::4], part[3::4], strict=True):
            _put(obj, field, new)
        self._past.extend(part)

    def cut(self) -> Tail:
        """Take the undone future off, so that a new one can be written from here."""
        tail = Tail(self.position, tuple(self._future))
        self._future.clear()
        return tail

    def graft(self, tail: Tail) -> None:
        """Put a future back that was cut at this very position."""
        if self._future or tail.position != self.position:
            raise JournalError(f"a tail of {tail.position} cannot go on {self.position}")
        self._future.extend(tail.writes)
        self._seen = len(self._past)

    def writes(self, start: int, stop: int) -> Iterator[Write]:
        """The writes from `start` up to `stop`, oldest first; both lie in the past."""
        part = self._past[_WIDTH * start : _WIDTH * stop]
        for obj, field, old, new in zip(*(part[n::4] for n in range(4)), strict=True):
            yield Write(obj, _public(field), old, new)

    def last_write(self, obj: Any, field: str | int, before: int) -> int | None:
        """Index of the last write of that field before `before`, or None."""
        wanted = field if isinstance(field, int) else RAW + field
        past = self._past
        for index in range(min(before, self.position) - 1, -1, -1):
            if past[_WIDTH * index] is obj and past[_WIDTH * index + 1] == wanted:
                return index
        return None


def _public(field: str | int) -> str | int:
    return field.removeprefix(RAW) if isinstance(field, str) else field
