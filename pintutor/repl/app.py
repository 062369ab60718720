"""Opens a conversation: at a prompt on a terminal, through a pipe anywhere else."""

from __future__ import annotations

import os
import sys

import pintutor.content.commands
import pintutor.lab.commands  # noqa: F401  (declares the commands)
from pintutor.content.session import Session
from pintutor.lab.errors import CommandError
from pintutor.lab.lab import Lab
from pintutor.repl.conversation import Conversation, Screen
from pintutor.repl.plain import Printer, read
from pintutor.view.rows import row
from pintutor.view.text import error_rows

UNKNOWN = 4
"""Exit code: no kernel or lesson is called so."""


def run(
    lesson: str | None, kernel: str, commands: list[str], *, as_json: bool = False
) -> int:
    """Talk with a learner, or carry out a script; returns the exit code.

    `commands` run first. Without a terminal the lines of stdin follow, and the code is 1
    when one of them failed; on a terminal the learner goes on at a prompt.
    """
    printer = Printer()
    try:
        lab = Lab(kernel)
    except CommandError as error:
        printer.complain(error_rows(error, kernel, width=printer.width), "--kernel")
        return UNKNOWN
    typed = sys.stdin.isatty() and not as_json
    full = typed and sys.stdout.isatty() and os.environ.get("TERM", "dumb") != "dumb"
    screen: Screen = printer
    if full:
        from pintutor.repl.prompt import Terminal

        screen = Terminal()
    conversation = Conversation(lab, screen, as_json=as_json)
    if lesson is not None:
        conversation.take(f"lesson {lesson}", where="lesson")
        if conversation.failed:
            return UNKNOWN
    for line in commands:
        if typed:
            screen.show((row((f"{lab.kernel_name} ▸ ", "prompt"), (line, "command")),))
        conversation.take(line, where="--command")
    return _go_on(conversation, full=full, typed=typed)


def _go_on(conversation: Conversation, *, full: bool, typed: bool) -> int:
    """The lines that follow, until the learner leaves or they end."""
    if not full:
        code = read(conversation, prompting=typed)
    else:
        from pintutor.repl.prompt import Prompt

        Prompt(conversation).read()
        code = 0
    session = conversation.lab.session
    if typed and isinstance(session, Session):
        name = session.lesson.id
        told = f"`pintutor repl {name}` goes on with this lesson"
        conversation.screen.show((row((told, "note")),))
    return code
