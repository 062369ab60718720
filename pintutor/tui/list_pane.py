"""ListPane: rows to choose from by key, by mouse, or by typing a part of what they say."""

from __future__ import annotations

from collections.abc import Callable

from textual.events import Click, Key, Paste
from textual.message import Message

from pintutor.tui.looks import Look
from pintutor.tui.pane import RowsPane, Shows
from pintutor.view.browse.listing import Line, Listing, filtered, nearest
from pintutor.view.panes import Pane
from pintutor.view.rows import Segment

LONGEST = 60
"""Characters that a filter may have."""
LEFT_TO_SCREEN = (":", "?")
"""Signs that are keys, and never the part of a filter."""

Draw = Callable[[int], Listing]
"""Makes the listing, for a width."""


class ListPane(RowsPane):
    """A listing: one row of it is chosen.

    With `links` it is read rather than chosen from: a click runs at once, the arrows
    scroll on from link to link, and there is no filter.
    """

    class Chosen(Message):
        """Another row is chosen."""

    class Picked(Message):
        """Enter, or a click, on the row that is chosen."""

        def __init__(self, line: Line) -> None:
            super().__init__()
            self.line = line

    def __init__(
        self, listing: Draw, look: Look, name: str, *, shows: Shows, links: bool = False
    ) -> None:
        super().__init__(self._drawn, look, name, shows=self._depends)
        self.listing = listing
        self.links = links
        self.filter = ""
        self.key = ""
        """What is chosen."""
        self._at = -1
        self._subject = shows
        self._held: Listing | None = None
        self._shown_of: object = None
        self._width = 0
        self.lines: tuple[Line, ...] = ()
        """The lines that pass the filter."""
        self._told = ""

    def redraw(self, *, follow: bool = True) -> None:
        """Draw anew, and say so when another row came to be chosen."""
        super().redraw(follow=follow)
        if self.key != self._told:
            self._told = self.key
            self.post_message(self.Chosen())

    def _depends(self) -> object:
        return self._subject(), self.filter, self._at, self.key, self.has_focus

    def _drawn(self, width: int, height: int) -> Pane:
        listing = self._listing(width - 2)
        lines = self.sifted(listing.lines)
        if lines != self.lines or not self._is_at(lines):
            self.lines = lines
            self._at = self._place(lines, listing.first)
            self.key = lines[self._at].key if self._at >= 0 else ""
        mark = Segment("▶" if self.has_focus else "▸", "current")
        rows = tuple(
            ((mark if n == self._at else Segment(" ")), *line.row)
            for n, line in enumerate(lines)
        )
        if not rows:
            rows = ((Segment("  nothing here has all these words", "dim"),),)
        title = listing.title
        if self.filter:
            title = (*title, Segment(f"  {self.filter}▏", "current"))
        return Pane(title, listing.aside, rows, max(0, self._at))

    def sifted(self, lines: tuple[Line, ...]) -> tuple[Line, ...]:
        """The lines that pass the filter, in the order in which they are shown."""
        return filtered(lines, self.filter)

    def _listing(self, width: int) -> Listing:
        """The listing, made anew when what it depends on has changed."""
        shown = self._subject()
        if self._held is None or (width, shown) != (self._width, self._shown_of):
            if self.links and shown != self._shown_of:
                self._at, self._top = -1, 0
            self._width, self._shown_of = width, shown
            self._held = self.listing(width)
        return self._held

    def _is_at(self, lines: tuple[Line, ...]) -> bool:
        return 0 <= self._at < len(lines) and lines[self._at].key == self.key

    def _place(self, lines: tuple[Line, ...], first: str) -> int:
        """Where what was chosen stands now; else what comes first."""
        if self.links:
            return -1
        keys = [line.key for line in lines]
        for wanted in (self.key, "" if self.filter else first):
            if wanted and wanted in keys:
                return keys.index(wanted)
        return self.best(lines)

    def best(self, lines: tuple[Line, ...]) -> int:
        """Which of the rows comes nearest to the filter."""
        return nearest(lines, self.filter)

    def watch_has_focus(self, _has_focus: bool) -> None:  # noqa: FBT001
        """Mark what is chosen where keys are heard."""
        super().watch_has_focus(_has_focus)
        self.redraw(follow=False)

    def line(self) -> str:
        """The line that Enter runs now; empty for none."""
        return self.lines[self._at].line if 0 <= self._at < len(self.lines) else ""

    def choose(self, key: str) -> None:
        """Choose the row with that key, wherever it is."""
        self.key = key
        self._at = -1
        self.lines = ()
        self.redraw()

    def look_for(self, text: str) -> None:
        """Show only the rows that have these words."""
        self.filter = text[:LONGEST]
        if self.filter:
            self.key = ""  # what it names best, rather than what was chosen before
            self._at = -1
        self.redraw()

    def move(self, count: int) -> None:
        """Choose the row so many further; a link that is out of sight is scrolled to."""
        able = [n for n, line in enumerate(self.lines) if line.key]
        if self.links:
            self._move_to_link(able, count)
        elif able:
            here = able.index(self._at) if self._at in able else 0
            self._choose_at(able[max(0, min(here + count, len(able) - 1))])

    def _move_to_link(self, able: list[int], count: int) -> None:
        way = 1 if count > 0 else -1
        ahead = [n for n in able if (n > self._at if way > 0 else n < self._at)]
        target = (ahead[0] if way > 0 else ahead[-1]) if ahead else -1
        in_sight = self._top - 1 <= target <= self._top + self._room
        if abs(count) == 1 and target >= 0 and in_sight:
            self._choose_at(target)
        else:
            self.scroll_rows(count)

    def _choose_at(self, index: int) -> None:
        self._at = index
        self.key = self.lines[index].key
        self.redraw()

    def pick(self) -> None:
        """Do what Enter does on the row that is chosen."""
        if 0 <= self._at < len(self.lines):
            self.post_message(self.Picked(self.lines[self._at]))

    def on_key(self, event: Key) -> None:
        """Add what is typed to the filter."""
        typed = event.character or ""
        if self.links or not event.is_printable or typed in LEFT_TO_SCREEN:
            return
        event.stop()
        event.prevent_default()
        if self.filter or typed not in ("/", " "):  # a slash means: look for
            self.look_for(self.filter + typed)

    def on_paste(self, event: Paste) -> None:
        """Add the first line of what is pasted to the filter."""
        event.stop()
        first = event.text[: 4 * LONGEST].strip().split("\n")[0]
        if not self.links:
            self.look_for(self.filter + "".join(filter(str.isprintable, first)))

    def on_click(self, event: Click) -> None:
        """Choose the row; pick it when it was chosen already."""
        event.stop()
        event.prevent_default()
        index = event.y - self.titled + self._top
        if event.y < self.titled or index >= len(self.lines):
            return
        if self.lines[index].key:
            again = index == self._at
            self._choose_at(index)
            if again or self.links:
                self.pick()
