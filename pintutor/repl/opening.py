"""How a conversation begins: the lab, the lesson, and the commands that run first."""

from __future__ import annotations

from collections.abc import Sequence

import pintutor.classroom.commands
import pintutor.content.commands
import pintutor.lab.commands
import pintutor.recording.export_command
import pintutor.view.races
import pintutor.view.theme_command  # noqa: F401  (declares commands)
from pintutor.content.learner.resume_commands import Autosave
from pintutor.lab.errors import CommandError
from pintutor.lab.jobs import Jobs
from pintutor.lab.lab import Lab
from pintutor.repl.conversation import Conversation, Screen
from pintutor.repl.unknown import Unknown
from pintutor.view.rows import row
from pintutor.view.text import error_rows


def begin(
    kernel: str,
    screen: Screen,
    *,
    lesson: str | None = None,
    commands: Sequence[str] = (),
    as_json: bool = False,
    echo: bool = False,
    kept: bool = False,
) -> Conversation:
    """A conversation in which the lesson was begun and the commands have run.

    With `echo` each command is shown before what it did. What is `kept` can go on after
    a crash, and jobs run beside it. Errors: Unknown.
    """
    try:
        lab = Lab(kernel)
    except CommandError as error:
        screen.complain(error_rows(error, kernel, width=screen.width), "--kernel")
        raise Unknown from None
    lab.keeper = Autosave() if kept else None
    lab.jobs = Jobs() if kept else None
    conversation = Conversation(lab, screen, as_json=as_json)
    if lesson is not None:
        conversation.take(f"lesson {lesson}", where="lesson")
        if conversation.failed:
            raise Unknown
    for line in commands:
        if echo:
            screen.show((row((f"{lab.kernel_name} ▸ ", "prompt"), (line, "command")),))
        conversation.take(line, where="--command")
    return conversation
