"""The arrangements of the screens: which of their panes fit, and where they stand."""

from __future__ import annotations

from collections.abc import Mapping

from pintutor.tui.arranging import Arrangement, wish
from pintutor.tui.keys import TABS
from pintutor.tui.shape import (
    FIXED,
    LOW,
    WIDE,
    Box,
    Wish,
    alone,
    beside,
    browse_places,
    places,
    room,
    single,
    widest,
)
from pintutor.view.panes import Moment
from pintutor.view.panes.catalogue import CATALOGUE

LEFT = ("lesson", "log")
MACHINE = tuple(kind.name for kind in CATALOGUE)
HELD = {
    "lesson": ("lesson",),
    "source": ("source", "stack", "watch"),
    "memory": ("tables", "pages", "vmstat"),
    "log": ("log",),
    "io": ("iter", "bio", "dio", "pipe", "devices"),
}
"""The panes of each tab; what stands nowhere is in the last, `more`."""


def tab_of(name: str) -> str:
    """The tab that a pane is in."""
    return next((tab for tab, held in HELD.items() if name in held), TABS[-1])


class LessonPanes(Arrangement):
    """Prose left, the machine right in one column or two; on a narrow screen tabs.

    The third column is empty until a pane is moved into it or out of it: until then
    the panes of the second are shared out so that the most fit.
    """

    def __init__(self) -> None:
        always = ("source", "pages", "tables", "vmstat")
        super().__init__("panes", (LEFT, MACHINE, ()), (*LEFT, *always))
        self.tab = TABS[0]
        """The tab in sight on a narrow screen."""
        self._narrow = False

    def boxes(self, width: int, height: int) -> dict[str, Box]:
        """Where each pane in sight stands."""
        self._narrow = width < WIDE
        rows = room(height)
        if self.zoomed:
            return alone(width, rows, self.zoomed)
        if self._narrow:
            return single(self._tab_wishes(height), rows, width, self.front)
        every = widest(width, height)
        left, right, third = (
            [self._wish(name, height) for name in column if self.comes(name, every=every)]
            for column in self.columns
        )
        return places(width, height, left, right, third, front=self.front)

    def _wish(self, name: str, height: int, least: int = 5, most: int = 20) -> Wish:
        if name == "log":
            rows = max(least, min(most, room(height) * 2 // 5))
            return Wish(name, rows, rows)
        return wish(name, room(height))

    def _tab_wishes(self, height: int) -> list[Wish]:
        names = self.in_tab(self.tab)
        if self.tab == "lesson":
            names = [name for name in self.names if name in LEFT]
        come = [name for name in names if self.comes(name)] or names
        return [self._wish(name, height, 0, 8) for name in come]

    def beyond(self, way: int) -> str:
        """On a narrow screen the first pane of the next tab."""
        if not self._narrow:
            return ""
        return self.in_tab(TABS[(TABS.index(self.tab) + way) % len(TABS)])[0]

    def choose(self, name: str) -> None:
        """Bring a pane into sight, and its tab."""
        super().choose(name)
        self.tab = tab_of(name)

    def in_tab(self, tab: str) -> list[str]:
        """The panes of a tab that have had something to show, or all of them."""
        names = [name for name in self.names if tab_of(name) == tab]
        return [name for name in names if self.has_come(name)] or names

    def across(self, name: str, boxes: Mapping[str, Box], way: int) -> bool:
        """Go over into the column beside; the third column is then the learner's own."""
        self._split(boxes)
        return super().across(name, boxes, way)

    def place(self, name: str, before: str, boxes: Mapping[str, Box]) -> bool:
        """Take the place of another pane; the third column is then the learner's own."""
        self._split(boxes)
        return super().place(name, before, boxes)

    def _split(self, boxes: Mapping[str, Box]) -> None:
        """Leave the panes of the third column where they are shown."""
        edges = sorted({box.x for box in boxes.values()})
        _, right, third = self.columns
        if len(edges) < 3 or third:
            return
        shown = (each for each in right if each in boxes and boxes[each].x == edges[2])
        cut = right.index(next(shown))
        third[:], right[cut:] = right[cut:], []


class RacePanes(Arrangement):
    """The lanes left, the machine right, who goes on below; on a narrow screen one."""

    def __init__(self, *, lesson: bool = False) -> None:
        right = ("lesson", "source", "pages", "log", *MACHINE[2:])
        always = ("lanes", "source", "pages", *(("lesson",) if lesson else ()))
        super().__init__("panes-race", (("lanes",), right), always)
        self.below = 4
        """Rows of those who can go on."""
        self.cause = 0
        """Rows of why it goes as it does."""
        self._asked: set[str] = set()
        self._one = ""

    def boxes(self, width: int, height: int) -> dict[str, Box]:
        """Where each pane in sight stands."""
        rows = height - FIXED - self.cause
        self._one = ""
        if self.zoomed:
            return alone(width, rows, self.zoomed)
        upper = rows - self.below
        choices = {"choices": Box(0, upper, width, self.below)}
        come = [[each for each in column if self.comes(each)] for column in self.columns]
        if width < WIDE:
            shown = self.front if self.front in self.names else "lanes"
            self._one = shown
            return alone(width, upper, shown) | choices
        left, right = ([wish(name, upper) for name in column] for column in come)
        side = max(52, width * 3 // 8)
        return beside(left, right, upper, width, width - side, self.front) | choices

    def notice(self, now: Moment) -> bool:
        """False: nothing comes into sight by itself."""
        return False

    def comes(self, name: str, *, every: bool = False) -> bool:
        """Panes of the machine come when they are asked for, and stay."""
        return name in self._always or name in self._asked

    def choose(self, name: str) -> None:
        """Bring a pane into sight."""
        super().choose(name)
        self._asked.add(name)

    def beyond(self, way: int) -> str:
        """On a narrow screen the pane that stands above next."""
        come = [name for name in self.names if self.comes(name)]
        if not self._one:
            return ""
        return come[(come.index(self._one) + way) % len(come)]


class ComparePanes(Arrangement):
    """One below the other, each with both sides."""

    def __init__(self) -> None:
        always = ("source", "pages", "tables", "vmstat")
        super().__init__("panes-compare", (MACHINE,), always)
        self.told = 0
        """Rows of what the step did."""

    def boxes(self, width: int, height: int) -> dict[str, Box]:
        """Where each pane in sight stands."""
        rows = height - FIXED - 2 - self.told  # the names of both, and the timeline
        if self.zoomed:
            return alone(width, rows, self.zoomed)
        wishes = [wish(name, rows) for name in self.names if self.comes(name)]
        least = rows // 2 if rows >= LOW else rows - 4
        wishes = [
            one._replace(least=least) if one.name == "source" else one for one in wishes
        ]
        return single(wishes, rows, width, self.front)


class BrowsePanes(Arrangement):
    """A list, and beside or below it what is said about its row."""

    def __init__(self) -> None:
        super().__init__("panes-browse", (("list",), ("about",)))
        self.front = "list"

    def boxes(self, width: int, height: int) -> dict[str, Box]:
        """Where each pane in sight stands."""
        if self.zoomed:
            return alone(width, height - FIXED, self.zoomed)
        return browse_places(width, height, self.names, self.front)

    def shift(self, name: str, boxes: Mapping[str, Box], way: int) -> bool:
        """Change places: there are two."""
        self._swap(*self.names)
        return self._keep()

    across = shift

    def place(self, name: str, before: str, boxes: Mapping[str, Box]) -> bool:
        """Change places with the other."""
        return name != before and self.shift(name, boxes, 1)
