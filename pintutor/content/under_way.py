"""The lesson that is under way in a lab: begun, gone on with, and read anew."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pintutor.content.catalogue import Listed
from pintutor.content.errors import ContentError
from pintutor.content.excerpt import is_excerpt
from pintutor.content.learner.progress import Store
from pintutor.content.learner.record import Record
from pintutor.content.lesson import Lesson, load, stamp
from pintutor.content.policy import FREE
from pintutor.content.rules_commands import allowed
from pintutor.content.session import Session
from pintutor.content.steps import PASSIVE
from pintutor.lab.aside import come_back
from pintutor.lab.errors import CommandError
from pintutor.lab.lab import Lab


def session_of(lab: Lab) -> Session:
    """The lesson under way (CommandError when there is none).

    A race that it does not ask for is left: the lesson is about the learner's machine.
    """
    if isinstance(lab.session, Session):
        if not lab.session.asks_for_race():
            come_back(lab)
        return lab.session
    raise CommandError(
        "no lesson is under way",
        None,
        code="no-lesson",
        hint="`lessons` lists them, `lesson NAME` begins one",
    )


def load_listed(listed: Listed, *, seed: int = 0) -> Lesson:
    """The lesson of the catalogue, in the variant that a seed leads to.

    Errors: CommandError when its file is not in order.
    """
    return _loaded(listed.path, listed.front.id, listed.number, seed)


def _loaded(path: Path, name: str, number: str, seed: int) -> Lesson:
    """The lesson in that file under the name and number that it has in the catalogue."""
    try:
        found = load(path, seed=seed)
    except ContentError as error:
        hint = "`pintutor check` says what is wrong with lessons"
        raise CommandError(str(error), None, code="bad-lesson", hint=hint) from None
    return replace(found, front=replace(found.front, id=name), number=number)


def take_up(
    lab: Lab, lesson: Lesson, record: Record | None, store: Store
) -> tuple[Session, tuple[str, ...]]:
    """Begin a lesson on a fresh machine, or go on where a sitting ended.

    Returns what to tell the learner too.
    """
    past = record or Record()
    session = _begin(lab, lesson, past, store)
    notes: tuple[str, ...] = ()
    if _ended(lesson, past):
        session = _begin(lab, lesson, past.begun_anew(), store)
    elif past.is_begun:
        try:
            session.resume(past)
            session.keeping.saved = session.record()
        except CommandError as error:
            notes = (f"it begins anew, as it cannot go on: {error.message}",)
            session = _begin(lab, lesson, past.begun_anew(), store)
    return session, notes


def _ended(lesson: Lesson, record: Record) -> bool:
    """True when a sitting left nothing to do."""
    asks = {step.id for step in lesson.steps if step.kind not in PASSIVE}
    return asks <= set(record.done)


def _begin(lab: Lab, lesson: Lesson, past: Record, store: Store) -> Session:
    """A lesson at its start, on a fresh machine."""
    lab.reset(lesson.kernel)
    policy = allowed(lab)
    session = Session(lesson, lab, save=store.save, policy=policy)
    session.keeping.recall(past)
    session.typed.go_on(past.typed)
    if policy != FREE:
        session.typed.add(policy.line)
    lab.session = session
    return session


def read_anew(lab: Lab) -> tuple[str, ...]:
    """Read the lesson under way again if its files have changed since.

    What was done of it is done again. Returns what to tell the learner.

    Errors: CommandError when the files are not in order now; all stays as it is then.
    """
    session = session_of(lab)
    lesson = session.lesson
    if is_excerpt(lesson) or stamp(lesson.front.path) == lesson.stamp:
        return ()
    fresh = _loaded(lesson.front.path, lesson.id, lesson.number, lesson.seed)
    _, notes = take_up(lab, fresh, session.record(), Store())
    return ("the lesson has changed; it was read again", *notes)
