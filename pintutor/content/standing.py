"""How far a learner is: topic by topic, and what went wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from pintutor.content import catalogue
from pintutor.content.catalogue import Listed
from pintutor.content.course_map import Place, next_up, outline
from pintutor.content.errors import ContentError
from pintutor.content.learner.record import Mistake, Record
from pintutor.content.lesson import Lesson, load
from pintutor.content.steps import Step
from pintutor.lab.results import Table

Kept = Mapping[str, Record]
"""What is kept, by lesson, the one worked at last behind the others."""


@dataclass(frozen=True, slots=True)
class Missed:
    """A question or a task that went wrong."""

    listed: Listed
    lesson: Lesson
    step: Step
    mistake: Mistake

    @property
    def asked(self) -> str:
        """What was asked, in one line."""
        return " ".join(self.step.body.split())


def summary(kept: Kept) -> Table:
    """How many lessons of each topic are done, and which comes next."""
    places = outline(catalogue.lessons(), kept)
    held = groupby(places, lambda place: place.listed.front.topic)
    rows = [_row(topic, tuple(group), kept) for topic, group in held]
    ahead = next_up(places, kept)
    note = f"`lesson {ahead.id}` comes next" if ahead else "every lesson is done"
    count = sum(mistake.is_open for one in kept.values() for mistake in _of(one))
    if count:
        note += f"; `review` asks again what went wrong, {count} so far"
    columns = ("topic", "done", "of", "percent", "minutes left", "next")
    return Table("progress", columns, (*rows, _row("all", places, kept)), note)


def _of(record: Record) -> Iterator[Mistake]:
    yield from record.mistakes.values()


def _row(topic: str, places: tuple[Place, ...], kept: Kept) -> tuple[str | int, ...]:
    left = [place for place in places if place.state != "done"]
    done = len(places) - len(left)
    minutes = sum(place.listed.front.minutes for place in left)
    ahead = next_up(left, kept) if topic != "all" else None
    percent = 100 * done // len(places) if places else 0
    return (topic, done, len(places), f"{percent} %", minutes, ahead.id if ahead else "")


def missed(kept: Kept) -> list[Missed]:
    """What went wrong, the latest first, as far as the lessons still ask it."""
    listed = {one.front.id: one for one in catalogue.lessons()}
    found: list[Missed] = []
    for name, record in reversed(list(kept.items())):
        if name in listed and record.mistakes:
            found += _missed_in(listed[name], record)
    return found


def _missed_in(listed: Listed, record: Record) -> Iterator[Missed]:
    try:
        lesson = load(listed.path, seed=record.seed)
    except ContentError:
        return  # `pintutor check` names it
    for name, mistake in reversed(record.mistakes.items()):
        at = lesson.index(name)
        if at >= 0:
            yield Missed(listed, lesson, lesson.steps[at], mistake)


def mistakes(kept: Kept) -> Table:
    """What went wrong, the latest first, and whether it was put right since."""
    rows = tuple(
        (
            one.listed.front.id,
            one.step.id,
            one.asked,
            ", ".join(one.mistake.texts),
            "" if one.mistake.is_open else "corrected",
        )
        for one in missed(kept)
    )
    note = "`review` asks again what is not corrected" if rows else "nothing went wrong"
    return Table("mistakes", ("lesson", "step", "asked", "given", ""), rows, note)
