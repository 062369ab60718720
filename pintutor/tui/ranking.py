"""Ranking: which entries of the palette are meant, the likeliest first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from textual.fuzzy import FuzzySearch

MOST_RECENT = 20
"""Entries remembered as used."""
ABOUT = 0.5
"""What a letter counts for that is found in the description, against one in the name."""
WORD_BEGINS = 1.5
"""How much more it counts where a word of the description begins so."""
USED = 2.0
"""What the entry used last has more, in letters found; those used before have less."""

_FUZZY = FuzzySearch()


class Entry(NamedTuple):
    """Something that the palette can do."""

    key: str
    """What it does, and with what: `run audit`, `pane iter`."""
    name: str
    """What one would type, or press."""
    about: str


def ranked(
    entries: Iterable[Entry], wanted: str, recent: Sequence[str]
) -> tuple[Entry, ...]:
    """The entries with all words of `wanted`, the best first.

    A word may leave out letters of a name, not of a description. Of those that are as
    good, what was used last comes first; with nothing wanted that alone counts.
    """
    words = wanted.lower().split()
    found = [(_score(one, words, recent), one) for one in entries]
    found = [each for each in found if each[0] > 0 or not words]
    return tuple(one for _, one in sorted(found, key=lambda each: -each[0]))


def _score(entry: Entry, words: Sequence[str], recent: Sequence[str]) -> float:
    """How well an entry fits; 0 when a word is in no part of it."""
    total = 0.0
    for word in words:
        best = max(_FUZZY.match(word, entry.name)[0], _in_about(word, entry.about.lower()))
        if not best:
            return 0.0
        total += best
    if entry.name.lower() == " ".join(words):
        total *= 2
    if entry.key in recent:
        total += USED * (1 - recent.index(entry.key) / MOST_RECENT)
    return total


def _in_about(word: str, about: str) -> float:
    if word not in about:
        return 0.0
    begins = any(each.startswith(word) for each in about.split())
    return len(word) * ABOUT * (WORD_BEGINS if begins else 1)


def used(key: str, recent: Sequence[str]) -> list[str]:
    """The keys of entries that were used, with that of the last one first."""
    return [key, *(one for one in recent if one != key)][:MOST_RECENT]
