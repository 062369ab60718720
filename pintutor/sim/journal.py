"""The undo log: every assignment to a kernel object, in order, both ways.

Two flat lists hold it, not an object per write: the cyclic garbage collector does
not walk them entry by entry, and slices of them are cut at C speed. `past` holds
(object, field, old, new) four by four; `future` holds what was undone, reversed,
so that both grow and shrink at their end.
"""

from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

from pintutor.sim.errors import JournalError

RAW = "raw_"
"""Prefix of the slot behind a journaled field; writing it records nothing."""

_WIDTH = 4
_CHUNK = 1 << 16
"""Writes folded at once: what a long call writes of one page lies close together."""

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


def put(obj: Any, field: str | int, value: Any) -> None:
    """Set a field, named as the journal does; nothing is recorded."""
    if field.__class__ is int:
        obj.raw_items[field] = value
    else:
        _set_slot(obj, field, value)  # type: ignore[arg-type]


class Journal:
    """A position in a line of recorded writes that can be moved both ways."""

    __slots__ = ("_future", "_line", "_past", "_seen", "record")

    def __init__(self) -> None:
        self._past: list[Any] = []
        self._future: list[Any] = []
        self._seen = 0
        self._line = 0
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

    @property
    def state(self) -> tuple[int, int]:
        """What every recorded object holds, as two numbers that never mean anything else.

        They are the line of history, which `cut`, `graft` and `fold` change, and the
        position on it.
        """
        return self._line, len(self._past)

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
            put(obj, field, old)
        self._future.extend(part)

    def _forward(self, count: int) -> None:
        part = self._future[-_WIDTH * count :]
        del self._future[-_WIDTH * count :]
        part.reverse()
        for obj, field, new in zip(part[0::4], part[1::4], part[3::4], strict=True):
            put(obj, field, new)
        self._past.extend(part)

    def cut(self) -> Tail:
        """Take the undone future off, so that a new one can be written from here."""
        tail = Tail(self.position, tuple(self._future))
        self._line += bool(self._future)
        self._future.clear()
        return tail

    def graft(self, tail: Tail) -> None:
        """Put a future back that was cut at this very position."""
        if self._future or tail.position != self.position:
            raise JournalError(f"a tail of {tail.position} cannot go on {self.position}")
        self._line += 1
        self._future.extend(tail.writes)
        self._seen = len(self._past)

    def fold(self, start: int) -> None:
        """Keep of the writes since `start` what each field held before and after.

        For a part of history that nobody can stand within: it is several times
        shorter then, and what wrote to objects that are gone again stays away.
        """
        past = self._past
        self._line += 1
        kept = _WIDTH * start
        for at in range(kept, len(past), _WIDTH * _CHUNK):
            part = _folded(past[at : at + _WIDTH * _CHUNK])
            past[kept : kept + len(part)] = part
            kept += len(part)
        del past[kept:]

    def since(self, start: int) -> list[Any]:
        """The writes since a position as they are kept: four by four."""
        return self._past[_WIDTH * start :]

    def writes(self, start: int, stop: int) -> Iterator[Write]:
        """The writes from `start` up to `stop`, oldest first; both lie in the past."""
        part = self._past[_WIDTH * start : _WIDTH * stop]
        for obj, field, old, new in zip(*(part[n::4] for n in range(4)), strict=True):
            yield Write(obj, public(field), old, new)

    def of_fields(self, fields: Collection[str], start: int) -> list[int]:
        """Positions since `start` of the writes of fields so named, of any object."""
        found: list[int] = []
        written = self._past[_WIDTH * start + 1 :: _WIDTH]
        for slot in [RAW + field for field in fields]:
            at = -1
            for _ in range(written.count(slot)):
                at = written.index(slot, at + 1)
                found.append(start + at)
        return sorted(found)

    def last_write(self, obj: Any, field: str | int, before: int) -> int | None:
        """Index of the last write of that field before `before`, or None."""
        return self.last_writes({(obj, field)}, before).get((obj, field))

    def last_writes(
        self, fields: Collection[tuple[Any, str | int]], before: int
    ) -> dict[tuple[Any, str | int], int]:
        """Index of the last write before `before` of each field that was written.

        One pass, from there back to where the last of them was found.
        """
        wanted: dict[Any, dict[str | int, str | int]] = {}
        for obj, field in fields:
            slot = field if isinstance(field, int) else RAW + field
            wanted.setdefault(obj, {})[slot] = field
        found: dict[tuple[Any, str | int], int] = {}
        past = self._past
        index = min(before, self.position)
        while wanted and index > 0:
            index -= 1
            obj = past[_WIDTH * index]
            slots = wanted.get(obj)
            if slots is None or past[_WIDTH * index + 1] not in slots:
                continue
            found[obj, slots.pop(past[_WIDTH * index + 1])] = index
            if not slots:
                del wanted[obj]
        return found


def _folded(part: list[Any]) -> list[Any]:
    """One write a field, from its first old value to its last new one."""
    seen: dict[str | int, dict[Any, int]] = {}
    firsts: list[int] = []
    last: dict[int, Any] = {}
    for at in range(0, len(part), _WIDTH):
        first = seen.setdefault(part[at + 1], {}).setdefault(part[at], at)
        if first == at:
            firsts.append(at)
        last[first] = part[at + 3]
    found: list[Any] = []
    for at in firsts:
        if part[at + 2] is not last[at] and part[at + 2] != last[at]:
            found += (part[at], part[at + 1], part[at + 2], last[at])
    return found


def public(field: str | int) -> str | int:
    """A field as the journal names it by the name that it has."""
    return field.removeprefix(RAW) if isinstance(field, str) else field
