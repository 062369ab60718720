"""Strips: rows as Textual paints them, each made once and kept in case it comes back.

Stepping to and fro shows the same rows again and again. A strip that is kept keeps what
Textual finds out about it too: its parts, and the codes that the terminal gets.
"""

from __future__ import annotations

from rich.segment import Segment as Painted
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from pintutor.tui.looks import Look
from pintutor.view.ascii import ascii_rows
from pintutor.view.rows import Row, Segment
from pintutor.view.wrap import columns, cut

KEPT = 1000
"""Strips that one widget keeps."""


class Strips:
    """Makes the strips of a widget without borders."""

    def __init__(self, widget: Widget) -> None:
        self._widget = widget
        self._styles: dict[str, Style | None] = {}
        self._made: dict[Row, Strip] = {}

    def forget(self) -> None:
        """Make all strips anew from now on: the look or the width is another one."""
        self._styles.clear()
        self._made.clear()

    def of(self, one: Row, width: int, look: Look) -> Strip:
        """The strip of a row."""
        made = self._made.get(one)
        if made is None:
            if len(self._made) >= KEPT:
                self._made.clear()
            made = self._made[one] = self._make(one, width, look)
        return made

    def _make(self, one: Row, width: int, look: Look) -> Strip:
        row = ascii_rows((one,))[0] if look.ascii else one
        pieces = cut(row, width)
        if look.ascii:  # what `cut` leaves at the end must be one column wide
            pieces = tuple(Segment(text.replace("…", "~"), role) for text, role in pieces)
        painted = [Painted(text, self._style(role, look)) for text, role in pieces if text]
        space = width - sum(columns(text) for text, _ in pieces)
        if space > 0:
            painted.append(Painted(" " * space, self._style("plain", look)))
        return Strip(Painted.simplify(painted), width)

    def _style(self, role: str, look: Look) -> Style | None:
        """The style of a role over the widget's ground, through the filters of the app."""
        if role not in self._styles:
            ground = self._widget.background_colors[1]
            strip = Strip([Painted(" ", look.style(role))])
            strip = strip.apply_style(Style.from_color(bgcolor=ground.rich_color))
            for line_filter in self._widget.get_line_filters():
                strip = strip.apply_filter(line_filter, ground)
            self._styles[role] = next(iter(strip)).style
        return self._styles[role]
