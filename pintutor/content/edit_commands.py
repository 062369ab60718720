"""The command that changes the script that an exercise asks for."""

from __future__ import annotations

from typing import Annotated

from pintutor.content.answer_words import ANSWER
from pintutor.content.exercises.editing import edited
from pintutor.content.exercises.program import Program
from pintutor.content.session import TOPIC
from pintutor.content.under_way import session_of
from pintutor.lab.errors import CommandError
from pintutor.lab.kinds import Raw
from pintutor.lab.lab import Lab
from pintutor.lab.registry import command
from pintutor.lab.results import Told
from pintutor.lab.words import Word

ANEW = "again"
SPOT = Raw("N", "3 changes line 3, +3 adds one behind it, -3 takes it out", raw=False)


@command(
    TOPIC,
    mutates=False,
    examples=("edit 3 unpin p", "edit +3 unpin q", "edit -3", "edit again", "edit"),
    see=("check", "answer"),
)
def edit(
    lab: Lab,
    where: Annotated[Word | None, SPOT] = None,
    line: Annotated[Word | None, ANSWER, "what is to stand there"] = None,
) -> Told:
    """Change a line of the script that the exercise asks for, and show the script.

    `edit 3 LINE` puts another line in the place of line 3, `edit +3 LINE` a new one behind
    it, `edit -3` takes it out. `edit again` begins with what was given. `check` runs it.
    """
    session = session_of(lab)
    step = session.step
    if step is None or not isinstance(step.exercise, Program):
        hint = "`lesson` shows what it asks for"
        raise CommandError("no script is asked for", None, code="no-task", hint=hint)
    program = step.exercise
    draft = session.tries.drafts.get(step.id, program.start)
    if where is not None:
        anew = where.text == ANEW and line is None
        draft = program.start if anew else edited(program, draft, where, line)
        session.tries.drafts[step.id] = draft
    shown = program.shown(lab, draft)
    return Told("the script", (shown, program.usage), {"draft": draft})
