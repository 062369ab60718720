"""PaneKind: what is known of each pane before it is drawn, and what panes depend on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pintutor.view.panes.asked import Asked
from pintutor.view.panes.moment import Moment, Pane

Draw = Callable[[Moment, Asked, int, int], Pane]
"""Makes a pane for a width and a height [columns, rows without its title]."""


@dataclass(frozen=True, slots=True)
class PaneKind:
    """One pane that can be laid out."""

    name: str
    """What a learner calls it; no two are called the same."""
    title: str
    """What stands in a menu."""
    about: str
    """What it shows, in half a line."""
    line: str
    """The line of the language that tells the same."""
    draw: Draw
    """Makes it; it may look at the machine, and changes nothing."""
    shows: Callable[[Moment, Asked], object]
    """What it depends on: while this is equal it need not be drawn anew."""
    least: int
    """With fewer rows it is of no use."""
    wanted: int
    """With these it shows all that a small machine has [rows]."""
    filled: Callable[[Moment], bool]
    """True when there is something in the machine that it shows."""


def drawn(draw: Callable[[Moment, int, int], Pane]) -> Draw:
    """The Draw of a pane that shows the same whatever was chosen."""
    return lambda now, asked, width, height: draw(now, width, height)


def memory(now: Moment, asked: Asked) -> object:
    """What panes depend on that show pages and page tables."""
    lab = now.lab
    here = lab.machine, lab.machine.journal.state
    chosen = (asked.page, asked.focus)
    return here, now.changes, now.address, now.stand.entry, chosen


def marked(now: Moment, asked: Asked) -> object:
    """What panes depend on that mark each field which was something else before."""
    return memory(now, asked), now.since


def place(now: Moment, asked: Asked) -> object:
    """What panes depend on that show where the learner stands."""
    return memory(now, asked), now.stand, asked


def always(now: Moment) -> bool:
    """True: there is always something in the machine that the pane shows."""
    return True
