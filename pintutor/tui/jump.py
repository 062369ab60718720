"""Jump: a letter stands in the title of each pane, and pressing it goes there."""

from __future__ import annotations

from collections.abc import Sequence
from string import ascii_lowercase
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Key
from textual.screen import ModalScreen

from pintutor.tui.looks import Look
from pintutor.tui.pane import RowsPane
from pintutor.view.panes import Pane
from pintutor.view.rows import row


class Jump(ModalScreen[RowsPane | None]):
    """Waits for the letter of a pane; any other key closes it."""

    CSS = """
    Jump { background: transparent; }
    #jump { dock: bottom; height: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", show=False, id="jump-close")
    ]

    def __init__(self, panes: Sequence[RowsPane], look: Look) -> None:
        super().__init__()
        self.look = look
        self.letters = dict(zip(ascii_lowercase, panes, strict=False))

    def compose(self) -> ComposeResult:
        """One row at the bottom."""
        yield RowsPane(self._told, self.look, "jump", titled=False)

    def on_mount(self) -> None:
        """Show the letters."""
        for letter, pane in self.letters.items():
            pane.mark(letter)

    def on_unmount(self) -> None:
        """Take the letters away."""
        for pane in self.letters.values():
            pane.mark("")

    def on_key(self, event: Key) -> None:
        """Go to the pane whose letter it is."""
        event.stop()
        self.dismiss(self.letters.get(event.key))

    def _told(self, width: int, height: int) -> Pane:
        last = list(self.letters)[-1]
        told = f" jump: a..{last} goes to the pane with that letter, Esc stays"
        return Pane((), (), (row((told[:width], "note")),))
