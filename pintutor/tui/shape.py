"""The shape of the screens: where each pane stands, from the size of the terminal.

From 160 columns on there are three columns of panes, from 100 on two; a narrower
terminal shows one tab of panes at a time. Nothing depends on what a step did, so that
nothing moves while stepping.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

WIDE = 100
"""From here on prose and panes stand side by side [columns]."""
WIDEST = (160, 45)
"""From here on the panes take two columns beside the prose [columns, rows]."""
LOW = 18
"""In fewer rows there is one list at a time [rows]."""
LEAST = (40, 12)
"""The smallest terminal that the screen fits in [columns, rows]."""
ROWS = ("bar", "main", "time", "narration", "ask", "foot")
"""What the screen is made of, from the top."""
FIXED = 4
"""Rows of the bar, the command line and what stands below it."""
PROSE = (48, 72)
"""The least and the most that prose gets beside two columns of panes [columns]."""


class Wish(NamedTuple):
    """What a pane asks for."""

    name: str
    least: int
    """With fewer rows it is of no use, its title counted."""
    wanted: int
    """With these it shows all that it has as a rule, its title counted [rows]."""


class Box(NamedTuple):
    """Where a pane stands in the middle of the screen [cells]."""

    x: int
    y: int
    width: int
    height: int


def narration_rows(height: int) -> int:
    """Rows that the sentence about the step gets."""
    return 1 if height < 20 else 2 if height < 36 else 3


def time_rows(height: int) -> int:
    """Rows of the timeline: with two, what happened in it is named."""
    return 1 if height < 36 else 2


def room(height: int) -> int:
    """Rows between the bar and the timeline."""
    return height - FIXED - narration_rows(height) - time_rows(height)


def widest(width: int, height: int) -> bool:
    """True when the panes take two columns beside the prose."""
    return width >= WIDEST[0] and height >= WIDEST[1]


def places(
    width: int, height: int, left: Sequence[Wish], right: Sequence[Wish], front: str = ""
) -> dict[str, Box]:
    """Where each pane that fits stands on a wide screen: prose left, the machine right.

    Panes that come first are fitted in first; `front`, if it is named, before all.
    """
    rows = room(height)
    if not widest(width, height):
        middle = width * 2 // 5
        shown = _column(left, rows, 0, middle, front)
        return shown | _column(right, rows, middle, width - middle, front)
    middle = max(PROSE[0], min(PROSE[1], width * 3 // 10))
    third = middle + (width - middle) // 2
    cut = _cut(right, rows, front)
    return {
        **_column(left, rows, 0, middle, front),
        **_column(right[:cut], rows, middle, third - middle, front),
        **_column(right[cut:], rows, third, width - third, front),
    }


def tab_places(
    width: int, height: int, wishes: Sequence[Wish], front: str = ""
) -> dict[str, Box]:
    """Where each pane of a tab stands on a narrow screen."""
    return _column(wishes, room(height), 0, width, front)


def browse_places(width: int, height: int, front: str) -> dict[str, Box]:
    """Where a list stands and what is said about its row; in little room `front` alone."""
    rows = height - 4
    if width >= WIDE:
        middle = width * 11 // 20
        right = Box(middle, 0, width - middle, rows)
        return {"list": Box(0, 0, middle, rows), "about": right}
    if height < LOW:
        return {front: Box(0, 0, width, rows)}
    upper = rows * 11 // 20
    below = Box(0, upper, width, rows - upper)
    return {"list": Box(0, 0, width, upper), "about": below}


def alone(width: int, height: int, name: str) -> dict[str, Box]:
    """A pane that has all the room."""
    return {name: Box(0, 0, width, room(height))}


def _cut(wishes: Sequence[Wish], rows: int, front: str) -> int:
    """How many panes the first of two columns gets, so that the fewest are left out."""

    def lost(cut: int) -> tuple[int, int]:
        halves = (wishes[:cut], wishes[cut:])
        shown = sum(len(heights(half, rows, front)) for half in halves)
        return len(wishes) - shown, cut

    return min(range(1, max(2, len(wishes))), key=lost)


def _column(
    wishes: Sequence[Wish], rows: int, x: int, width: int, front: str
) -> dict[str, Box]:
    found: dict[str, Box] = {}
    y = 0
    for name, height in heights(wishes, rows, front).items():
        found[name] = Box(x, y, width, height)
        y += height
    return found


def heights(wishes: Sequence[Wish], rows: int, front: str = "") -> dict[str, int]:
    """Rows of each pane that fits one below the other, in their order."""
    chosen: set[str] = set()
    left = rows
    for wish in sorted(wishes, key=lambda wish: wish.name != front):
        if wish.least <= left or not chosen:
            chosen.add(wish.name)
            left -= min(wish.least, left)
    shown = [wish for wish in wishes if wish.name in chosen]
    found = {wish.name: min(wish.least, rows) for wish in shown}
    return _grown(found, shown, left)


def _grown(found: dict[str, int], shown: Sequence[Wish], left: int) -> dict[str, int]:
    """Give out what is left in equal shares, but to none more than it wants.

    What nobody wants goes to the pane that wants most.
    """
    hungry = sorted(shown, key=lambda wish: wish.wanted - found[wish.name])
    for number, wish in enumerate(hungry):
        share = left // (len(hungry) - number)
        more = max(0, min(share, wish.wanted - found[wish.name]))
        found[wish.name] += more
        left -= more
    if shown:
        found[max(shown, key=lambda wish: wish.wanted).name] += left
    return found


def compare_heights(height: int) -> Mapping[str, int]:
    """Rows of the panes of the compare screen, 0 for what remains, -1 for none."""
    low = height < 30
    told = 2 if height < 16 else 4 if height < LOW + 8 else 7
    return {
        "source": 0,
        "pages": -1 if height < LOW else max(4, height // 6),
        "tables": -1 if low else height // 6,
        "vmstat": -1 if low else 3,
        "told": told,
    }


def race_heights(height: int, wanted: int) -> Mapping[str, int]:
    """Rows of the panes of the race screen round its lanes, 0 for none.

    `wanted` is how many the CPUs and what is looked at would take.
    """
    heads = 2 if height < 20 else 3
    cause = 0 if height < 16 else 3 if height < 24 else 4 if height < 36 else 5
    space = height - FIXED - heads - cause - 1  # a row more for the lanes
    return {
        "heads": heads,
        "choices": min(1 + wanted, max(3, space // 2)),
        "cause": cause,
        "pages": max(4, height // 5),
    }
