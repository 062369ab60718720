"""A Textual app that increments one label for each key: the floor of a repaint."""

from __future__ import annotations

import os

os.environ.setdefault("TEXTUAL_FPS", "120")  # as pintutor.tui does, before the import

from textual.app import App, ComposeResult
from textual.events import Key
from textual.widgets import Label


class Reference(App[None]):
    """One label."""

    ENABLE_COMMAND_PALETTE = False
    keys = 0

    def compose(self) -> ComposeResult:
        """The label."""
        yield Label("ready")

    def on_key(self, event: Key) -> None:
        """Count the key."""
        self.keys += 1
        self.query_one(Label).update(f"keys {self.keys}")


if __name__ == "__main__":
    Reference().run()
