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
from pintutor.lab.words import Word


class TermKind:
    """A term of the glossary, which may be several words."""

    name = "TERM"
    note = "a term; `glossary` lists them"
    raw = True

    def parse(self, word: Word, lab: object) -> Term:
        """The term, by any word for it and in small letters or large."""
        text = " ".join(word.text.strip("\"'").split())
        found = by_word().get(text.casefold())
        if found is not None:
            return found
        what = f"the glossary has no `{printable(text[:40])}`"
        raise CommandError(
            what
            + did_you_mean(
                text, [each for term in terms().values() for each in term.words]
            ),
            word.span,
            code="unknown-term",
            hint="`glossary` lists the terms",
        )

    def complete(self, prefix: str, lab: object) -> Iterable[tuple[str, str]]:
        """The terms that begin with `prefix`, and what each means."""
        for term in terms().values():
            for word in term.words:
                if word.casefold().startswith(prefix.casefold()):
                    yield word, term.said


@command(
    TOPIC,
    mutates=False,
    examples=("glossary", "glossary bias", "glossary anon exclusive"),
    see=("lessons", "source"),
)
def glossary(lab: Lab, term: Annotated[Term | None, TermKind()] = None) -> Table | Told:
    """Say what a term means, where it stands in Linux, and which lessons use it."""
    if term is None:
        rows = tuple((each.name, each.said, each.place) for each in terms().values())
        note = "`glossary TERM` says which lessons use it"
        return Table("glossary", ("term", "meaning", "place"), rows, note)
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
