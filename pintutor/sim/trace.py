"""Tracepoints, named as the kernel names them (`kmem:mm_page_alloc` and so on).

The number of hits is a journaled field, so that each hit has a position of its own
and undo tells the hits of the past from those of a future that was left.
"""

from bisect import bisect_left
from dataclasses import dataclass
from typing import NamedTuple

from pintutor.sim.journal import Journal
from pintutor.sim.objects import KObject

Field = int | str


class TraceEvent(NamedTuple):
    """One hit of a tracepoint."""

    position: int
    """Journal position before it was hit [writes]."""
    name: str
    """subsystem:event, as under /sys/kernel/tracing/events."""
    fields: tuple[tuple[str, Field], ...]

    def __str__(self) -> str:
        return f"{self.name} " + " ".join(f"{key}={value}" for key, value in self.fields)


@dataclass(slots=True, eq=False)
class Hits(KObject):
    """How many hits there have been."""

    count: int = 0


Hit = tuple[int, str, tuple[str, ...], tuple[Field, ...]]
"""A hit as it is kept: position, name, names and values of its fields."""


class TraceBuffer:
    """The hits of one machine, oldest first; it is cut and grafted with the journal."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._kept: list[Hit] = []
        self._names: dict[tuple[str, ...], tuple[str, ...]] = {}
        """Names of fields, each tuple of them once."""
        self.hits = Hits()

    def add(self, name: str, fields: dict[str, Field]) -> None:
        """Append a hit (recorded); the buffer's machine is the one that runs."""
        names = tuple(fields)
        names = self._names.setdefault(names, names)
        self._kept.append((self._journal.position, name, names, tuple(fields.values())))
        self.hits.count += 1

    def fold(self, start: int) -> None:
        """Place all hits since a journal position there: `Journal.fold` closed up."""
        first = bisect_left(self._kept, start, key=_position)
        self._kept[first:] = [(start, *hit[1:]) for hit in self._kept[first:]]

    def between(self, start: int, stop: int) -> list[TraceEvent]:
        """The hits at positions from `start` up to `stop`."""
        first = bisect_left(self._kept, start, key=_position)
        last = bisect_left(self._kept, stop, key=_position)
        return [
            TraceEvent(position, name, tuple(zip(names, values, strict=True)))
            for position, name, names, values in self._kept[first:last]
        ]

    def cut(self) -> tuple[Hit, ...]:
        """Take off the hits that lie after the journal's position."""
        lost = tuple(self._kept[self.hits.count :])
        del self._kept[self.hits.count :]
        return lost

    def graft(self, hits: tuple[Hit, ...]) -> None:
        """Put back hits that were cut."""
        self._kept.extend(hits)


def _position(hit: Hit) -> int:
    return hit[0]


_buffer: TraceBuffer | None = None


def trace_into(buffer: TraceBuffer | None) -> None:
    """Send the hits that follow to `buffer`; None drops them."""
    global _buffer
    _buffer = buffer


def trace_event(name: str, /, **fields: Field) -> None:
    """Hit tracepoint `name` on the machine that runs."""
    if _buffer is not None:
        _buffer.add(name, fields)
