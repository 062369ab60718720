"""RowsPane: a widget on Textual's line API that shows rows and repaints what changed."""

from __future__ import annotations

from collections.abc import Callable

from rich.segment import Segment as Painted
from rich.style import Style
from textual.color import Color
from textual.events import Click, MouseDown, MouseScrollDown, MouseScrollUp
from textual.geometry import Region
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from pintutor.tui.looks import Look
from pintutor.view.ascii import ascii_rows
from pintutor.view.panes import Hit, Pane
from pintutor.view.rows import Row, Segment, plain
from pintutor.view.wrap import columns, cut

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

    class Clicked(Message):
        """Somebody clicked into the pane."""

        def __init__(self, pane: RowsPane, hit: Hit | None, above: tuple[Row, ...]) -> None:
            super().__init__()
            self.pane = pane
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
        """What the strips show, title and edge included."""
        self._strips: list[Strip] = []
        self._sign = ""
        self._pressed: tuple[Hit | None, tuple[Row, ...]] = (None, ())
        self._room_for_text = (0, 0)
        """Columns and rows; asking Textual for them at each step is slow."""

    def redraw(self, *, follow: bool = True) -> None:
        """Draw the rows anew and repaint the lines that differ.

        With `follow`, scroll so that the current row is in sight.
        """
        if self.paused or not self.display:
            return
        width, height = self._room_for_text
        shown = (self.edge, self.shows())
        if not width or not height or (shown == self._shown and self._strips):
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
        if since is not None:
            self._top = min(current - room + 1, since)
        elif not self._top <= current < self._top + room:
            self._top = current - room // 2
        self._top = max(0, min(self._top, len(self._pane.rows) - room))

    @property
    def _room(self) -> int:
        return max(1, self._room_for_text[1] - self.titled)

    def scroll_rows(self, count: int) -> None:
        """Move what is in sight by some rows."""
        last = max(0, len(self._pane.rows) - self._room)
        self._top = max(0, min(self._top + count, last))
        self._paint()

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
        lead = (Segment(self.edge, "dim"),) if self.edge else ()
        shown = self._pane.rows[self._top : self._top + self._room]
        lines += [(*lead, *one) for one in shown]
        lines += [lead] * (height - len(lines))
        if self.look.ascii:
            lines = list(ascii_rows(lines))
        same = len(self._lines) == len(lines) and bool(self._strips)
        changed = [
            number
            for number, line in enumerate(lines)
            if not same or line != self._lines[number]
        ]
        if not same:
            self._strips = [Strip([])] * len(lines)
        ground = self.background_colors[1] if changed else None
        for number in changed:
            self._strips[number] = self._strip(lines[number], width, ground)
        self._lines = lines
        if changed:
            self.refresh(*(Region(0, number, width, 1) for number in changed))

    def _strip(self, one: Row, width: int, ground: Color | None = None) -> Strip:
        pieces = cut(one, width)
        if self.look.ascii:  # what `cut` leaves at the end must be one column wide
            pieces = tuple(Segment(text.replace("…", "~"), role) for text, role in pieces)
        painted = [Painted(text, self.look.style(role)) for text, role in pieces if text]
        joined = Painted.simplify(painted)
        strip = Strip(joined).adjust_cell_length(width, self.look.style("plain"))
        # As Textual does for a widget without borders, but once a line, not at each paint.
        background = ground or self.background_colors[1]
        strip = strip.apply_style(Style.from_color(bgcolor=background.rich_color))
        for line_filter in self.get_line_filters():
            strip = strip.apply_filter(line_filter, background)
        return strip

    def _title(self, width: int) -> Row:
        """The title in a rule: a heavy one where the focus is."""
        rule = "━" if self.has_focus else "─"
        start = self.edge.strip() and ("┝" if self.has_focus else "├")
        left: Row = (
            Segment(f"{start}{rule} ", "dim"),
            *((Segment(f"[{self._sign}] ", "current"),) if self._sign else ()),
            *(
                Segment(text, "title" if role == "plain" else role)
                for text, role in self._pane.title
            ),
            Segment(" ", "dim"),
        )
        room = width - columns(plain(left)) - 2
        aside = self._aside()
        while aside and columns(plain(aside)) > room:
            aside = aside[1:]
        space = max(0, room - columns(plain(aside)) + (0 if aside else 2))
        fill = Segment(rule * space + (" " if aside else ""), "dim")
        return (*left, fill, *aside)

    def _aside(self) -> Row:
        """What stands at the right end of the title: which rows are in sight, or more."""
        count = len(self._pane.rows)
        if self._pane.aside or count <= self._room:
            return self._pane.aside
        last = min(count, self._top + self._room)
        return (Segment(f"{self._top + 1}..{last} of {count} ", "dim"),)

    def hit_at(self, x: int, y: int) -> Hit | None:
        """What a click there means: what the pane says, or the line that stands there."""
        number = y - self.titled + self._top
        x -= len(self.edge)
        for hit in self._pane.hits:
            if hit.row == number and hit.start <= x < hit.stop:
                return hit
        if y < self.titled or number >= len(self._pane.rows):
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
        number = event.y - self.titled + self._top
        above = tuple(reversed(self._pane.rows[: number + 1]))
        self._pressed = self.hit_at(event.x, event.y), above

    def on_click(self, event: Click) -> None:
        """Let the screen do what stood there when the button went down."""
        if not self.paused:
            self.post_message(self.Clicked(self, *self._pressed))

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
        self._strips = []
        self._paint()

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
        return self._strip((), self._room_for_text[0])

    def render_lines(self, crop: Region) -> list[Strip]:
        """The strips of a region, past Textual's cache of borders that no pane has."""
        lines = range(crop.y, crop.bottom)
        if crop.x == 0 and crop.width == self._room_for_text[0]:
            return [self.render_line(y) for y in lines]
        return [self.render_line(y).crop(crop.x, crop.right) for y in lines]

    def on_resize(self) -> None:
        """Draw for the new size."""
        self._room_for_text = (self.size.width, self.size.height)
        self._strips = []
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
