"""What does a step of a lesson right: its own lines, its solution, or the answer."""

from __future__ import annotations

from pintutor.content.lesson import Lesson
from pintutor.content.session import Session
from pintutor.content.steps import Step
from pintutor.content.trying import solution_of
from pintutor.lab.lab import Lab

SPELT = {True: "yes", False: "no", None: "none"}


def right_lines(session: Session, step: Step) -> tuple[str, ...]:
    """The lines that do the current step of a lesson right (CommandError)."""
    if step.kind == "run":
        return step.lines[session.place[1] :]
    if step.kind == "quiz":
        right = [choice.right for choice in step.choices].index(True) + 1
        return (f"answer {right}",)
    if step.kind == "predict":
        value = session.expected(step)
        known = isinstance(value, bool) or value is None
        return (f"answer {SPELT[value] if known else value}",)  # type: ignore[index]
    return solution_of(session, step)


def taken_rightly(lesson: Lesson) -> Session:
    """A lesson that was taken from its start, each step right, as far as that goes."""
    lab = Lab(lesson.kernel)
    session = Session(lesson, lab)
    lab.session = session
    while (step := session.step) is not None:
        for line in right_lines(session, step):
            lab.execute(line)
        if session.step is step and step.kind == "task":
            lab.execute("check")
        if session.step is step:
            return session
    return session
