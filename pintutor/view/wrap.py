"""Rows made to fit: measured in columns of a terminal, wrapped at words, or cut."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

from pintutor.lab.errors import printable
from pintutor.view.rows import Row, Segment, plain

_PIECES = re.compile(r"(?:\S|\s(?=×)|(?<=\s[+-])\s)+|\s+")
"""Words and spaces; a count stays with its word, `page fault ×2`, and a sign: `+ name`."""


def columns(text: str) -> int:
    """How many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    return sum(map(_columns, text))


@cache
def _columns(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


def safe(rows: Iterable[Row]) -> tuple[Row, ...]:
    """Rows with every character that a terminal could obey shown as an escape."""
    return tuple(tuple(_safe(segment) for segment in one) for one in rows)


def _safe(segment: Segment) -> Segment:
    if segment.text.isprintable():
        return segment
    return Segment(printable(segment.text), segment.role)


def cut(one: Row, width: int) -> Row:
    """A row that is at most `width` columns wide; what is lost ends in `…`."""
    if columns(plain(one)) <= width:
        return one
    kept: list[Segment] = []
    room = width - 1
    for text, role in one:
        part = _head(text, room)
        kept.append(Segment(part, role))
        room -= columns(part)
        if part != text:
            break
    return (*kept, Segment("…", "dim"))


def _head(text: str, room: int) -> str:
    """The longest beginning of a text that fits."""
    if columns(text) <= room:
        return text
    end = 0
    used = 0
    for character in text:
        used += _columns(character)
        if used > room:
            break
        end += 1
    return text[:end]


def noted(one: Row, note: str, width: int) -> tuple[Row, ...]:
    """A row with a note behind it, or below it when both do not fit in one."""
    whole = (*one, Segment(f"   {note}", "note"))
    if columns(plain(whole)) <= width:
        return (whole,)
    below = wrap((Segment(f"  {note}", "note"),), width, indent=2)
    return (*wrap(one, width, indent=2), *below)


def wrap(one: Row, width: int, *, indent: int = 0) -> tuple[Row, ...]:
    """A row as rows of at most `width` columns, the later ones indented."""
    if columns(plain(one)) <= width:
        return (one,)
    lines: list[list[Segment]] = [[]]
    used = 0
    for text, role in _pieces(one, width - indent):
        size = columns(text)
        if used + size > width:
            lines.append([Segment(" " * indent)])
            used = indent
            if text.isspace():
                continue
        lines[-1].append(Segment(text, role))
        used += size
    return tuple(tuple(line) for line in lines)


def _pieces(one: Row, longest: int) -> Iterable[Segment]:
    """The words and the spaces of a row; what is too long for a line is cut up."""
    for text, role in one:
        for piece in _PIECES.findall(text):
            while columns(piece) > longest > 0:
                head = _head(piece, longest) or piece[0]
                yield Segment(head, role)
                piece = piece[len(head) :]
            yield Segment(piece, role)


def wrap_all(rows: Iterable[Row], width: int, *, indent: int = 0) -> tuple[Row, ...]:
    """Every row of `rows`, wrapped."""
    return tuple(part for one in rows for part in wrap(one, width, indent=indent))
