"""The shape of the screens: where each pane stands, from the size of the terminal.

From 160 columns on there are three columns of panes, from 100 on two; a narrower
terminal shows one tab of panes at a time. Nothing depends on what a step did, so that
nothing moves while stepping.
"""

from __future__ import annotations

from collections.abc import Sequence
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
    width: int,
    height: int,
    left: Sequence[Wish],
    right: Sequence[Wish],
    third: Sequence[Wish] = (),
    *,
    front: str = "",
) -> dict[str, Box]:
    """Where each pane that fits stands on a wide screen: prose left, the machine right.

    Panes that come first are fitted in first; `front`, if it is named, before all. On
    the widest screen `right` is shared out to two columns where `third` is empty.
    """
    rows = room(height)
    if not widest(width, height):
        return beside(left, [*right, *third], rows, width, width * 2 // 5, front)
    middle = max(PROSE[0], min(PROSE[1], width * 3 // 10))
    edge = middle + (width - middle) // 2
    if not right or not third:
        every = [*right, *third]
        cut = _cut(every, rows, front)
        right, third = every[:cut], every[cut:]
    return {
        **_column(left, rows, 0, middle, front),
        **_column(right, rows, middle, edge - middle, front),
        **_column(third, rows, edge, width - edge, front),
    }


def beside(
    left: Sequence[Wish],
    right: Sequence[Wish],
    rows: int,
    width: int,
    middle: int,
    front: str = "",
) -> dict[str, Box]:
    """Two columns: the left one as wide as `middle` says."""
    shown = _column(left, rows, 0, middle, front)
    return shown | _column(right, rows, middle, width - middle, front)


def single(
    wishes: Sequence[Wish], rows: int, width: int, front: str = ""
) -> dict[str, Box]:
    """One column that takes the whole width."""
    return _column(wishes, rows, 0, width, front)


def browse_places(
    width: int, height: int, names: Sequence[str], front: str
) -> dict[str, Box]:
    """Where a list stands and what is said about its row; in little room `front` alone."""
    rows = height - FIXED
    one, other = names
    if height < LOW and width < WIDE:
        return alone(width, rows, front)
    if width >= WIDE:
        middle = width * 11 // 20 if one == "list" else width - width * 11 // 20
        right = Box(middle, 0, width - middle, rows)
        return {one: Box(0, 0, middle, rows), other: right}
    upper = rows * 11 // 20 if one == "list" else rows - rows * 11 // 20
    below = Box(0, upper, width, rows - upper)
    return {one: Box(0, 0, width, upper), other: below}


def alone(width: int, rows: int, name: str) -> dict[str, Box]:
    """A pane that has all the room."""
    return {name: Box(0, 0, width, rows)}


def _cut(wishes: Sequence[Wish], rows: int, front: str) -> int:
    """How many panes the first of two columns gets, so that the fewest are left out.

    Of cuts that leave out as many, that which leaves the fuller column the most room.
    """

    def lost(cut: int) -> tuple[int, int]:
        halves = (wishes[:cut], wishes[cut:])
        shown = sum(len(heights(half, rows, front)) for half in halves)
        wanted = max(sum(wish.wanted for wish in half) for half in halves)
        return len(wishes) - shown, wanted

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


def compared_height(height: int) -> int:
    """Rows of what a step did to both that are compared."""
    return 2 if height < 16 else 4 if height < LOW + 8 else 7


def cause_height(height: int, wanted: int) -> int:
    """Rows of why a race goes as it does, if it needs so many as `wanted`."""
    most = 0 if height < 16 else 3 if height < 24 else 4 if height < 36 else 6
    return min(most, wanted)


def choices_height(height: int, wanted: int) -> int:
    """Rows of the CPUs of a race and of what is looked at, with their title."""
    return min(1 + wanted, max(3, (height - FIXED) // 3))
