"""Tracepoints, named as the kernel names them (`kmem:mm_page_alloc` and so on)."""

from typing import NamedTuple

from pintutor.sim.journal import Journal

Field = int | str


class TraceEvent(NamedTuple):
    """One hit of a tracepoint."""

    position: int
    """Journal position when it was hit [writes]."""
    name: str
    """subsystem:event, as under /sys/kernel/tracing/events."""
    fields: tuple[tuple[str, Field], ...]

    def __str__(self) -> str:
        return f"{self.name} " + " ".join(f"{key}={value}" for key, value in self.fields)


class TraceBuffer:
    """The hits of one machine, oldest first; it is cut and grafted with the journal."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._events: list[TraceEvent] = []

    def add(self, name: str, fields: tuple[tuple[str, Field], ...]) -> None:
        """Append a hit at the journal's position."""
        self._events.append(TraceEvent(self._journal.position, name, fields))

    def between(self, start: int, stop: int) -> list[TraceEvent]:
        """The hits at positions from `start` up to `stop`."""
        return [event for event in self._events if start <= event.position < stop]

    def cut(self) -> tuple[TraceEvent, ...]:
        """Take off the hits that lie after the journal's position."""
        here = self._journal.position
        kept = [event for event in self._events if event.position <= here]
        lost = tuple(self._events[len(kept) :])
        self._events[:] = kept
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
