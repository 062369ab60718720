"""Whether what the text of a lesson points at is there.

Looked at are links of Markdown to files, lessons by number, and the lessons, scenarios,
patches, functions and letters that a command in the text names. What stands in capitals,
as in `lesson NAME`, is a placeholder. Links to the web are not followed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from pintutor.content import catalogue
from pintutor.content.lesson import Lesson
from pintutor.content.letters import letters
from pintutor.content.places import LESSONS, folder
from pintutor.content.prose import code_spans, prose
from pintutor.content.races.findings import Finding
from pintutor.content.scenario import scenarios
from pintutor.lab.errors import did_you_mean
from pintutor.patches import series
from pintutor.sim.function import FUNCTIONS

_LINK = re.compile(r"\[[^\]]*\]\((?P<to>[^)\s]+)\)")
_NUMBER = re.compile(r"\b[Ll]esson\s+(?P<number>\d+\.\d+)\b")
_COMMAND = re.compile(
    r"(?P<pintutor>pintutor )?(?P<verb>[a-z]+) (?P<name>[a-z_][\w.-]*)(?: .*)?"
)


class Named(NamedTuple):
    """What may be named after a verb."""

    what: str
    known: Collection[str]


def check_links(lesson: Lesson, course: Mapping[Path, str]) -> Iterator[Finding]:
    """What the text of a lesson names and is not there; `course` has all ids."""
    path = lesson.front.path
    shipped = catalogue.lessons(folder(LESSONS))
    ids = {*course.values(), *(one.front.id for one in shipped)}
    numbers = {catalogue.number(each) for each in course}
    verbs = _verbs(ids)
    for step in lesson.steps:
        text = prose(step.body)
        for at, what in (*_files(path, text), *_lessons(text, numbers)):
            yield Finding(path, step.line + text.count("\n", 0, at), "PT019", what)
        for line, code in code_spans(step):
            yield from (Finding(path, line, "PT019", each) for each in _dead(code, verbs))


def _verbs(ids: Collection[str]) -> dict[str, Named]:
    """What each verb may be followed by."""
    lesson = Named("lesson", ids)
    patch = Named("patch", series.BY_NAME)
    scenario = Named("scenario", [each.stem for each in scenarios()])
    return {
        "lesson": lesson,
        "apply": patch,
        "revert": patch,
        "diff": patch,
        "explore": scenario,
        "source": Named("function", FUNCTIONS),
        "letters": Named("letter", [each.id for each in letters()]),
        "pintutor repl": lesson,
        "pintutor tui": lesson,
        "pintutor run": scenario,
        "pintutor explore": scenario,
        "pintutor letters": Named("letter", [each.id for each in letters()]),
    }


def _files(path: Path, text: str) -> Iterator[tuple[int, str]]:
    for found in _LINK.finditer(text):
        to = found["to"].partition("#")[0]
        if to and ":" not in to and not (path.parent / to).exists():
            yield found.start(), f"the link leads to `{to}`, which is not there"


def _lessons(text: str, numbers: Collection[str]) -> Iterator[tuple[int, str]]:
    for found in _NUMBER.finditer(text):
        if found["number"] not in numbers:
            yield found.start(), f"there is no lesson {found['number']}"


def _dead(code: str, verbs: Mapping[str, Named]) -> Iterator[str]:
    found = _COMMAND.fullmatch(code)
    if found is None:
        return
    named = verbs.get((found["pintutor"] or "") + found["verb"])
    if named is not None and found["name"] not in named.known:
        what = f"no {named.what} is called `{found['name']}`"
        yield what + did_you_mean(found["name"], named.known)
