"""Parts of a lesson that are taken alone: a question in a review, or its tasks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from pintutor.content.learner.keeping import Save
from pintutor.content.lesson import Lesson
from pintutor.content.same import repeat
from pintutor.content.session import Session
from pintutor.content.steps import Step
from pintutor.lab.aside import come_back
from pintutor.lab.lab import Lab

REVIEW = "review"
FAST = "fast"
KINDS = {REVIEW: "Review", FAST: "Fast"}
"""The ids of such lessons, and what stands before the title."""


def is_excerpt(lesson: Lesson) -> bool:
    """True for a part of a lesson: one cannot go on with it in another sitting."""
    return lesson.id in KINDS


def begin(
    lab: Lab, lesson: Lesson, at: int, steps: Iterable[Step], *, kind: str, save: Save
) -> Session:
    """Take these steps alone, on a machine brought to the step number `at`.

    The text right before it stands before them.

    Errors: CommandError when the lesson's commands do not lead there.
    """
    lab.reset(lesson.kernel)
    repeat(lab, _before(lesson, at))
    come_back(lab)
    front = replace(lesson.front, id=kind, title=f"{KINDS[kind]}: {lesson.title}")
    text = [step for step in lesson.steps[max(at - 1, 0) : at] if step.kind == "text"]
    part = replace(lesson, front=front, steps=(*text, *steps))
    session = Session(part, lab, save=save)
    lab.session = session
    return session


def _before(lesson: Lesson, at: int) -> list[str]:
    """The commands that a lesson has run when it comes to a step."""
    lines: list[str] = []
    for step in lesson.steps[:at]:
        lines += step.lines
        if step.kind == "task":
            lines += [line.text.strip() for line in lesson.solutions.get(step.id, ())]
    return lines
