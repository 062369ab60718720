"""The five letters that the course is about, entry by entry, and what answers each.

An entry is a patch, a line of a changelog, or a claim in the prose. Its text is ours;
whoever has the letter at hand finds it by its line.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pintutor.content.front import Front

SYLLABUS = Path(__file__).parent / "syllabus"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in a letter that a reader may point at."""

    letter: str
    """Id of the letter."""
    id: str
    """Its name in the letter: `patch-3`, `v12-4`, `prose-1`, `item-2`."""
    line: int
    """Line of the letter, or number of the sentence or item: what `counted` says."""
    text: str
    """Subject of a patch; of anything else what it says, in our words."""
    patch: str = ""
    """The patch of the model, for a patch."""
    repeats: str = ""
    """Name of the entry of an earlier letter that this one repeats."""

    @property
    def name(self) -> str:
        """What a lesson's `answers` names: `block-pin-v21/v12-4`."""
        return f"{self.letter}/{self.id}"

    @property
    def kind(self) -> str:
        """patch, change or prose."""
        if self.patch:
            return "patch"
        return "change" if self.version else "prose"

    @property
    def version(self) -> str:
        """Version of the series whose changelog it stands in, or empty."""
        first = self.id.split("-")[0]
        return first if first[1:].isdecimal() else ""


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter."""

    id: str
    place: int
    """Its place among the letters, from 1, in the order of their dates."""
    title: str
    author: str
    date: str
    """Day it was sent, as 2023-05-26."""
    counted: str
    """What `line` of its entries counts: lines, or sentences."""
    message: str
    """Where it can be read."""
    links: Mapping[str, str]
    """What it links to, by what it calls it."""
    entries: tuple[Entry, ...]


@cache
def letters() -> tuple[Letter, ...]:
    """The letters in the order of their dates."""
    found: dict[str, dict[str, Any]] = {}
    for path in SYLLABUS.glob("*.toml"):
        found[path.stem] = tomllib.loads(path.read_text(encoding="utf-8"))
    made = (_letter(name, found) for name in found)
    return tuple(sorted(made, key=lambda letter: letter.place))


def _letter(name: str, found: Mapping[str, dict[str, Any]]) -> Letter:
    fields = dict(found[name])
    earlier = fields.pop("repeats", "")
    entries = tuple(
        _entry(name, each, parts, earlier, found)
        for each, parts in fields.pop("entries").items()
    )
    return Letter(id=name, entries=entries, **fields)


def _entry(
    letter: str,
    name: str,
    parts: list[Any],
    earlier: str,
    found: Mapping[str, dict[str, Any]],
) -> Entry:
    if len(parts) > 1:
        return Entry(letter, name, *parts)
    text = found[earlier]["entries"][name][1]
    return Entry(letter, name, parts[0], text, repeats=f"{earlier}/{name}")


@cache
def entries() -> Mapping[str, Entry]:
    """Every entry by its name, letter by letter."""
    return {entry.name: entry for letter in letters() for entry in letter.entries}


def answered(lessons: Iterable[Front]) -> dict[str, tuple[str, ...]]:
    """The lessons that answer each entry, by its name; none for one that none does.

    Where two letters have the same line, a lesson for one is a lesson for the other.
    """
    by_name: dict[str, list[str]] = {name: [] for name in entries()}
    for lesson in lessons:
        for name in lesson.answers:
            for each in _alike(name):
                by_name[each].append(lesson.id)
    return {name: tuple(dict.fromkeys(ids)) for name, ids in by_name.items()}


def _alike(name: str) -> list[str]:
    """An entry, the one that it repeats, and those that repeat it."""
    if name not in entries():
        return []
    first = entries()[name].repeats or name
    return [first, *(each.name for each in entries().values() if each.repeats == first)]


def uncovered(lessons: Iterable[Front]) -> tuple[str, ...]:
    """Names of the entries that no lesson answers."""
    return tuple(name for name, ids in answered(lessons).items() if not ids)
