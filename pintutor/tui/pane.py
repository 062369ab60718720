"""RowsPane: a widget on Textual's line API that shows rows and repaints what changed."""

from __future__ import annotations

from collections.abc import Callable

from textual.events import Click, MouseDown, MouseScrollDown, MouseScrollUp
from textual.geometry import Region
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from pintutor.tui.looks import Look
from pintutor.tui.strips import Strips
from pintutor.tui.titles import Title
from pintutor.view.panes import Hit, Pane
from pintutor.view.rows import Row, Segment
from pintutor.view.wrap import columns

WHEEL = 3
"""Rows that one turn of the wheel scrolls by."""

Draw = Callable[[int, int], Pane]
"""Makes what a pane shows, from its width and height."""

Shows = Callable[[], object]
"""What a pane depends on; while it is equal the pane is not drawn anew."""


class RowsPane(Widget, can_focus=True):
    """Rows under a title; they scroll by key when the pane has the focus.

    A failure in what draws the rows is shown in the pane and stays there.
    """

    DEFAULT_CSS = "RowsPane { width: 1fr; height: 1fr; }"
    edge = reactive("", repaint=False)
    """What stands left of every row: a line between this pane and the one beside it."""

    class Scrolled(Message):
        """Other rows are in sight, maybe."""

    class Clicked(Message):
        """Somebody clicked into the pane."""

        def __init__(
            self, pane: RowsPane, hit: Hit | None, above: tuple[Row, ...], click: Click
        ) -> None:
            super().__init__()
            self.pane = pane
            self.click = click
            self.hit = hit
            """What stands there that does something."""
            self.above = above
            """The row that was clicked and those before it, nearest first."""

    def __init__(
        self,
        draw: Draw,
        look: Look,
        name: str,
        *,
        titled: bool = True,
        edge: str = "",
        shows: Shows = object,
    ) -> None:
        super().__init__(id=name)
        self.shows = shows
        self._shown: object = None
        self.can_focus = titled
        self.draw = draw
        self.look = look
        self.titled = titled
        self.set_reactive(RowsPane.edge, edge)
        self.failure: Exception | None = None
        """What went wrong when it was drawn last."""
        self.paused = False
        """True while a command runs: nothing of the lab may be looked at."""
        self._pane = Pane((), (), ())
        self._top = 0
        self._lines: list[Row] = []
        """What the strips show, the title included; none when all is to be painted."""
        self._strips: list[Strip] = []
        self._kept = Strips(self)
        self._followed: tuple[int, int | None] = (-1, None)
        self._reached = False
        """True when the current row was in sight, or had been scrolled past."""
        self._sign = ""
        self._pressed: tuple[Hit | None, tuple[Row, ...]] = (None, ())
        self._room_for_text = (0, 0)
        """Columns and rows; asking Textual for them at each step is slow."""

    def redraw(self, *, follow: bool = True) -> None:
        """Draw the rows anew and repaint the lines that differ.

        With `follow`, scroll so that the current row is in sight.
        """
        width, height = self._room_for_text
        if self.paused or not width or not height or not self.display:
            return
        shown = (self.edge, self.shows())
        if shown == self._shown and self._lines:
            return
        self._shown = shown
        try:
            self._pane = self.draw(width - len(self.edge), height - self.titled)
            self.failure = None
        except Exception as error:  # one pane that fails must not take the rest along
            self.failure = error
            self._pane = _failed(error)
        if follow:
            self._follow()
        self._paint()

    def _follow(self) -> None:
        room = self._room
        current, since = self._pane.current, self._pane.since
        followed, self._followed = self._followed, (current, since)
        if since is not None and followed == (current, since):
            # Nothing new: what was read stays in sight, and so does what was reached.
            self._top = max(self._top, current - room + 1) if self._reached else self._top
        elif since is not None:
            self._top = min(current - room + 1, since)
        elif not self._top <= current < self._top + room:
            self._top = current - room // 2
        self._top = max(0, min(self._top, len(self._pane.rows) - room))
        self._reached = not self.more_below

    @property
    def _room(self) -> int:
        return max(1, self._room_for_text[1] - self._above)

    @property
    def _above(self) -> int:
        """Rows that stand over those that scroll."""
        return self.titled + len(self._pane.heads)

    def scroll_rows(self, count: int) -> None:
        """Move what is in sight by some rows."""
        last = max(0, len(self._pane.rows) - self._room)
        self._top = max(0, min(self._top + count, last))
        self._reached = not self.more_below
        self._paint()
        self.post_message(self.Scrolled())

    @property
    def more_below(self) -> bool:
        """True when the current row lies below what is in sight."""
        return self._pane.current >= self._top + self._room

    @property
    def page(self) -> int:
        """Rows to scroll by for a page."""
        return max(1, self._room - 1)

    def text(self) -> list[str]:
        """What is in sight, as plain text."""
        return [strip.text.rstrip() for strip in self._strips]

    def _paint(self) -> None:
        """Make strips of the lines that differ from what is shown, and repaint those."""
        width, height = self._room_for_text
        lines = [self._title(width)] if self.titled else []
        lines += self._pane.heads
        lines += self._pane.rows[self._top : self._top + self._room]
        lines += [()] * (height - len(lines))
        if len(self._lines) != len(lines):
            changed = [*range(len(lines))]
            self._strips = [Strip([])] * len(lines)
        else:
            pairs = enumerate(zip(lines, self._lines, strict=True))
            changed = [n for n, (one, old) in pairs if one is not old and one != old]
        lead = (Segment(self.edge, "dim"),) if self.edge else ()
        for number in changed:
            line = lines[number] if number < self.titled else (*lead, *lines[number])
            self._strips[number] = self._kept.of(line, width, self.look)
        self._lines = lines
        if changed:
            self._repaint([Region(0, number, width, 1) for number in changed])

    def _repaint(self, regions: list[Region]) -> None:
        """Let the screen paint these regions with the next frame.

        `refresh` would take a turn of this widget, and a message for the screen, which
        with many panes takes longer than to paint them.
        """
        if not self.is_attached:
            self.refresh(*regions)
            return
        self._repaint_regions.update(regions)
        self.screen._dirty_widgets.add(self)
        self.screen.check_idle()

    def _title(self, width: int) -> Row:
        title = Title(self._pane.title, self._aside(), self._sign, self.edge)
        return title.row(width, focus=self.has_focus)

    def _aside(self) -> Row:
        """What stands at the right end of the title: which rows are in sight, or more."""
        count = len(self._pane.rows)
        if self._pane.aside or count <= self._room:
            return self._pane.aside
        last = min(count, self._top + self._room)
        return (Segment(f"{self._top + 1}..{last} of {count} ", "dim"),)

    def hit_at(self, x: int, y: int) -> Hit | None:
        """What a click there means: what the pane says, or the line that stands there."""
        number = y - self._above + self._top
        x -= len(self.edge)
        for hit in self._pane.hits:
            if hit.row == number and hit.start <= x < hit.stop:
                return hit
        if y < self._above or number >= len(self._pane.rows):
            return None
        start = 0
        for text, role in self._pane.rows[number]:
            stop = start + columns(text)
            if role == "command" and start <= x < stop:
                return Hit(number, start, stop, "line", text.strip("` "))
            start = stop
        return None

    def on_mouse_down(self, event: MouseDown) -> None:
        """Take note of what stands there: the focus that comes now may move rows."""
        number = max(-1, event.y - self._above + self._top)
        above = tuple(reversed(self._pane.rows[: number + 1]))
        self._pressed = self.hit_at(event.x, event.y), above

    def on_click(self, event: Click) -> None:
        """Let the screen do what stood there when the button went down."""
        if not self.paused:
            self.post_message(self.Clicked(self, *self._pressed, event))

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        """Scroll, wherever the focus is."""
        event.stop()
        self.scroll_rows(WHEEL)

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        """Scroll, wherever the focus is."""
        event.stop()
        self.scroll_rows(-WHEEL)

    def wear(self, look: Look) -> None:
        """Paint everything anew in another look."""
        self.look = look
        self._forget()
        self._paint()

    def watch_edge(self) -> None:
        """Paint everything anew when the next drawing comes."""
        self._lines = []

    def _forget(self) -> None:
        self._kept.forget()
        self._lines = []

    def mark(self, sign: str) -> None:
        """Show a sign in the title; none when it is empty."""
        self._sign = sign
        self._paint()

    def on_show(self) -> None:
        """Draw what was not drawn while nobody saw it."""
        self.redraw()

    def render_line(self, y: int) -> Strip:
        """The strip of one line: Textual asks for it."""
        if y < len(self._strips):
            return self._strips[y]
        return self._kept.of((), self._room_for_text[0], self.look)

    def render_lines(self, crop: Region) -> list[Strip]:
        """The strips of a region, past Textual's cache of borders that no pane has."""
        lines = range(crop.y, crop.bottom)
        if crop.x == 0 and crop.width == self._room_for_text[0]:
            return [self.render_line(y) for y in lines]
        return [self.render_line(y).crop(crop.x, crop.right) for y in lines]

    def on_resize(self) -> None:
        """Draw for the new size."""
        self._room_for_text = (self.size.width, self.size.height)
        self._forget()
        self.redraw()

    def watch_has_focus(self, _has_focus: bool) -> None:  # noqa: FBT001
        """Show where the focus is."""
        super().watch_has_focus(_has_focus)
        self._paint()


def _failed(error: Exception) -> Pane:
    """What a pane shows instead of what could not be drawn."""
    text = f"{type(error).__name__}: {error}"
    return Pane(
        (Segment("this pane cannot be drawn", "bad"),),
        (),
        ((Segment(f" {text}", "bad"),), (Segment(" the rest works on", "dim"),)),
    )
