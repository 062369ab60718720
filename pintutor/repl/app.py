"""Opens a conversation: at a prompt on a terminal, through a pipe anywhere else."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from pintutor.repl.unknown import Unknown

if TYPE_CHECKING:
    from pintutor.repl.conversation import Conversation
    from pintutor.view.rows import Row

UNKNOWN = 4
"""Exit code: no kernel or lesson is called so."""


def run(
    lesson: str | None, kernel: str, commands: list[str], *, as_json: bool = False
) -> int:
    """Talk with a learner, or carry out a script; returns the exit code.

    `commands` run first. Without a terminal the lines of stdin follow, and the code is 1
    when one of them failed; on a terminal the learner goes on at a prompt.
    """
    typed = sys.stdin.isatty() and not as_json
    able = sys.stdout.isatty() and os.environ.get("TERM", "dumb") != "dumb"
    if typed and able:
        return _prompted(lesson, kernel, commands)
    return _plain(lesson, kernel, commands, as_json=as_json, typed=typed)


def _prompted(lesson: str | None, kernel: str, commands: list[str]) -> int:
    """At a prompt, which is there before the model is imported if nothing runs first."""
    from pintutor.repl.prompt import Prompt, Terminal

    screen = Terminal()

    def begin() -> Conversation:
        from pintutor.repl import opening

        return opening.begin(
            kernel, screen, lesson=lesson, commands=commands, echo=True, kept=True
        )

    if lesson is None:
        screen.show(_offer())
    prompt = Prompt(begin, kernel)
    try:
        if lesson is not None or commands:
            prompt.open()
        prompt.read()
    except Unknown:
        return UNKNOWN
    prompt.open().farewell()
    return 0


def _offer() -> tuple[Row, ...]:
    """What can be gone on with: what broke off, else the lesson worked at last."""
    from pintutor import directories

    if not directories.state().is_dir():
        return ()  # nothing is kept: the prompt need not wait for what reads it
    from pintutor.content.learner.resuming import begun, offer
    from pintutor.view.rows import row

    left, name = offer(), begun()
    if left:
        return (row((f"`resume` goes on where you were: {left}", "note")),)
    told = f"`lesson {name}` goes on with the lesson that you left last"
    return (row((told, "note")),) if name else ()


def _plain(
    lesson: str | None, kernel: str, commands: list[str], *, as_json: bool, typed: bool
) -> int:
    from pintutor.repl.opening import begin
    from pintutor.repl.plain import Printer, read

    if typed and lesson is None:
        Printer().show(_offer())
    try:
        conversation = begin(
            kernel,
            Printer(),
            lesson=lesson,
            commands=commands,
            as_json=as_json,
            echo=typed,
            kept=typed,
        )
    except Unknown:
        return UNKNOWN
    code = read(conversation, prompting=typed)
    if typed:
        conversation.farewell()
    return code
