"""The glossary: each term of the course, what it means, and where it stands."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pintutor.content.lesson import Lesson
from pintutor.content.steps import Step
from pintutor.sim.function import FUNCTIONS

FILE = Path(__file__).with_suffix(".toml")


@dataclass(frozen=True, slots=True)
class Term:
    """One term."""

    name: str
    said: str
    """What it means, in a sentence or two."""
    function: str = ""
    """A function of the model that shows it."""
    file: str = ""
    """A file of Linux, where no single function does."""
    command: str = ""
    """A command of the prompt that shows it."""
    lesson: str = ""
    """The lesson that explains it, if that is not the first that uses it."""
    also: tuple[str, ...] = ()
    """Other words for it."""

    @property
    def place(self) -> str:
        """Where it stands: a file of Linux and a function, or a command."""
        if self.function:
            return f"{FUNCTIONS[self.function].file}: {self.function}()"
        return self.file or f"`{self.command}`"

    @property
    def words(self) -> tuple[str, ...]:
        """All that it is called."""
        return (self.name, *self.also)

    @property
    def searched(self) -> str:
        """Where a search looks."""
        return "\n".join((*self.words, self.said, self.place))


@cache
def terms() -> Mapping[str, Term]:
    """The terms by name, in the order of the alphabet."""
    found = tomllib.loads(FILE.read_text(encoding="utf-8"))
    made = {
        name: Term(name, **{**fields, "also": tuple(fields.get("also", ()))})
        for name, fields in found.items()
    }
    return {name: made[name] for name in sorted(made, key=_order)}


def _order(name: str) -> tuple[str, str]:
    return name.lstrip("_").casefold(), name


@cache
def by_word() -> Mapping[str, Term]:
    """The terms by all that they are called, in small letters."""
    return {word.casefold(): term for term in terms().values() for word in term.words}


def used(lessons: Iterable[Lesson]) -> dict[str, tuple[str, ...]]:
    """The ids of the lessons whose text uses each term, by the term's name."""
    patterns = {term.name: _pattern(term) for term in terms().values()}
    found: dict[str, list[str]] = {name: [] for name in patterns}
    for lesson in lessons:
        text = " ".join(" ".join(map(_text, lesson.steps)).split())
        folded = text.casefold()
        for term in terms().values():
            # A plain search first: it takes a tenth of the pattern's time.
            stands = any(word.casefold() in folded for word in term.words)
            if stands and patterns[term.name].search(text):
                found[term.name].append(lesson.id)
    return {name: tuple(ids) for name, ids in found.items()}


def _text(step: Step) -> str:
    """All that a step says in prose."""
    said = [part for one in step.choices for part in (one.text, one.feedback)]
    shown = step.symptom.why if step.symptom else ""
    answers = [feedback for _, feedback in step.wrong]
    return " ".join((step.body, step.why, shown, *said, *answers, *step.hints))


def explained(term: Term, lessons: tuple[str, ...]) -> str:
    """The lesson that explains a term which those lessons use, or nothing."""
    return term.lesson or (lessons[0] if lessons else "")


def _pattern(term: Term) -> re.Pattern[str]:
    """Any of a term's words, as a whole word; a plural too."""
    words = "|".join(re.escape(word) for word in term.words)
    # A word in capitals is a name, and not the same word in small letters.
    flags = 0 if term.name.isupper() else re.IGNORECASE
    return re.compile(rf"(?<![\w/])(?:{words})s?(?!\w)", flags)
