"""The Textual application, and how it is started.

The first screen is painted before the model is imported: Textual takes most of a start,
and the model need not lengthen it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol, runtime_checkable

from rich.segment import Segment
from textual.app import App, ComposeResult
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from pintutor.tui.looks import Look, choose

Opened = Callable[[Look], Screen[None]]
"""Makes the screen that one works on."""

@runtime_checkable
class Dressed(Protocol):
    """A screen or a widget that paints in a look of its own."""

    def wear(self, look: Look) -> None:
        """Paint in another look from now on."""


UNKNOWN = 4
"""Exit code: no kernel or lesson is called so."""


class Tutor(App[int | Exception]):
    """The tutor on a whole terminal."""

    ENABLE_COMMAND_PALETTE = False
    TITLE = "pintutor"

    def __init__(self, opened: Opened, look: Look) -> None:
        super().__init__(ansi_color=look.theme.ansi)
        self.look = look
        self.opened = opened
        self.register_theme(look.theme)
        self.theme = look.theme.name
        self.animation_level = "none"  # nothing moves that did not change

    def wear(self, look: Look) -> None:
        """Paint everything in another look from now on."""
        self.look = replace(look, ascii=self.look.ascii)
        self.register_theme(look.theme)
        self.ansi_color = look.theme.ansi
        self.theme = look.theme.name
        self.call_after_refresh(self._paint)

    def _paint(self) -> None:
        for screen in self.screen_stack:
            for widget in screen.walk_children(with_self=True):
                if isinstance(widget, Dressed):
                    widget.wear(self.look)

    def on_mount(self) -> None:
        """Show that something comes, then what comes."""
        self.push_screen(Opening(self.look))
        self.call_after_refresh(self._open)

    def _open(self) -> None:
        try:
            screen = self.opened(self.look)
        except Exception as error:  # reported once the terminal is in order again
            self.exit(error)
            return
        self.switch_screen(screen)


class Opening(Screen[None]):
    """What is in sight until the model has been loaded."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look

    def compose(self) -> ComposeResult:
        """One widget, the size of the screen."""
        yield Words(self.look)


class Words(Widget):
    """The name of the tutor, what it waits for, and how to leave."""

    DEFAULT_CSS = "Words { width: 1fr; height: 1fr; }"

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look

    def render_line(self, y: int) -> Strip:
        """The line: most are empty."""
        width, height = self.size
        text, role = {
            0: (" pintutor", "title"),
            2: (" The model of the kernel is being loaded.", "plain"),
            height - 1: (" q quit", "dim"),
        }.get(y, ("", "plain"))
        painted = [Segment(text[:width], self.look.style(role))] if text else []
        return Strip(painted).adjust_cell_length(width, self.look.style("plain"))


def run(lesson: str | None, kernel: str) -> int:
    """Open the tutor, in a lesson if one is named; returns the exit code.

    Errors: whatever failed within a command, once the terminal is in order again.
    """
    at_end: list[Callable[[], None]] = []
    result = Tutor(lambda look: _at_work(lesson, kernel, look, at_end), choose()).run()
    if isinstance(result, Exception):
        return _failed(result)
    for end in at_end:
        end()
    return result or 0


def _at_work(
    lesson: str | None, kernel: str, look: Look, at_end: list[Callable[[], None]]
) -> Screen[None]:
    """The lesson screen on a fresh machine, whose work can go on after a crash.

    What is to be done when the tutor ends in order is put into `at_end`.
    """
    from pintutor.content.catalogue import find
    from pintutor.content.resume_commands import Autosave
    from pintutor.content.resuming import offer
    from pintutor.lab.lab import Lab
    from pintutor.tui.desk import Desk
    from pintutor.tui.history import History
    from pintutor.tui.lesson_screen import LessonScreen

    lab = Lab(kernel)
    desk = Desk(lab, offered=offer() if lesson is None else "")
    lab.keeper = Autosave()
    at_end.append(lab.keeper.end)
    if lesson is not None:
        desk.run(f"lesson {find(lesson).front.id}")
    return LessonScreen(desk, History(), look)


def _failed(error: Exception) -> int:
    """Say what there is not; what is no learner's mistake is raised again."""
    from pintutor.content.errors import NoSuchContent
    from pintutor.lab.errors import CommandError

    if not isinstance(error, (CommandError, NoSuchContent)):
        raise error
    hint = f"\ntry: {error.hint}" if error.hint else ""
    print(f"pintutor: {error}{hint}", file=sys.stderr)
    return UNKNOWN
