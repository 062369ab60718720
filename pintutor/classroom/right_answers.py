"""What does a step of a lesson right: its own lines, its solution, or the answer."""

from __future__ import annotations

from collections.abc import Iterator

from pintutor.content.lesson import Lesson
from pintutor.content.session import Session
from pintutor.content.steps import Step
from pintutor.content.trying import solution_of
from pintutor.lab.lab import Lab


def taken_rightly(lesson: Lesson) -> Session:
    """A lesson that was taken from its start, each step right, as far as that goes."""
    session = begun(lesson)
    for _ in taking(session):
        pass
    return session


def begun(lesson: Lesson) -> Session:
    """A lesson at its start, on a machine of its own."""
    lab = Lab(lesson.kernel)
    session = Session(lesson, lab)
    lab.session = session
    return session


def taking(session: Session) -> Iterator[tuple[Step, tuple[str, ...]]]:
    """Take a lesson to its end; each step with its right lines, before they run.

    It ends at a step that those lines do not bring to its end.
    """
    while (step := session.step) is not None:
        lines = right_lines(session, step)
        yield step, lines
        for line in lines:
            session.lab.execute(line)
        if session.step is step and step.kind == "task":
            session.lab.execute("check")
        if session.step is step:
            return


def right_lines(session: Session, step: Step) -> tuple[str, ...]:
    """The lines that do the current step of a lesson right (CommandError)."""
    if step.kind == "run":
        return step.lines[session.place[1] :]
    if step.kind == "quiz":
        right = [choice.right for choice in step.choices].index(True) + 1
        return (f"answer {right}",)
    if step.kind == "predict":
        return (f"answer {_spelt(session.expected(step))}",)
    return solution_of(session, step)


def _spelt(value: object) -> str:
    """A value as an answer writes it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value is None else str(value)
