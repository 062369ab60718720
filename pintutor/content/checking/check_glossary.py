"""Whether the lessons, functions, files and commands that the glossary names are there."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import pintutor.content.commands
import pintutor.content.races.explore_commands  # noqa: F401  (declares commands)
from pintutor.content import catalogue
from pintutor.content.glossary import FILE, Term, terms
from pintutor.content.places import LESSONS, folder
from pintutor.content.races.findings import Finding
from pintutor.lab.errors import did_you_mean
from pintutor.lab.registry import REGISTRY
from pintutor.sim.function import FUNCTIONS

RULE = "PT027"
PLACES = ("function", "file", "command")


def check_glossary() -> Iterator[Finding]:
    """What is wrong with the glossary that ships."""
    known: dict[str, Collection[str]] = {
        "function": FUNCTIONS,
        "file": {function.file for function in FUNCTIONS.values()},
        "command": REGISTRY.commands,
        "lesson": {one.front.id for one in catalogue.lessons(folder(LESSONS))},
    }
    lines = FILE.read_text(encoding="utf-8").splitlines()
    for term in terms().values():
        line = lines.index(f'["{term.name}"]') + 1
        for what, hint in _wrong(term, known):
            yield Finding(FILE, line, RULE, f"the term `{term.name}` {what}", hint)


def _wrong(term: Term, known: dict[str, Collection[str]]) -> Iterator[tuple[str, str]]:
    places = [key for key in PLACES if getattr(term, key)]
    if len(places) != 1:
        yield "has not one place", "one of " + ", ".join(PLACES)
    for key in (*places, "lesson"):
        name = getattr(term, key)
        if name and name not in known[key]:
            yield (
                f"names a {key} that is not there, `{name}`"
                + did_you_mean(name, known[key]),
                "",
            )
