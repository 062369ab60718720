"""`pintutor submit`, and `pintutor answer-key` for whoever gets the submissions."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict
from pathlib import Path

import pintutor.content.commands
import pintutor.content.races.explore_commands
import pintutor.content.races.witness_commands  # noqa: F401  (declare what lessons ask for)
from pintutor.classroom.answer_key import key, lessons_named
from pintutor.classroom.batch import SUFFIX
from pintutor.classroom.handing_in import (
    CannotHandIn,
    student_named,
    submission_of,
    write,
)
from pintutor.cli.envelope import USAGE, Problem, Reply
from pintutor.content import catalogue
from pintutor.content.learner.progress import Store
from pintutor.content.learner.record import Record
from pintutor.content.under_way import load_listed
from pintutor.content.variants import seed_of
from pintutor.lab.errors import printable


def submit(options: Namespace) -> Reply:
    """Write what is kept of a lesson into a file, to be handed in."""
    listed = catalogue.find(options.lesson)
    kept = Store().load().get(listed.front.id, Record())
    path = Path(options.output or f"{listed.front.id}{SUFFIX}")
    try:
        student = student_named(options.student)
        made = submission_of(load_listed(listed, seed=kept.seed), kept.typed, student)
        write(path, made)
    except CannotHandIn as error:
        raise Problem(
            error.message, code="not-handed-in", status=USAGE, hint=error.hint
        ) from None
    found = {"file": str(path), "lesson": made.lesson, "student": student}
    said = f"{len(made.lines)} lines of `{made.lesson}`, by {student}"
    return Reply(found, [f"{printable(str(path))} holds {said}"])


def answer_key(options: Namespace) -> Reply:
    """What is right in each question and task of a lesson, or of a topic."""
    lessons = lessons_named(options.name, seed_of(options.student, options.seed))
    found = {lesson.id: key(lesson) for lesson in lessons}
    lines: list[str] = []
    for lesson in lessons:
        lines += ["", f"# {lesson.number} {lesson.title} ({lesson.id})"]
        for each in found[lesson.id]:
            lines += ["", f"{each.kind} {each.step}: {each.question}"]
            lines += [f"    {line}" for line in each.lines]
            lines += [f"  {each.why}"] if each.why else []
    whole = {name: [asdict(each) for each in keys] for name, keys in found.items()}
    return Reply(whole, lines[1:])
