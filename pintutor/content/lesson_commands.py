"""The commands that list lessons, and that begin one or go on with it."""

from __future__ import annotations

from typing import Annotated, Any

from pintutor.content import catalogue
from pintutor.content.course_map import Course, course, found
from pintutor.content.fast import begin_fast
from pintutor.content.learner.progress import Store
from pintutor.content.learner.record import Record
from pintutor.content.session import TOPIC
from pintutor.content.tell import told_opening, told_step
from pintutor.content.under_way import load_listed, read_anew, session_of, take_up
from pintutor.content.variants import seed_of
from pintutor.lab.kinds import IntRange, Raw
from pintutor.lab.lab import Lab
from pintutor.lab.lookups import Lookup
from pintutor.lab.registry import command
from pintutor.lab.results import Told
from pintutor.lab.seeking import Sought, nothing_found
from pintutor.lab.words import Word


def _table(lab: Any) -> dict[str, object]:
    by_name: dict[str, object] = {}
    for one in catalogue.lessons():
        by_name[one.front.id] = by_name[one.number] = one
    return by_name


LESSON = Lookup(
    "LESSON", "a lesson by name or number; `lessons` lists them", "lesson", _table
)


def _titles() -> dict[str, str]:
    return {one.front.id: one.front.title for one in catalogue.lessons()}


STUDENT = Raw("STUDENT", "your name in a class that gives each a variant", raw=False)
SEARCH = Sought("SEARCH", "words that a lesson, its patches or functions have", _titles)


@command(
    TOPIC,
    mutates=False,
    examples=("lessons", "lessons zero page", "lessons try_grab_folio"),
    see=("lesson", "glossary", "patches"),
)
def lessons(lab: Lab, search: Annotated[Word | None, SEARCH] = None) -> Course:
    """List the lessons, how far you are in each, and which comes next.

    A name shows what that lesson needs, leads to and is about. Other words list the
    lessons that have them all: in title or summary, among their patches and functions,
    or as a term of the glossary that they use.
    """
    store = Store()
    whole = course(store.load())
    places = found(whole.places, search.text.strip()) if search else whole.places
    if search and not places:
        raise nothing_found(search, "lesson", "`lessons` lists them all")
    ahead = whole.ahead
    note = f"`lesson {ahead.id}` comes next" if ahead else "every lesson is done"
    return Course(places, ahead, (f"{note}; `lesson NAME` begins any", *store.tell()))


@command(
    TOPIC,
    mutates=False,
    examples=("lesson zero-page", "lesson zero-page fast", "lesson fill-the-blanks seed=7"),
    see=("lessons", "go", "answer", "check", "hint"),
)
def lesson(
    lab: Lab,
    name: Annotated[catalogue.Listed | None, LESSON] = None,
    *,
    again: bool = False,
    fast: bool = False,
    seed: Annotated[int | None, IntRange(0, 2**63 - 1), "which variant"] = None,
    student: Annotated[Word | None, STUDENT] = None,
) -> Told:
    """Begin a lesson on a fresh machine, or go on where you left it.

    Without a name, show what the lesson under way asks for now; a lesson whose file has
    changed is read again. With `again` a lesson begins anew, and what you did of it
    before is forgotten. With `fast` its tasks are asked alone, and who solves them has
    done it. Where a lesson has variants, its numbers follow from `seed=`, and from
    `student=` in a class; without them it goes on in the one it was begun in.
    """
    if name is None:
        notes = read_anew(lab)
        return told_step(session_of(lab), notes)
    store = Store()
    forgotten = store.reset([name.front.id]) if again else ()
    record = store.load().get(name.front.id, Record())
    if seed is not None or student is not None:
        record = record.of_seed(seed_of(student.text if student else "", seed or 0))
    if fast:
        session = begin_fast(lab, load_listed(name, seed=record.seed), store)
        return told_opening(session, store.tell())
    session, notes = take_up(lab, load_listed(name, seed=record.seed), record, store)
    return told_opening(session, (*forgotten, *notes, *store.tell()))
