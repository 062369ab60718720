"""Handing in: a submission made from what a learner typed, and written to a file."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from pintutor.classroom.limits import LONGEST_NAME, MOST_LINES, read_bytes
from pintutor.classroom.problem import NotMarked
from pintutor.classroom.submission import FORMAT, Submission, content_hash
from pintutor.content.errors import read_text
from pintutor.content.excerpt import is_excerpt
from pintutor.content.learner.record import AGAIN
from pintutor.content.lesson import Lesson
from pintutor.lab.errors import printable

STUDENT = "PINTUTOR_STUDENT"
"""Variable of the environment that says who hands in."""


class CannotHandIn(Exception):
    """Why nothing was handed in, and what to try."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        """What to try."""


def student_named(name: str) -> str:
    """The name of a student, or that of the environment (CannotHandIn for none)."""
    name = (name or os.environ.get(STUDENT, "") or os.environ.get("USER", "")).strip()
    if not name:
        hint = f"say who: `as ada`, in a shell `--student ada`, or {STUDENT}=ada"
        raise CannotHandIn("nobody hands this in", hint)
    if len(name) > LONGEST_NAME or printable(name) != name:
        hint = f"at most {LONGEST_NAME} characters, all of them visible"
        raise CannotHandIn("this cannot be a student's name", hint)
    return name


def submission_of(lesson: Lesson, typed: Sequence[str], student: str) -> Submission:
    """What a learner hands in of a lesson (CannotHandIn when nothing was done of it)."""
    if is_excerpt(lesson):
        what = "a part of a lesson, as in a review, is not handed in"
        raise CannotHandIn(what, "`lesson NAME` takes it whole")
    lines = tuple(typed[:-1] if typed[-1:] == [AGAIN] else typed)
    if not lines:
        raise CannotHandIn(
            f"nothing was typed in the lesson `{lesson.id}` yet", f"`lesson {lesson.id}`"
        )
    if len(lines) > MOST_LINES:
        what = f"{len(lines)} lines were typed; {MOST_LINES} can be handed in"
        raise CannotHandIn(what, f"`lesson {lesson.id} again` begins it anew")
    content = content_hash(read_text(lesson.front.path))
    return Submission(lesson.id, content, lesson.kernel, student, lesson.seed, lines)


def write(path: Path, submission: Submission) -> None:
    """Write a submission; a file that is none is not written over (CannotHandIn)."""
    if path.exists() and not _is_submission(path):
        what = f"`{printable(str(path)[:60])}` is there and is no submission"
        raise CannotHandIn(what, "choose another name")
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        fresh.write_text(submission.text, encoding="utf-8")
        os.replace(fresh, path)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        what = f"the submission cannot be written: {error.strerror}"
        raise CannotHandIn(what) from None


def _is_submission(path: Path) -> bool:
    try:
        return read_bytes(path).startswith(FORMAT.encode())
    except NotMarked:
        return False
