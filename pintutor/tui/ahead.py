"""Ahead: what the key that goes on does next, and how the bar of keys says so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from pintutor.content.catalogue import Listed
from pintutor.content.course_map import Place
from pintutor.content.session import Session
from pintutor.view.panes import question_open

TYPE, EDIT = "type a command", "edit the script"
TASKS = (TYPE, EDIT)
"""What it is called to go on where something is to be found out."""
EDITED = ("fix", "driver")
"""Kinds of steps whose script is changed line by line."""
LONGEST = 24
"""A label is cut there: the bar has room for more than one key [characters]."""


class Ahead(NamedTuple):
    """What goes on from here."""

    label: str
    """For the bar of keys."""
    line: str
    """The line that is run."""
    begins: str | None = None
    """The beginning of a line that the learner ends; None where one is run."""


def ahead(
    session: Session | None, offered: str, lessons: Sequence[Listed], next_up: Place | None
) -> Ahead:
    """What comes next in a lesson, or else in the course."""
    if session is None and offered:
        return Ahead("go on where you were", "resume")
    if session is None and next_up is not None:
        word = "go on with" if next_up.state else "begin"
        return Ahead(f"{word} {next_up.listed.number}", f"lesson {next_up.id}")
    if session is None:
        return Ahead("choose a lesson", "lessons")
    if session.done:
        return _behind(session.lesson.front.id, lessons)
    return _in_lesson(session)


def _behind(here: str, lessons: Sequence[Listed]) -> Ahead:
    """The lesson that comes after one in the course, or the course."""
    ids = [one.front.id for one in lessons]
    found = lessons[ids.index(here) + 1 :] if here in ids else ()
    if not found:
        return Ahead("choose a lesson", "lessons")
    return Ahead(f"next lesson: {found[0].front.title}", f"lesson {found[0].front.id}")


def _in_lesson(session: Session) -> Ahead:
    """What the current step asks for."""
    line = session.next_line()
    kind = session.step.kind if session.step else ""
    if line is not None:
        return Ahead(f"run {line}"[:LONGEST], "go")
    if question_open(session):
        return Ahead("answer", "go", begins="answer ")
    if kind == "schedule":
        return Ahead("take turns", "go", begins="turn ")
    if kind in EDITED:
        return Ahead(EDIT, "go", begins="edit ")
    return Ahead(TYPE, "go", begins="")
