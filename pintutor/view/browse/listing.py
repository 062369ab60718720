"""Listing: rows that one chooses from, and a filter over them.

A heading has no key and no words; it stays as long as something below it does, and so
does the heading over one that is indented.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from pintutor.lab.seeking import has_words
from pintutor.view.markdown import inline
from pintutor.view.rows import Row, Segment, plain, row
from pintutor.view.wrap import columns, cut, wrap

FOLDED = "/"
"""What the key of a heading begins with whose part is folded away."""


class Line(NamedTuple):
    """One row of a listing."""

    row: Row
    key: str = ""
    """What the row is about; empty for a row that cannot be chosen."""
    words: str = ""
    """Where a filter looks."""
    line: str = ""
    """The line of the command language that Enter runs; empty for none."""
    part: str = ""
    """The part of the listing that a heading begins; empty for any other row."""


class Listing(NamedTuple):
    """Everything there is to choose from."""

    title: Row
    aside: Row
    lines: tuple[Line, ...]
    first: str = ""
    """Key of what is chosen to begin with; empty for the first that can be."""


def filtered(lines: Iterable[Line], wanted: str) -> tuple[Line, ...]:
    """The lines that have all words of `wanted`, with the headings over them."""
    held = tuple(lines)
    if not wanted.split():
        return held
    kept: list[Line] = []
    headings: list[Line] = []
    for line in held:
        if not line.key:
            headings = [*(_above(headings) if _indented(line) else ()), line]
        elif has_words(line.words, wanted):
            kept += [*headings, line]
            headings = []
    return tuple(kept)


def nearest(lines: Iterable[Line], wanted: str) -> int:
    """Where the row stands that `wanted` names best, -1 where none can be chosen.

    One of that very name is before those whose name begins with it, and these before
    those that say it anywhere in their row; the first of equals.
    """
    folded = wanted.strip().casefold()

    def rank(line: Line) -> int:
        name = line.key.casefold()
        if name.startswith(folded):
            return int(name != folded)
        return 2 if folded in f"{name} {plain(line.row).casefold()}" else 3

    ranked = [(rank(line), index) for index, line in enumerate(lines) if line.key]
    return min(ranked, default=(0, -1))[1]


def folded(lines: Iterable[Line], closed: frozenset[str]) -> tuple[Line, ...]:
    """The lines without the parts that are folded away; their headings can be chosen."""
    kept: list[Line] = []
    part = ""
    for line in lines:
        part = line.part or part
        if part not in closed:
            kept.append(line)
        elif line.part:
            told = (*line.row, Segment("  folded", "note"))
            kept.append(line._replace(row=told, key=FOLDED + part))
    return tuple(kept)


def _above(headings: list[Line]) -> list[Line]:
    return [line for line in headings if not _indented(line)]


def _indented(heading: Line) -> bool:
    """True for a heading within a part of the listing."""
    return plain(heading.row).startswith(" ")


def text_lines(text: str, width: int, *, role: str = "plain") -> list[Line]:
    """A text with `code` in it, as rows that are only read."""
    return [Line(each) for each in wrap(inline(text, role=role), width)]


def group_lines(word: str, links: list[Line]) -> list[Line]:
    """Links under a word; nothing where there are none."""
    return [Line(()), Line(row((word, "title"))), *links] if links else []


def link_lines(links: Iterable[tuple[str, str]], width: int) -> list[Line]:
    """Lines of the language that can be chosen, each with a few words about it."""
    found: list[Line] = []
    for line, about in links:
        told = row((line, "command"), (f"  {about}" if about else "", "dim"))
        found.append(Line(cut((Segment("  "), *told), width), key=line, line=line))
    return found


def fitted(text: str, width: int) -> str:
    """A text in exactly so many columns; what is lost ends in `…`."""
    shown = plain(cut((Segment(text),), width))
    return shown + " " * (width - columns(shown))
