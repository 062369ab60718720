"""The command that says what a term means."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from pintutor.content import catalogue
from pintutor.content.errors import ContentError
from pintutor.content.glossary import Term, by_word, explained, terms, used
from pintutor.content.lesson import Lesson, load
from pintutor.content.session import TOPIC
from pintutor.lab.errors import CommandError, did_you_mean, printable
from pintutor.lab.lab import Lab
from pintutor.lab.registry import command
from pintutor.lab.results import Table, Told
from pintutor.lab.seeking import Sought, has_words
from pintutor.lab.words import Word


def _names() -> dict[str, str]:
    return {word: term.said for term in terms().values() for word in term.words}


TERM = Sought("TERM", "a term, or words of its meaning; `glossary` lists them", _names)


@command(
    TOPIC,
    mutates=False,
    examples=("glossary", "glossary bias", "glossary anon exclusive"),
    see=("lessons", "source"),
)
def glossary(lab: Lab, term: Annotated[Word | None, TERM] = None) -> Table | Told:
    """Say what a term means, where it stands in Linux, and which lessons use it.

    Words that are no term list the terms in whose meaning they stand.
    """
    if term is None:
        return _table(terms().values())
    text = " ".join(term.text.strip("\"'").split())
    found = by_word().get(text.casefold())
    if found is not None:
        return _told(found)
    held = [each for each in terms().values() if has_words(each.searched, text)]
    if not held:
        raise CommandError(
            f"the glossary has no `{printable(text[:40])}`" + did_you_mean(text, _names()),
            term.span,
            code="unknown-term",
            hint="`glossary` lists the terms",
        )
    return _table(held)


def _table(held: Iterable[Term]) -> Table:
    rows = tuple((each.name, each.said, each.place) for each in held)
    note = "`glossary TERM` says which lessons use it"
    return Table("glossary", ("term", "meaning", "place"), rows, note)


def _told(term: Term) -> Told:
    """A term with the lessons that explain and use it."""
    lessons = used(_lessons())[term.name]
    lesson = explained(term, lessons)
    data: dict[str, Any] = {
        "term": term.name,
        "also": list(term.also),
        "meaning": term.said,
        "place": term.place,
        "lesson": lesson,
        "used": list(lessons),
    }
    said = [term.said, f"place: {term.place}"]
    if term.also:
        said.append("also: " + ", ".join(term.also))
    if lesson:
        said.append(f"explained in: `lesson {lesson}`")
    if lessons:
        said.append("used in: " + ", ".join(lessons))
    return Told(term.name, tuple(said), data)


def _lessons() -> Iterable[Lesson]:
    """The lessons that can be read."""
    for one in catalogue.lessons():
        try:
            yield load(one.path)
        except ContentError:
            continue  # `pintutor check` names it
