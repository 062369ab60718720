"""The Textual application, and how it is started."""

from __future__ import annotations

import sys

from textual.app import App

import pintutor.content.commands
import pintutor.lab.commands  # noqa: F401  (declares the commands)
from pintutor.content.catalogue import find
from pintutor.content.errors import NoSuchContent
from pintutor.lab.errors import CommandError
from pintutor.lab.lab import Lab
from pintutor.tui import history
from pintutor.tui.desk import Desk
from pintutor.tui.history import History
from pintutor.tui.lesson_screen import LessonScreen
from pintutor.tui.looks import Look, choose


class Tutor(App[int | Exception]):
    """The tutor on a whole terminal."""

    ENABLE_COMMAND_PALETTE = False
    TITLE = "pintutor"

    def __init__(self, desk: Desk, past: History, look: Look) -> None:
        super().__init__(ansi_color=look.theme.ansi)
        self.look = look
        self.desk = desk
        self.past = past
        self.register_theme(look.theme)
        self.theme = look.theme.name

    def on_mount(self) -> None:
        """Show the lesson screen."""
        self.push_screen(LessonScreen(self.desk, self.past, self.look))


def run(lesson: str | None, kernel: str) -> int:
    """Open the tutor, in a lesson if one is named; returns the exit code.

    Errors: whatever failed within a command, once the terminal is in order again.
    """
    try:
        lab = Lab(kernel)
        desk = Desk(lab)
        if lesson is not None:
            desk.run(f"lesson {find(lesson).front.id}")
    except (CommandError, NoSuchContent) as error:
        hint = f"\ntry: {error.hint}" if error.hint else ""
        print(f"pintutor: {error}{hint}", file=sys.stderr)
        return 4
    app = Tutor(desk, History(history.path()), choose())
    result = app.run()
    if isinstance(result, Exception):
        raise result
    return result or 0
