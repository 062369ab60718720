"""Jump: a letter stands in the title of each pane, and pressing it goes there."""

from __future__ import annotations

from collections.abc import Sequence
from string import ascii_lowercase
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.events import Key
from textual.screen import ModalScreen

from pintutor.tui.keymap import Keymap
from pintutor.tui.keys import bindings
from pintutor.tui.looks import Look
from pintutor.tui.over_keys import JUMP_KEYS
from pintutor.tui.pane import RowsPane
from pintutor.view.panes import Pane
from pintutor.view.rows import row


class Jump(ModalScreen[RowsPane | None]):
    """Waits for the letter of a pane; any other key closes it."""

    CSS = """
    Jump { background: transparent; }
    #jump { dock: bottom; height: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = bindings(JUMP_KEYS)

    def __init__(self, panes: Sequence[RowsPane], keymap: Keymap, look: Look) -> None:
        super().__init__()
        self.look = look
        (self.close,) = JUMP_KEYS
        self.closes = keymap.names(self.close)
        taken = keymap.keys(self.close).split(",")
        free = (one for one in ascii_lowercase if one not in taken)
        self.letters = dict(zip(free, panes, strict=False))

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

    def on_click(self) -> None:
        """Stay: a click is no letter."""
        self.dismiss(None)

    def on_key(self, event: Key) -> None:
        """Go to the pane whose letter it is."""
        event.stop()
        self.dismiss(self.letters.get(event.key))

    def _told(self, width: int, height: int) -> Pane:
        first, *_, last = [*self.letters, *self.letters]
        stays = f", {' '.join(self.closes)} {self.close.label}" if self.closes else ""
        told = f" jump: {first}..{last} goes to the pane with that letter{stays}"
        return Pane((), (), (row((told[:width], "note")),))
