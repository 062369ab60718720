"""The front matter of a lesson: what a catalogue shows of it without reading on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from pintutor.content.errors import ContentError, read_text
from pintutor.content.tables import Key, line_of, table

FENCE = "+++"

KEYS = {
    "id": Key(str),
    "title": Key(str),
    "topic": Key(str),
    "minutes": Key(int),
    "kernel": Key(str),
    "summary": Key(str),
    "needs": Key(list, required=False),
    "answers": Key(list, required=False),
    "functions": Key(list, required=False),
    "patches": Key(list, required=False),
    "variant": Key(dict, required=False),
}

IDENTIFIER = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Front:
    """The front matter of a lesson."""

    id: str
    """What a learner types to start it."""
    title: str
    topic: str
    minutes: int
    """How long it takes [minutes]."""
    kernel: str
    """The kernel that it starts on."""
    summary: str
    """What one learns, in a sentence."""
    path: Path
    needs: tuple[str, ...] = ()
    """Lessons to take first."""
    answers: tuple[str, ...] = ()
    """What it answers of the letters: `block-pin-v21/v12-4`."""
    functions: tuple[str, ...] = ()
    """Functions of the model that it is about."""
    patches: tuple[str, ...] = ()
    """Patches that it is about, the main one first."""
    variant: tuple[tuple[str, str], ...] = ()
    """Names of values that differ from student to student, and what they may be."""


@dataclass(frozen=True, slots=True)
class Parts:
    """A lesson file, cut in two."""

    front: Front
    toml: str
    """The front matter as it is written; it begins at line 2."""
    body: tuple[str, ...]
    first: int
    """Line of the file where the body begins."""

    def line(self, key: str) -> int:
        """The line of the file where a key of the front matter stands."""
        return line_of(self.toml, key, 2)


class Cut(NamedTuple):
    """A lesson file, cut in two; its front matter is not read yet."""

    toml: str
    body: tuple[str, ...]
    first: int
    """Line of the file where the body begins."""


def read(path: Path) -> Parts:
    """A lesson file, its front matter read (ContentError)."""
    found = cut(path)
    return Parts(_front(path, found.toml), *found)


def cut(path: Path) -> Cut:
    """The two parts of a lesson file (ContentError)."""
    lines = read_text(path).splitlines()
    if not lines or lines[0].rstrip() != FENCE:
        hint = "the file begins with a line `+++`, TOML, and another line `+++`"
        raise ContentError(path, 1, "the front matter is missing", hint=hint)
    ends = [number for number, line in enumerate(lines) if line.rstrip() == FENCE]
    if len(ends) < 2:
        hint = "a second line `+++` ends it"
        raise ContentError(path, 1, "the front matter has no end", hint=hint)
    toml = "\n".join(lines[1 : ends[1]])
    return Cut(toml, tuple(lines[ends[1] + 1 :]), ends[1] + 2)


@lru_cache(maxsize=256)  # all lessons are asked for at each key that is typed
def _front(path: Path, toml: str) -> Front:
    found = table(path, 2, toml, KEYS)
    if not IDENTIFIER.fullmatch(found["id"]):
        what = "`id` must be small letters, digits and single hyphens"
        raise ContentError(path, line_of(toml, "id", 2), what, rule="PT004")
    if not 0 < found["minutes"] <= 240:
        what = "`minutes` must be from 1 to 240"
        raise ContentError(path, line_of(toml, "minutes", 2), what, rule="PT004")
    for key, value in found.items():
        if isinstance(value, list):
            found[key] = tuple(value)
        elif isinstance(value, dict):
            found[key] = tuple(value.items())
    return Front(path=path, **found)
