"""Commands that drive a lesson. They return what is told, as text and as data."""

from __future__ import annotations

from typing import Annotated

import pintutor.content.glossary_commands
import pintutor.content.lesson_commands
import pintutor.content.letter_commands
import pintutor.content.resume_commands  # noqa: F401  (declares commands)
from pintutor.content import answers
from pintutor.content.exercise_answer import answered
from pintutor.content.session import TOPIC, Session
from pintutor.content.steps import TASKS, Step
from pintutor.content.tell import told_checks
from pintutor.content.under_way import session_of
from pintutor.lab.errors import CommandError
from pintutor.lab.kinds import RAW
from pintutor.lab.lab import Lab, Outcome
from pintutor.lab.registry import command
from pintutor.lab.results import Told
from pintutor.lab.words import Word


@command(TOPIC, mutates=False, see=("lesson", "skip"))
def go(lab: Lab) -> Outcome:
    """Run the next command of the lesson; its outcome is the outcome."""
    session = session_of(lab)
    line = session.next_line()
    if line is None:
        raise CommandError(_no_line(session), None, code="no-line", hint=_ask(session.step))
    try:
        return lab.execute(line)
    except CommandError as error:
        if not session.strayed():
            raise
        raise CommandError(
            f"`{line}` cannot run here: {error.message}",
            None,
            code="strayed",
            hint="you went back before commands of the lesson: `redo` or `branch`",
        ) from None


def _no_line(session: Session) -> str:
    step = session.step
    if step is None:
        return "the lesson is done"
    return "the lesson has no command for you now: it asks for " + {
        "predict": "a prediction",
        "quiz": "an answer",
        "task": "something that you find out",
        "schedule": "turns: `turn P0`",
    }.get(step.kind, step.kind)


def _ask(step: Step | None) -> str:
    if step is None:
        return "`lessons` lists the others"
    if step.kind == "task":
        return "`lesson` shows it, `hint` helps, `check` says what is missing"
    return "`lesson` shows the question, `answer VALUE` answers it"


@command(
    TOPIC,
    mutates=False,
    examples=("answer 1025", "answer 1 + 1024", "answer yes", "answer 2", "answer P0*3 P1"),
    see=("lesson", "skip"),
)
def answer(lab: Lab, value: Annotated[Word, RAW, "a value, or a choice by number"]) -> Told:
    """Answer the question that the lesson asks.

    A value is a number, decimal or 0x…, a sum such as 1 + 1024, yes or no, or an error
    such as -EFAULT. A choice is named by its number. An exercise on a race takes a
    schedule; what that leaves open runs on without another preemption.
    """
    session = session_of(lab)
    step = session.step
    if step is not None and step.exercise is not None:
        return answered(session, step, step.exercise, value)
    if step is None or step.kind not in ("predict", "quiz"):
        hint = _ask(step) if step is None or step.kind == "task" else "`go` runs its line"
        raise CommandError("no question is open", None, code="no-question", hint=hint)
    if step.kind == "quiz":
        return _chosen(session, step, value)
    return _predicted(session, step, value)


def _chosen(session: Session, step: Step, value: Word) -> Told:
    index = answers.chosen(value.text, value.start, len(step.choices))
    choice = step.choices[index]
    notes: tuple[str, ...] = ("not so; answer again, or `skip`",)
    if choice.right:
        notes = session.settle(step, value.text.strip(), right=True)
    else:
        session.keeping.missed(step, value.text.strip())
    data = {"kind": "quiz", "id": step.id, "right": choice.right, "choice": index + 1}
    title = "right" if choice.right else "wrong"
    return Told(title, (choice.feedback, *notes), data)


def _predicted(session: Session, step: Step, value: Word) -> Told:
    expected = session.expected(step)
    found = answers.given(value.text, value.start, expected)
    right = answers.same(found, expected)
    feedback = "" if right else _misconception(step, found, expected)
    title = "right" if right else "not so"
    said = f"{step.expr} is {answers.spelt(expected, value.text)}"
    said += " after that" if step.of else ""
    notes = session.settle(step, value.text.strip(), right=right)
    data = {"kind": "predict", "id": step.id, "right": right, "value": expected}
    return Told(title, tuple(x for x in (said, feedback, step.why, *notes) if x), data)


def _misconception(step: Step, found: object, expected: object) -> str:
    for text, feedback in step.wrong:
        if answers.same(found, answers.given(text, 0, expected)):
            return feedback
    return ""


@command(TOPIC, mutates=False, see=("solution", "check"))
def hint(lab: Lab) -> Told:
    """Give a hint for the task: first a nudge, then a pointer, then nearly all of it."""
    session = session_of(lab)
    step = session.step
    if step is None or step.kind not in TASKS:
        line = session.next_line()
        said = f"`go` runs the next command, `{line}`" if line else _ask(step)
        return Told("hint", (said,))
    grade, text = session.hint(step)
    more = "`hint` gives another" if grade < len(step.hints) else "`solution` shows one"
    data = {"id": step.id, "grade": grade, "of": len(step.hints)}
    return Told(f"hint {grade} of {len(step.hints)}", (text, more), data)


@command(TOPIC, mutates=False, aliases=("verify",), see=("lesson", "hint"))
def check(lab: Lab) -> Told:
    """Say of each check of the task whether it holds, and what the state is."""
    session = session_of(lab)
    step = session.step
    if step is None or step.kind != "task":
        raise CommandError("no task is open", None, code="no-task", hint=_ask(step))
    checks, notes = session.check()
    return told_checks(step, checks, notes)


@command(TOPIC, mutates=False, see=("hint", "skip"))
def solution(lab: Lab) -> Told:
    """Show commands that solve the task; they are not run."""
    session = session_of(lab)
    step = session.step
    if step is None or step.kind not in TASKS:
        raise CommandError("no task is open", None, code="no-task", hint=_ask(step))
    lines = [line.text.strip() for line in session.lesson.solutions.get(step.id, ())]
    return Told(f"one solution of {step.id}", tuple(lines), {"lines": lines})


@command(TOPIC, mutates=False, see=("lesson",))
def skip(lab: Lab) -> Told:
    """Pass over what the lesson asks for now; `undo` and the rest stay as they are."""
    session = session_of(lab)
    step = session.step
    if step is None:
        raise CommandError("the lesson is done", None, code="no-task", hint=_ask(step))
    notes = session.settle(step, "skipped", right=False)
    return Told(f"{step.id} is skipped", notes, {"id": step.id})
