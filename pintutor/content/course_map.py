"""The course as a map: how far one is, what each lesson needs, and what it leads to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pintutor.content import catalogue
from pintutor.content.catalogue import Listed
from pintutor.content.errors import ContentError
from pintutor.content.glossary import used
from pintutor.content.learner.record import Record
from pintutor.content.lesson import Lesson, load, stamp
from pintutor.lab.seeking import has_words


@dataclass(frozen=True, slots=True)
class Place:
    """A lesson on the map."""

    listed: Listed
    state: str
    """done, begun, or empty."""
    opens: tuple[str, ...]
    """The lessons that need it."""
    terms: tuple[str, ...]
    """The terms of the glossary that it uses."""

    @property
    def id(self) -> str:
        """What a learner types to begin it."""
        return self.listed.front.id

    @property
    def words(self) -> str:
        """Where a search looks."""
        front = self.listed.front
        named = (*front.patches, *front.functions, *front.answers, *self.terms)
        said = (self.listed.number, front.id, front.title, front.topic, front.summary)
        return "\n".join((*said, *named))

    def to_json(self) -> dict[str, Any]:
        """The lesson as data."""
        more = {"progress": self.state, "opens": self.opens, "terms": self.terms}
        return {**self.listed.to_json(), **more}


@dataclass(frozen=True, slots=True)
class Course:
    """Lessons of the course, all or those that were looked for."""

    places: tuple[Place, ...]
    ahead: Place | None
    """What comes next; None when every lesson is done."""
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The lessons as data."""
        return {
            "lessons": [place.to_json() for place in self.places],
            "next": self.ahead.id if self.ahead else None,
            "notes": list(self.notes),
        }


def course(kept: Mapping[str, Record]) -> Course:
    """The lessons in order, for a learner of whom this is kept."""
    listed = catalogue.lessons()
    terms = _terms(tuple((one.path, stamp(one.path)) for one in listed))
    places = tuple(
        Place(
            one,
            how_far(kept.get(one.front.id)),
            tuple(each.front.id for each in listed if one.front.id in each.front.needs),
            terms.get(one.path, ()),
        )
        for one in listed
    )
    return Course(places, next_up(places, kept))


def outline(listed: Iterable[Listed], kept: Mapping[str, Record]) -> tuple[Place, ...]:
    """How far one is in each; what else a place says would have to be looked for."""
    return tuple(Place(one, how_far(kept.get(one.front.id)), (), ()) for one in listed)


def how_far(record: Record | None) -> str:
    """done, begun, or nothing."""
    if record is None:
        return ""
    return "done" if record.complete else "begun" if record.is_begun else ""


def next_up(places: Iterable[Place], kept: Mapping[str, Record]) -> Place | None:
    """What to go on with: the lesson under way that was worked at last.

    Else the first whose needs are met; the last in `kept` was worked at last.
    """
    held = tuple(places)
    done = {place.id for place in held if place.state == "done"}
    latest = [*reversed(list(kept))]
    begun = [place for place in held if place.state == "begun"]
    begun.sort(key=lambda place: latest.index(place.id))
    able = [
        place
        for place in held
        if not place.state and done.issuperset(place.listed.front.needs)
    ]
    left = [place for place in held if place.state != "done"]
    return next(iter((*begun, *able, *left)), None)


def found(places: Iterable[Place], wanted: str) -> tuple[Place, ...]:
    """The lesson of that id or number, else those in whose words all these stand."""
    held = tuple(places)
    named = [place for place in held if wanted in (place.id, place.listed.number)]
    return tuple(named or [place for place in held if has_words(place.words, wanted)])


@cache
def _terms(files: tuple[tuple[Path, object], ...]) -> Mapping[Path, tuple[str, ...]]:
    """The terms that each of the files uses; read again when one has changed."""
    by_id = {lesson.id: lesson for path, _ in files for lesson in _read(path)}
    by_path: dict[Path, list[str]] = {path: [] for path, _ in files}
    for term, ids in used(by_id.values()).items():
        for each in ids:
            by_path[by_id[each].front.path].append(term)
    return {path: tuple(terms) for path, terms in by_path.items()}


def _read(path: Path) -> Iterable[Lesson]:
    """The lesson of a file, unless it is not in order: `pintutor check` names it."""
    try:
        yield load(path)
    except ContentError:
        return
