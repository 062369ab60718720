"""The screen that lists every key."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from pintutor.tui.keys import keys_pane
from pintutor.tui.looks import Look
from pintutor.tui.pane import Draw, RowsPane


class KeysScreen(Screen[None]):
    """Every key, over the screen that they belong to."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,q", "dismiss", show=False)
    ]

    def __init__(self, look: Look, draw: Draw = keys_pane) -> None:
        super().__init__()
        self.look = look
        self.draw = draw

    def compose(self) -> ComposeResult:
        """One pane."""
        yield RowsPane(self.draw, self.look, "keys")
