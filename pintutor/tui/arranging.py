"""Which panes are in sight, in which order, and which has all the room."""

from __future__ import annotations

from collections.abc import Sequence

from pintutor.tui.keys import TABS
from pintutor.tui.shape import WIDE, Box, Wish, alone, places, room, tab_places, widest
from pintutor.view.kept import keep, kept
from pintutor.view.panes import Moment
from pintutor.view.panes.catalogue import CATALOGUE, KINDS

LEFT = ("lesson", "log")
ALWAYS = frozenset(("source", "pages", "tables", "vmstat"))
"""Panes that are there before there is anything in them."""
ON_DEMAND = frozenset(("stack", "devices", "tasks"))
"""Panes that come by themselves only where there is room for three columns."""
HELD = {
    "lesson": ("lesson",),
    "source": ("source", "stack", "watch"),
    "memory": ("tables", "pages", "vmstat"),
    "log": ("log",),
    "io": ("iter", "bio", "dio", "devices"),
}
"""The panes of each tab; what stands nowhere is in the last, `more`."""
PROSE_WANTS = 200
"""The lesson takes all that is left [rows]."""


def tab_of(name: str) -> str:
    """The tab that a pane is in."""
    return next((tab for tab, held in HELD.items() if name in held), TABS[-1])


class Arrangement:
    """The panes as the learner has arranged them; their order is kept for next time."""

    def __init__(self) -> None:
        self.left = _ordered(LEFT)
        self.right = _ordered([kind.name for kind in CATALOGUE])
        self.tab = TABS[0]
        """The tab in sight on a narrow screen."""
        self.front = ""
        """The pane that was asked for last: it is fitted in before others."""
        self.zoomed = ""
        """The pane that has all the room; empty for none."""
        self._machine = 0
        self._met: set[str] = set()

    def notice(self, now: Moment) -> bool:
        """Take note of which panes have something to show; whether that are more.

        They stay until another machine comes, so that stepping moves nothing.
        """
        if id(now.lab.machine) != self._machine:
            self._machine, self._met = id(now.lab.machine), set()
        with now.lab.machine:
            met = {kind.name for kind in CATALOGUE if kind.filled(now)}
        more = not met <= self._met | ALWAYS
        self._met |= met
        return more

    def boxes(self, width: int, height: int) -> dict[str, Box]:
        """Where each pane in sight stands."""
        if self.zoomed:
            return alone(width, height, self.zoomed)
        if width < WIDE:
            return tab_places(width, height, self._tab_wishes(height), self.front)
        every = widest(width, height)
        left = [_wish(name, height, 5, 20) for name in self.left]
        right = [_wish(n, height) for n in self.right if self._comes(n, every=every)]
        return places(width, height, left, right, self.front)

    def _tab_wishes(self, height: int) -> list[Wish]:
        names = self.left if self.tab == "lesson" else self.in_tab(self.tab)
        come = [name for name in names if self._comes(name)] or names
        return [_wish(name, height, 0, 8) for name in come]

    def _comes(self, name: str, *, every: bool = False) -> bool:
        """Whether a pane is to be in sight, if there is room for it."""
        if name in ON_DEMAND and not every:
            return name == self.front
        return self._met_once(name)

    def _met_once(self, name: str) -> bool:
        return name in (*LEFT, *ALWAYS, *self._met, self.front)

    def choose(self, name: str) -> None:
        """Bring a pane into sight."""
        self.front = name
        self.tab = tab_of(name)
        if self.zoomed:
            self.zoomed = name

    def in_tab(self, tab: str) -> list[str]:
        """The panes of a tab that have had something to show, or all of them."""
        names = [n for n in (*self.left, *self.right) if tab_of(n) == tab]
        return [name for name in names if self._met_once(name)] or names

    def shift(self, name: str, shown: Sequence[str], way: int) -> bool:
        """Change places with the pane before, or behind, among those in sight."""
        order = self.left if name in self.left else self.right
        near = [one for one in shown if one in order]
        at = near.index(name) + way if name in near else -1
        if not 0 <= at < len(near):
            return False
        one, other = order.index(name), order.index(near[at])
        order[one], order[other] = order[other], order[one]
        keep("panes", [*self.left, *self.right])
        return True

    def zoom(self, name: str) -> None:
        """Give a pane all the room, or give it back."""
        self.zoomed = "" if self.zoomed else name


def _wish(name: str, height: int, least: int = 0, most: int = 0) -> Wish:
    """What a pane asks for; its title is a row of it."""
    if name == "lesson":
        return Wish(name, 5, PROSE_WANTS)
    if name == "log":
        rows = max(least, min(most, room(height) * 2 // 5))
        return Wish(name, rows, rows)
    least = max(KINDS[name].least, room(height) // 3 if name == "source" else 0)
    return Wish(name, least + 1, KINDS[name].wanted + 1)


def _ordered(names: Sequence[str]) -> list[str]:
    """The panes in the order that was kept; those that are new stand at their place."""
    order = kept("panes")
    if not isinstance(order, list):
        return [*names]
    found = [name for name in order if name in names]
    for place, name in enumerate(names):
        if name not in found:
            found.insert(place, name)
    return found
