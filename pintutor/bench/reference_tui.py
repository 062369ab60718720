"""An empty Textual screen with as many widgets of the same kinds as the lesson screen."""

from __future__ import annotations

import os

os.environ.setdefault("TEXTUAL_FPS", "120")  # as pintutor.tui does, before the import

from rich.segment import Segment
from textual.app import App, ComposeResult
from textual.containers import Horizontal, Vertical
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input


class Line(Widget, can_focus=True):
    """A widget on the line API that shows one word."""

    DEFAULT_CSS = "Line { width: 1fr; height: 1fr; }"

    def __init__(self, word: str) -> None:
        super().__init__()
        self.word = word

    def render_line(self, y: int) -> Strip:
        """The word, on the first line."""
        return Strip([] if y else [Segment(self.word)]).extend_cell_length(self.size.width)


class Empty(Screen[None]):
    """The containers and widgets of the lesson screen, without what they show."""

    CSS = """
    Empty > Line, #ask { height: 1; }
    """

    def compose(self) -> ComposeResult:
        """The panes, from top to bottom."""
        yield Line("bar")
        with Horizontal():
            with Vertical():
                yield from map(Line, ("lesson", "log"))
            with Vertical():
                yield from map(Line, ("source", "tables", "pages", "vmstat"))
                for word in ("iter", "bio", "dio", "stack", "devices", "tasks", "watch"):
                    hidden = Line(word)
                    hidden.display = False
                    yield hidden
        yield from map(Line, ("time", "narration"))
        with Horizontal(id="ask"):
            yield Line("prompt")
            yield Input()
        yield Line("quit")


class Reference(App[None]):
    """The empty screen, as an app."""

    ENABLE_COMMAND_PALETTE = False

    def on_mount(self) -> None:
        """Show the screen."""
        self.push_screen(Empty())


if __name__ == "__main__":
    Reference().run()
