"""Arrangement: panes in columns as the learner wants them, kept from sitting to sitting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pintutor.tui.shape import Box, Wish
from pintutor.view.kept import keep, kept
from pintutor.view.panes import Moment
from pintutor.view.panes.catalogue import CATALOGUE, KINDS

PROSE_WANTS = 200
"""The lesson, or the lanes, take all that is left [rows]."""
ON_DEMAND = frozenset(("stack", "devices", "tasks"))
"""Panes that come by themselves only where there is room for three columns."""


class Arrangement:
    """The panes of a screen, column by column; where they stand is kept for next time.

    Whoever has a screen says in `boxes` which of them are in sight.
    """

    def __init__(
        self, kept_as: str, columns: Sequence[Sequence[str]], always: Sequence[str] = ()
    ) -> None:
        self.kept_as = kept_as
        """The name under which the order is kept."""
        self.first = tuple(tuple(column) for column in columns)
        """Where panes stand before anybody moved one."""
        self.columns = _ordered(kept_as, self.first)
        self.front = ""
        """The pane that was asked for last: it is fitted in before others."""
        self.zoomed = ""
        """The pane that has all the room; empty for none."""
        self._always = frozenset(always)
        self._kinds = [kind for kind in CATALOGUE if kind.name in self.names]
        self._machine = 0
        self._met: set[str] = set()

    @property
    def names(self) -> list[str]:
        """Every pane that can be moved, column by column."""
        return [name for column in self.columns for name in column]

    def boxes(self, width: int, height: int) -> dict[str, Box]:
        """Where each pane in sight stands."""
        raise AssertionError("each screen has a shape of its own")

    def beyond(self, way: int) -> str:
        """The pane that comes behind those in sight, or before; empty for none."""
        return ""

    def notice(self, now: Moment) -> bool:
        """Take note of which panes have something to show; whether that are more.

        They stay until another machine comes, so that stepping moves nothing.
        """
        if id(now.lab.machine) != self._machine:
            self._machine, self._met = id(now.lab.machine), set()
        with now.lab.machine:
            met = {kind.name for kind in self._kinds if kind.filled(now)}
        more = not met <= self._met | self._always
        self._met |= met
        return more

    def comes(self, name: str, *, every: bool = False) -> bool:
        """Whether a pane is to be in sight, if there is room for it."""
        if name in ON_DEMAND and not every:
            return name == self.front
        return self.has_come(name)

    def has_come(self, name: str) -> bool:
        """Whether a pane has had something to show."""
        return name in (*self._always, *self._met, self.front)

    def choose(self, name: str) -> None:
        """Bring a pane into sight."""
        self.front = name
        if self.zoomed:
            self.zoomed = name

    def zoom(self, name: str) -> None:
        """Give a pane all the room, or give it back."""
        self.zoomed = "" if self.zoomed else name

    def shift(self, name: str, boxes: Mapping[str, Box], way: int) -> bool:
        """Change places with the pane above, or below, in the same column."""
        near = self._column(boxes, boxes[name].x) if name in boxes else []
        at = near.index(name) + way if name in near else -1
        if not 0 <= at < len(near):
            return False
        self._swap(name, near[at])
        return self._keep()

    def across(self, name: str, boxes: Mapping[str, Box], way: int) -> bool:
        """Go over into the column beside; a column keeps one pane at least."""
        edges = sorted({boxes[each].x for each in boxes if each in self.names})
        if name not in boxes or name not in self.names:
            return False
        here = boxes[name]
        at = edges.index(here.x) + way
        if len(self._column(boxes, here.x)) == 1 or not 0 <= at < len(edges):
            return False
        there = self._column(boxes, edges[at])
        below = [each for each in there if boxes[each].y >= here.y]
        self._put(name, below[0] if below else there[-1], behind=not below)
        return self._keep()

    def place(self, name: str, before: str, boxes: Mapping[str, Box]) -> bool:
        """Take the place of another pane; those between give way."""
        known = name in self.names and before in self.names
        if not known or name == before or name not in boxes or before not in boxes:
            return False
        there, here = boxes[before], boxes[name]
        if len(self._column(boxes, here.x)) == 1 and here.x != there.x:
            return False
        self._put(name, before, behind=there.x == here.x and there.y > here.y)
        return self._keep()

    def reset(self) -> None:
        """Put every pane where it stands before anybody moves one."""
        self.columns = [list(column) for column in self.first]
        self.front = self.zoomed = ""
        self._keep()

    def _column(self, boxes: Mapping[str, Box], x: int) -> list[str]:
        """The panes that stand one below the other."""
        found = [each for each, box in boxes.items() if box.x == x and each in self.names]
        return sorted(found, key=lambda each: boxes[each].y)

    def _swap(self, one: str, other: str) -> None:
        places = {one: other, other: one}
        for column in self.columns:
            column[:] = [places.get(each, each) for each in column]

    def _put(self, name: str, near: str, *, behind: bool) -> None:
        for column in self.columns:
            if name in column:
                column.remove(name)
        (column,) = (each for each in self.columns if near in each)
        column.insert(column.index(near) + behind, name)

    def _keep(self) -> bool:
        keep(self.kept_as, self.columns)
        return True


def wish(name: str, rows: int) -> Wish:
    """What a pane asks for in a column of so many rows; its title is a row of it."""
    if name in ("lesson", "lanes"):
        return Wish(name, 5, PROSE_WANTS)
    if name == "log":
        return Wish(name, 4, max(4, rows // 3))
    least = max(KINDS[name].least, rows // 3 if name == "source" else 0)
    return Wish(name, least + 1, KINDS[name].wanted + 1)


def _ordered(kept_as: str, columns: Sequence[Sequence[str]]) -> list[list[str]]:
    """The panes where they were kept; those that are new stand at their place."""
    order = kept(kept_as)
    names = {name for column in columns for name in column}
    found: list[list[str]] = [[] for _ in columns]
    taken: set[str] = set()
    before = order if isinstance(order, list) else []
    for column, kept_column in zip(found, before, strict=False):
        for name in kept_column if isinstance(kept_column, list) else ():
            if isinstance(name, str) and name in names - taken:
                column.append(name)
                taken.add(name)
    for column, first in zip(found, columns, strict=True):
        for place, name in enumerate(first):
            if name not in taken:
                column.insert(place, name)
    return found
