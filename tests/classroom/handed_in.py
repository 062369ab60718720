"""Submissions for tests: a short lesson that was taken, in all sorts of ways."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pintutor.content.commands
import pintutor.content.races.explore_commands
import pintutor.content.races.witness_commands  # noqa: F401  (declare what lessons ask for)
from pintutor.classroom.class_file import Class, Exercise, Hidden
from pintutor.classroom.grading import Grader
from pintutor.classroom.handing_in import submission_of
from pintutor.classroom.results import Marks
from pintutor.classroom.right_answers import taken_rightly
from pintutor.classroom.submission import Submission
from pintutor.content import catalogue
from pintutor.content.lesson import Lesson, load

LESSON = "page-counts"
STEPS = ("nothing-yet", "one-more", "bias", "maybe", "give-back")
"""What the lesson asks for, in order."""


@cache
def lesson(name: str = LESSON) -> Lesson:
    """A lesson that ships."""
    return load(catalogue.find(name).path)


@cache
def right(name: str = LESSON) -> tuple[str, ...]:
    """What a learner typed who did all of it right."""
    return tuple(taken_rightly(lesson(name)).typed.lines)


def submitted(*lines: str, student: str = "ada", of: str = LESSON) -> Submission:
    """A submission of these lines."""
    return submission_of(lesson(of), lines, student)


def changed(**others: str) -> tuple[str, ...]:
    """The right lines, those that begin as given replaced: `answer_2="answer 3"`."""
    found = list(right())
    for begins, line in others.items():
        found[found.index(begins.replace("_", " "))] = line
    return tuple(found)


def marks_of(found: Submission | bytes, group: Class | None = None) -> Marks:
    """The marks of a submission."""
    data = found if isinstance(found, bytes) else found.text.encode()
    return Grader(group or Class()).marks("one.submission", data)


def statuses(marks: Marks) -> dict[str, str]:
    """What came of each check, by its id."""
    return {check.id: check.status for check in marks.checks}


def class_of(*hidden: Hidden, **fields: object) -> Class:
    """A class with that one exercise."""
    exercise = replace(Exercise(LESSON, hidden=hidden), **fields)  # type: ignore[arg-type]
    return Class(exercises=(exercise,))
