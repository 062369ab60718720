"""The commands that list lessons, and that begin one or go on with it."""

from __future__ import annotations

from typing import Annotated, Any

from pintutor.content import catalogue
from pintutor.content.progress import Store
from pintutor.content.record import Record
from pintutor.content.session import TOPIC
from pintutor.content.tell import told_opening, told_step
from pintutor.content.under_way import load_listed, read_anew, session_of, take_up
from pintutor.lab.lab import Lab
from pintutor.lab.lookups import Lookup
from pintutor.lab.registry import command
from pintutor.lab.results import Table, Told


def _table(lab: Any) -> dict[str, object]:
    found: dict[str, object] = {}
    for one in catalogue.lessons():
        found[one.front.id] = found[one.number] = one
    return found


LESSON = Lookup(
    "LESSON", "a lesson by name or number; `lessons` lists them", "lesson", _table
)


@command(TOPIC, mutates=False, see=("lesson",))
def lessons(lab: Lab) -> Table:
    """List the lessons, and how far you are in each."""
    store = Store()
    rows = table(store)
    columns = ("topic", "", "lesson", "title", "time", "needs", "")
    note = "; ".join(store.tell()) or "`lesson NAME` begins one, or goes on with it"
    return Table("lessons", columns, rows, note)


def table(store: Store) -> tuple[tuple[str, ...], ...]:
    """A row a lesson: topic, number, id, title, minutes, needs, how far you are."""
    kept = store.load()
    rows = []
    topic = ""
    for one in catalogue.lessons():
        front = one.front
        rows.append(
            (
                "" if front.topic == topic else front.topic,
                *(one.number, front.id, front.title, f"{front.minutes} min"),
                *(" ".join(front.needs), how_far(kept.get(front.id))),
            )
        )
        topic = front.topic
    return tuple(rows)


def how_far(record: Record | None) -> str:
    """done, begun, or nothing."""
    return "" if record is None else "done" if record.complete else "begun"


@command(
    TOPIC,
    mutates=False,
    examples=("lesson zero-page", "lesson zero-page again", "lesson"),
    see=("lessons", "go", "answer", "check", "hint"),
)
def lesson(
    lab: Lab,
    name: Annotated[catalogue.Listed | None, LESSON] = None,
    *,
    again: bool = False,
) -> Told:
    """Begin a lesson on a fresh machine, or go on where you left it.

    Without a name, show what the lesson under way asks for now; a lesson whose file has
    changed is read again. With `again` a lesson begins anew, and what you did of it
    before is forgotten.
    """
    if name is None:
        notes = read_anew(lab)
        return told_step(session_of(lab), notes)
    store = Store()
    forgotten = store.save(name.front.id, None) if again else ()
    record = store.load().get(name.front.id)
    session, notes = take_up(lab, load_listed(name), record, store)
    return told_opening(session, (*forgotten, *notes, *store.tell()))
