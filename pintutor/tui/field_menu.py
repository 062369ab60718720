"""The menu of a field: the lines that ask about a count, an entry or a counter."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.events import Click
from textual.geometry import Offset
from textual.screen import ModalScreen

from pintutor.lab.registry import REGISTRY
from pintutor.tui.asking import field_lines
from pintutor.tui.hints import ways
from pintutor.tui.keymap import Keymap
from pintutor.tui.keys import bindings
from pintutor.tui.list_pane import ListPane
from pintutor.tui.looks import Look
from pintutor.tui.over_keys import MENU_KEYS
from pintutor.view.browse.listing import Line, Listing
from pintutor.view.rows import row
from pintutor.view.wrap import columns, cut

WIDTH = 66
"""The most that the menu takes [columns]."""


class FieldMenu(ModalScreen[str | None]):
    """Over the screen, beside the field; ends with the line that was chosen."""

    CSS = """
    FieldMenu { background: transparent; }
    """
    BINDINGS: ClassVar[list[BindingType]] = bindings(MENU_KEYS)

    def __init__(self, field: str, at: Offset, keymap: Keymap, look: Look) -> None:
        super().__init__()
        lines = field_lines(field)
        self.at = at
        self.list = Menu(
            partial(_listing, field, lines, ways(MENU_KEYS, keymap)),
            look,
            "menu",
            shows=str,
        )
        self.rows = len(lines) + 1

    def compose(self) -> ComposeResult:
        """One list."""
        yield self.list

    def on_mount(self) -> None:
        """Stand where the field stands, as far as there is room."""
        wide, high = self.app.size
        width = min(WIDTH, wide)
        self.list.styles.width, self.list.styles.height = width, self.rows
        x = max(0, min(self.at.x, wide - width))
        self.list.styles.offset = (x, max(0, min(self.at.y, high - self.rows)))
        self.list.focus()

    def on_click(self, event: Click) -> None:
        """Close when something else is clicked."""
        if not self.list.region.contains(event.screen_x, event.screen_y):
            self.dismiss(None)

    def on_list_pane_picked(self, event: ListPane.Picked) -> None:
        """Let the screen below run the line."""
        self.dismiss(event.line.line)

    def action_pick(self) -> None:
        """Run what is chosen."""
        self.list.pick()

    def action_move(self, count: int) -> None:
        """Choose another line."""
        self.list.move(count)


class Menu(ListPane):
    """A list in which a click is enough."""

    def on_click(self, event: Click) -> None:
        """Choose the row, and pick it."""
        event.stop()
        event.prevent_default()
        number = event.y - self.titled
        if 0 <= number < len(self.lines):
            self.choose(self.lines[number].key)
            self.pick()


def _listing(field: str, lines: Sequence[str], closes: str, width: int) -> Listing:
    """The lines, each with what it does."""
    longest = max(columns(line) for line in lines)
    found = []
    for line in lines:
        command = REGISTRY.get(line.split()[0])
        about = command.summary if command else ""
        pad = " " * (longest + 2 - columns(line))
        shown = cut(row(" ", (line, "command"), pad, (about, "dim")), width)
        found.append(Line(shown, line, line, line))
    return Listing(row(field), row((f"{closes} ", "dim")), tuple(found))
