"""The stack pane: who called whom, and the local names of each, old → new."""

from __future__ import annotations

from typing import Any, NamedTuple

from pintutor.lab.sources import located
from pintutor.sim.recorder import Event
from pintutor.view.panes.marks import arrow, flow, nothing
from pintutor.view.panes.moment import Moment, Pane
from pintutor.view.panes.values import value_text
from pintutor.view.rows import Row, Segment, row

DEEPEST = 12
"""Functions further in are not indented any more."""


class Local(NamedTuple):
    """A local name with its value before a line and after it."""

    name: str
    old: str
    new: str

    @property
    def changed(self) -> bool:
        """True when the line gave it another value."""
        return self.old != self.new


def stack_rows(now: Moment, width: int, height: int) -> Pane:
    """The functions on the model's stack, outermost first, each with its locals.

    Where not all of that fits, only the innermost has its locals.
    """
    if not now.calls:
        text = "No function of the kernel has run yet: a command calls the first."
        return Pane(row("stack"), (), nothing(text, width))
    last = _frame(now, len(now.calls) - 1, now.calls[-1], width, named=True)
    outer = _outer(now, width, height - len(last))
    rows = (*outer, *last)
    return Pane(row("stack"), (), rows, len(rows) - 1, len(outer))


def _outer(now: Moment, width: int, room: int) -> list[Row]:
    """The functions further out, with their locals if all those fit in so many rows."""
    rows: list[Row] = []
    calls = [*enumerate(now.calls[:-1])]
    for depth, event in calls:
        rows += _frame(now, depth, event, width, named=True)
        if len(rows) > room:
            frames = (_frame(now, depth, it, width, named=False) for depth, it in calls)
            return [one for frame in frames for one in frame]
    return rows


def _frame(
    now: Moment, depth: int, event: Event, width: int, *, named: bool
) -> tuple[Row, ...]:
    """One function, with its locals where they are asked for."""
    innermost = event is now.calls[-1]
    lead = (
        Segment("▶" if innermost else " ", "current"),
        *row(" " * min(depth, DEEPEST), (event.function, "name"), "  "),
    )
    cells: list[Row] = []
    if innermost:
        where = located(event)
        cells = [row((f"{where.file}, line {where.line}", "dim"))]
    if named:
        cells += _locals(now, event, names_after(now) if innermost else event.names)
    return flow(lead, cells, width, indent=min(depth, DEEPEST) + 3)


def _locals(now: Moment, event: Event, after: tuple[tuple[str, Any], ...]) -> list[Row]:
    """Each local name; those that the line gave another value with both."""
    return [
        (Segment("~" if each.changed else "", "delta"), *_named(each))
        for each in local_values(now, event, after)
    ]


def _named(each: Local) -> Row:
    return (Segment(f"{each.name} "), *arrow(each.old, each.new))


def local_values(
    now: Moment, event: Event, after: tuple[tuple[str, Any], ...]
) -> list[Local]:
    """The local names of a function, before a line and after it, in their order."""
    before = dict(event.names)
    found = []
    for name, value in after:
        if name.startswith("__"):
            continue
        new = value_text(now, name, value)
        found.append(Local(name, _old(now, name, value, before, new), new))
    return found


def _old(now: Moment, name: str, value: Any, before: dict[str, Any], new: str) -> str:
    """What a name had before; what it has now where nothing was assigned to it."""
    if name not in before:
        return "–"
    return new if before[name] is value else value_text(now, name, before[name])


def names_after(now: Moment) -> tuple[tuple[str, Any], ...]:
    """Locals of the function once the line has run, if the next event is still in it."""
    event, entry = now.event, now.stand.entry
    if event is None or entry is None or not now.running:
        return event.names if event else ()
    following = entry.event(now.stand.local + 1)
    if following and following.code is event.code and following.depth == event.depth:
        return following.names
    return event.names
