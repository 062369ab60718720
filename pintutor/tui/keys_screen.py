"""The screen that lists every key."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import Screen

from pintutor.tui.hints import keys_pane
from pintutor.tui.keymap import Keymap
from pintutor.tui.keys import bindings
from pintutor.tui.looks import Look
from pintutor.tui.over_keys import HELP_KEYS
from pintutor.tui.pane import RowsPane
from pintutor.view.panes import Pane

Listing = Callable[[Keymap, int, int], Pane]
"""Lists keys, for a width and a height."""


class KeysScreen(Screen[None]):
    """Every key, over the screen that they belong to."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(HELP_KEYS)

    def __init__(self, keymap: Keymap, look: Look, listing: Listing = keys_pane) -> None:
        super().__init__()
        self.look = look
        self.draw = partial(listing, keymap)

    def compose(self) -> ComposeResult:
        """One pane."""
        yield RowsPane(self.draw, self.look, "keys")

    def on_rows_pane_clicked(self) -> None:
        """Close: there is nothing else to click."""
        self.dismiss()

    def action_scroll(self, rows: int) -> None:
        """Scroll by rows."""
        self.query_one(RowsPane).scroll_rows(rows)

    def action_page(self, way: int) -> None:
        """Scroll by a screenful."""
        pane = self.query_one(RowsPane)
        pane.scroll_rows(way * pane.page)
