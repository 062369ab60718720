"""Tracepoints, named as the kernel names them (`kmem:mm_page_alloc` and so on).

The number of hits is a journaled field, so that each hit has a position of its own
and undo tells the hits of the past from those of a future that was left.
"""

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


class TraceBuffer:
    """The hits of one machine, oldest first; it is cut and grafted with the journal."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._events: list[TraceEvent] = []
        self._hits = Hits()

    def add(self, name: str, fields: tuple[tuple[str, Field], ...]) -> None:
        """Append a hit (recorded); the buffer's machine is the one that runs."""
        self._events.append(TraceEvent(self._journal.position, name, fields))
        self._hits.count += 1

    def between(self, start: int, stop: int) -> list[TraceEvent]:
        """The hits at positions from `start` up to `stop`."""
        return [event for event in self._events if start <= event.position < stop]

    def cut(self) -> tuple[TraceEvent, ...]:
        """Take off the hits that lie after the journal's position."""
        lost = tuple(self._events[self._hits.count :])
        del self._events[self._hits.count :]
        return lost

    def graft(self, events: tuple[TraceEvent, ...]) -> None:
        """Put back hits that were cut."""
        self._events.extend(events)


_buffer: TraceBuffer | None = None


def trace_into(buffer: TraceBuffer | None) -> None:
    """Send the hits that follow to `buffer`; None drops them."""
    global _buffer
    _buffer = buffer


def trace_event(name: str, /, **fields: Field) -> None:
    """Hit tracepoint `name` on the machine that runs."""
    if _buffer is not None:
        _buffer.add(name, tuple(fields.items()))
