"""The panes of two kernels that are compared, in two columns or one side at a time."""

from __future__ import annotations

from typing import NamedTuple

from pintutor.lab.comparing import Both, Comparison
from pintutor.view.compare import DIFFERS, alone, answered, beside, body_rows
from pintutor.view.panes.asked import Asked
from pintutor.view.panes.catalogue import KINDS, PaneKind
from pintutor.view.panes.moment import Moment, Pane, moment
from pintutor.view.rows import Row, Segment, plain, row
from pintutor.view.wrap import columns

WHOLE = 300
"""Rows that any function of the model fits in."""

SIDES = ("both", "left", "right")
"""What a narrow screen shows of the two."""


class Moments(NamedTuple):
    """Where both sides stand."""

    left: Moment
    right: Moment


def moments(comparison: Comparison) -> Moments:
    """What there is to show of both."""
    return Moments(moment(comparison.left), moment(comparison.right))


def pair_rows(
    now: Moments, name: str, asked: Asked, width: int, height: int, *, side: str
) -> Pane:
    """A pane of the catalogue for both sides, what differs signed.

    `side` is one of SIDES: both stand beside each other, one alone has signs before
    the rows that the other has not.
    """
    kind = KINDS[name]
    room = (width - 3) // 2 if side == "both" else width - 2
    left, right = (_drawn(kind, one, asked, room, height) for one in now)
    if side == "both":
        rows = beside(left.rows, right.rows, width)
    else:
        own, other = (left, right) if side == "left" else (right, left)
        rows = alone(own.rows, other.rows, width)
    ran = [number for number, one in enumerate(rows) if "▶" in plain(one)] or [0]
    count = sum(DIFFERS in {text.strip() for text, _ in one} for one in rows)
    told = f"{count} row{'s differ' if count > 1 else ' differs'}" if count else "the same"
    return Pane(row(kind.title), row((told, "dim")), rows, ran[-1], ran[0])


def _drawn(kind: PaneKind, now: Moment, asked: Asked, width: int, height: int) -> Pane:
    """A pane of one side, under its title where that says more than the pane's name.

    Of the source there is the whole function, or both sides would show other parts.
    """
    height = WHOLE if kind.name == "source" else height
    with now.lab.machine:
        pane = kind.draw(now, asked, width, height)
    if plain(pane.title).strip() == kind.title or height <= len(pane.rows):
        return pane
    head = (*pane.title, Segment("  "), *pane.aside)
    return pane._replace(rows=(head, *filter(None, pane.rows)))


def answer_rows(line: str, both: Both, width: int, *, side: str) -> Pane:
    """What both sides say to a line."""
    room = (width - 3) // 2 if side == "both" else width - 2
    left, right = (answered(each, room) for each in both)
    if side == "both":
        rows = beside(left, right, width)
    else:
        rows = alone(*((left, right) if side == "left" else (right, left)), width)
    return Pane(row((line.strip(), "command")), (), rows)


def heads_rows(comparison: Comparison, width: int, height: int, *, side: str) -> Pane:
    """The names of the kernels over their columns, and how many stretches differ."""
    half = (width - 3) // 2
    names = [f" {name}" for name in comparison.kernels]
    if side == "both":
        one = names[0][:half].ljust(half)
        head: Row = row((one, "title"), (" │ ", "dim"), (names[1][:half], "title"))
    else:
        here = SIDES.index(side) - 1
        names[here] = f"[{names[here].strip()}]"
        head = row((" ".join(names), "title"))
    count = len(comparison.differences())
    told = "  1 stretch differs" if count == 1 else f"  {count} stretches differ"
    room = width - columns(plain(head))
    return Pane((), (), ((*head, Segment(told, "note")) if room > len(told) else head,))


def bodies_rows(comparison: Comparison, width: int, height: int) -> Pane:
    """Both bodies of the function at the cursor, as a difference."""
    found = comparison.standing(bodies=True)
    rows = body_rows(found, width)
    marked = [number for number, one in enumerate(rows) if plain(one).startswith("▶")]
    name = found.left.function or found.right.function
    return Pane(row("difference  ", (name, "name")), (), rows, marked[0] if marked else 0)
