"""Commands that look for a moment: who wrote this, and when did that come to hold?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pintutor.lab.books import last_write
from pintutor.lab.errors import CommandError
from pintutor.lab.expressions import Expression
from pintutor.lab.fields import FIELD, Place
from pintutor.lab.moving import go, moved
from pintutor.lab.paths import EXPRESSION
from pintutor.lab.registry import command
from pintutor.lab.results import Moved
from pintutor.lab.scope import LabScope
from pintutor.lab.words import Word

if TYPE_CHECKING:
    from pintutor.lab.lab import Lab


@command(
    "time",
    mutates=False,
    kernel="",
    examples=("last zero._refcount", "last buf[0].pte"),
    see=("why",),
)
def last(lab: Lab, field: Annotated[Place, FIELD]) -> Moved:
    """Go to the step that wrote a field last: who did this?"""
    written = last_write(lab, field.obj, field.field)
    if written is None or written.step is None:
        return moved(lab, f"nothing has written {field.label} so far")
    if written.step == lab.timeline.cursor:
        return _earlier(lab, field)
    return go(lab, written.step, f"wrote {field.label} last")


def _earlier(lab: Lab, field: Place) -> Moved:
    """The write before the one that this step made, if there is one."""
    timeline = lab.timeline
    here = timeline.cursor
    timeline.seek(here - 1)
    written = last_write(lab, field.obj, field.field)
    if written is None or written.step is None:
        timeline.seek(here)
        return moved(lab, f"nothing wrote {field.label} before this step")
    return go(lab, written.step, f"wrote {field.label} before")


@command(
    "time",
    mutates=False,
    examples=("until zero._refcount > 1",),
    see=("back-until", "step"),
)
def until(lab: Lab, expression: Annotated[Word, EXPRESSION]) -> Moved:
    """Go forward to the first step after which an expression holds."""
    timeline = lab.timeline
    return _search(lab, expression, range(timeline.cursor + 1, timeline.total + 1))


@command(
    "time",
    mutates=False,
    examples=("back-until zero._refcount == 1",),
    see=("until",),
)
def back_until(lab: Lab, expression: Annotated[Word, EXPRESSION]) -> Moved:
    """Go back to the last step after which an expression holds."""
    return _search(lab, expression, range(lab.timeline.cursor - 1, -1, -1))


def _search(lab: Lab, expression: Word, steps: range) -> Moved:
    """Go to the first of `steps` where the expression holds; stay when none does."""
    step = first_where(lab, expression, steps)
    if step is None:
        return moved(lab, f"never: {expression.text.strip()}")
    return go(lab, step)


def first_where(lab: Lab, expression: Word, steps: range) -> int | None:
    """The first of `steps` after which an expression holds; the lab stays where it is.

    Errors: CommandError when it means nothing at any of them, for one reason, nor here.
    """
    parsed = Expression.parse(expression.text, expression.start)
    scope = LabScope(lab)
    here = lab.timeline.cursor
    wrong: set[str] = set()
    before: object = None
    try:
        for step in steps:
            lab.timeline.seek(step)
            state = lab.machine.journal.position, lab.timeline.stand().at_end
            if state == before:  # the line wrote nothing: it holds no more than before
                continue
            before = state
            try:
                if parsed.evaluate(scope):
                    return step
                wrong.add("")
            except CommandError as error:  # a name not there yet, or no longer
                wrong.add(error.message)
    finally:
        lab.timeline.seek(here)
    if len(wrong) < 2 and "" not in wrong:  # the same everywhere: a slip, no moment
        parsed.evaluate(scope)
    return None
