"""The timeline: the commands as segments, the cursor among their steps, signs of events."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from pintutor.lab.lab import Lab
from pintutor.lab.timeline import Entry, Timeline
from pintutor.view.motion import SHOWN
from pintutor.view.panes.moment import Moment, Pane
from pintutor.view.panes.scale import Scale
from pintutor.view.rows import Row, Segment, row

SIGNS = {
    "splat": ("!", "bad"),
    "mark": ("◆", "name"),
    "warning": ("!", "note"),
    "patch": ("±", "delta"),
    "failure": ("×", "bad"),
    "branch": ("┬", "note"),
    "fault": ("▾", "note"),
}
"""What is drawn of the history, the first in front where several share a column."""


LINES = "─┄"
"""What the bar is drawn with between the names of commands: behind the cursor, ahead."""
DRAWN = LINES + "┴"


class Fixed(NamedTuple):
    """What of a timeline stays where it is while the cursor moves."""

    scale: Scale
    signs: dict[int, Sign]
    """The sign of each column that has any, from left to right."""
    done: str
    """The bar as it is drawn behind the cursor."""
    ahead: str
    """The bar as it is drawn ahead of it."""


class Sign(NamedTuple):
    """Something of the history that the timeline shows at a step."""

    step: int
    kind: str
    """One of SIGNS."""
    name: str


def signs(timeline: Timeline) -> Iterator[Sign]:
    """Marks, branches, and what happened in the commands of the present history."""
    first = 0
    parting: dict[Entry | None, list[str]] = {}
    for future in timeline.futures:
        parting.setdefault(future.after, []).append(future.name)
    yield from (Sign(0, "branch", name) for name in parting.get(None, ()))
    for entry in timeline.entries:
        for local, kind, name in entry.happenings:
            yield Sign(first + local, kind, name)
        first += entry.steps
        yield from (Sign(first, "branch", name) for name in parting.get(entry, ()))
    for name, stand in timeline.marks.items():
        step = timeline.step_of(stand)
        if step is not None:
            yield Sign(step, "mark", name)


def timeline_rows(now: Moment, width: int, height: int, *, pace: str = "") -> Pane:
    """A bar of the commands with the cursor among them; with two rows, named signs below.

    With one row, the signs stand in the bar. `pace` says how fast steps run by themselves.
    """
    timeline = now.lab.timeline
    count = _count(timeline, pace)
    aside = _branches(now.lab)
    if not timeline.entries:
        told = "│ no command has run yet".ljust(width - len(count))
        return Pane(row("time"), aside, (row((told, "dim"), (count, "number")),))
    fixed = _fixed(timeline, width)
    here = fixed.scale.column(timeline.cursor)
    texts = [*fixed.done[:here], *fixed.ahead[here:]]
    roles = _roles(timeline, fixed.scale)
    if height < 2:
        _sign(texts, roles, fixed.signs)
    texts[here], roles[here] = "●", "current"
    first = (*_joined(texts, roles), Segment(count, "number"))
    rows = (first, _named(fixed.signs, width)) if height > 1 else (first,)
    return Pane(row("time"), aside, rows)


def history(timeline: Timeline) -> object:
    """What a timeline is made of: equal while no command, branch or mark comes or goes."""
    marks = tuple(timeline.marks.items())
    return tuple(timeline.entries), tuple(timeline.futures), marks


def _fixed(timeline: Timeline, width: int) -> Fixed:
    return _drawn(timeline, history(timeline), width - len(_count(timeline)))


@lru_cache(maxsize=4)
def _drawn(timeline: Timeline, history: object, columns: int) -> Fixed:
    """What stays where it is, made once for each history."""
    scale = Scale(timeline.entries, columns)
    through, dotted = (_bar(timeline, scale, line) for line in LINES)
    return Fixed(scale, _in_front(timeline, scale), through, dotted)


def scale_of(timeline: Timeline, width: int) -> Scale:
    """How the steps lie on a timeline that is so many columns wide."""
    return _fixed(timeline, width).scale


def _count(timeline: Timeline, pace: str = "") -> str:
    """Where the cursor is, as wide at the first step as at the last."""
    total = timeline.total
    word = SHOWN.get(pace, "step")
    return f" {word} {timeline.cursor}/{total} ".ljust(2 * len(str(total)) + 8)


def _branches(lab: Lab) -> Row:
    futures = len(lab.timeline.futures)
    if not futures:
        return ()
    return row((f"{futures} other branch{'es' if futures > 1 else ''}", "dim"))


def _bar(timeline: Timeline, scale: Scale, line: str) -> str:
    """The bar with the names of the commands, drawn with a line between them."""
    text = "├" + line * (scale.columns - 1)
    ends = scale.edges or [scale.columns]
    for entry, first, after in zip(timeline.entries, ends, ends[1:], strict=False):
        label = _label(entry, after - first - 1)
        rest = text[first + len(label) : after - 1]
        text = f"{text[:first]}{label}{rest}┴{text[after:]}"
    return text


def _roles(timeline: Timeline, scale: Scale) -> list[str]:
    """The role of each column: commands that are done, or under way, stand out."""
    past = timeline.stand().entry
    edge = scale.columns
    if past is None:
        edge = 0
    elif scale.edges:
        edge = scale.edges[timeline.entries.index(past) + 1]
    return ["plain"] * edge + ["dim"] * (scale.columns - edge)


def _label(entry: Entry, size: int) -> str:
    """What fits of a command: its line, else its name, else a part of that."""
    for text in (entry.line, entry.name):
        if len(text) <= size:
            return text
    return entry.name[:size] if size > 1 else ""


def _in_front(timeline: Timeline, scale: Scale) -> dict[int, Sign]:
    """The sign of each column that has any, from left to right."""
    order = list(SIGNS)
    found: dict[int, Sign] = {}
    for sign in signs(timeline):
        column = scale.column(sign.step)
        before = found.get(column)
        if before is None or order.index(sign.kind) < order.index(before.kind):
            found[column] = sign
    return dict(sorted(found.items()))


def _sign(texts: list[str], roles: list[str], shown: dict[int, Sign]) -> None:
    """Put the signs into the bar; one of a page fault spoils no name of a command."""
    for column, sign in shown.items():
        if sign.kind != "fault" or texts[column] in DRAWN:
            texts[column], roles[column] = SIGNS[sign.kind]


def _named(shown: dict[int, Sign], width: int) -> Row:
    """The signs below the columns that they are of, with names where there is room."""
    parts: list[Segment] = []
    used = 0
    columns = [*shown, width + 1]
    for (column, sign), following in zip(shown.items(), columns[1:], strict=True):
        text, role = SIGNS[sign.kind]
        room = following - column - 2
        named = _fitted(sign, room)
        parts += [Segment(" " * (column - used)), Segment(text, role)]
        used = column + 1
        if named:
            parts.append(Segment(named, "dim"))
            used += len(named)
    return tuple(parts)


def _fitted(sign: Sign, room: int) -> str:
    """The name of a sign, or its beginning; none of a fault: they are called the same."""
    if len(sign.name) <= room:
        return sign.name
    if sign.kind == "fault" or room <= LEAST_NAME:
        return ""
    return f"{sign.name[: room - 1]}…"


LEAST_NAME = 6
"""Shorter beginnings of a name say nothing [columns]."""


def _joined(texts: list[str], roles: list[str]) -> Row:
    """Neighbours of the same role as one segment."""
    parts = groupby(zip(texts, roles, strict=True), key=itemgetter(1))
    return tuple(Segment("".join(cell for cell, _ in one), role) for role, one in parts)
