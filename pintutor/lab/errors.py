"""What a learner is told when a line of the command language cannot be carried out.

A message says what is wrong and what to try; `at` says where, in columns of the line.
Everything that echoes text from outside goes through `printable` or `caret`, so that
a pasted escape sequence is shown and never obeyed by the terminal.
"""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

CARET_WINDOW = 72
"""Width of the echoed part of a line [columns]; it fits an 80-column terminal indented."""

_LEFT_OF_CARET = 24
"""What a cut line keeps before its caret [columns]."""

_LONGEST_GUESS = 64
"""Longer words are nobody's slip of the finger, and difflib is quadratic [characters]."""

_UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Unicode categories shown escaped: controls, format characters (bidi overrides, zero
width joiners), lone surrogates, line and paragraph separators."""


class Span(NamedTuple):
    """A part of a line, from column `start` up to but not including `stop`."""

    start: int
    stop: int


class CommandError(Exception):
    """A line that cannot be carried out: what is wrong, where, and what to try."""

    def __init__(
        self,
        message: str,
        at: Span | None,
        *,
        code: str = "bad-value",
        hint: str = "",
        errno: str = "",
        of: tuple[str, ...] = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.at = at
        self.of = of
        """The arguments that it is about, by their names in Python, from a command that
        does not know its line: it stands at the first of them that is in the line."""
        self.code = code
        self.hint = hint
        self.errno = errno
        """What the kernel answered, `-ENOMEM`; empty when it was never asked."""


def suggest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate that `word` was probably meant to be, or None when none is near."""
    if len(word) > _LONGEST_GUESS:
        return None

    folded = {candidate.casefold(): candidate for candidate in candidates}
    near = difflib.get_close_matches(word.casefold(), folded, n=1, cutoff=0.6)
    return folded[near[0]] if near else None


def did_you_mean(word: str, candidates: Iterable[str]) -> str:
    """The end of a message, "; did you mean `pin`?", or nothing when nothing is near."""
    near = suggest(word, candidates)
    return f"; did you mean `{near}`?" if near else ""


def printable(text: str) -> str:
    """`text` with every character a terminal could obey shown as an escape, `\\x1b`."""
    return "".join(map(_shown, text))


def caret(line: str, span: Span) -> list[str]:
    """The line as it can be shown, and below it `^^^` under `span`.

    A tab takes one column, an escaped or wide character as many as are drawn. A line
    wider than `CARET_WINDOW` is cut to a window round the caret, marked with `…`.
    """
    start = min(max(span.start, 0), len(line))
    stop = min(max(span.stop, start), len(line))
    # Beyond this many characters nothing can be in the window, however long the line.
    left = max(0, start - CARET_WINDOW)
    right = min(len(line), start + CARET_WINDOW)
    before = [_cell(character) for character in line[left:start]]
    after = [_cell(character) for character in line[start:right]]

    whole = left == 0 and right == len(line) and _width(before + after) <= CARET_WINDOW
    lead = trail = ""
    if not whole:
        before, lead = _cut_left(before, more=left > 0)
        room = CARET_WINDOW - len(lead) - _width(before)
        after, trail = _cut_right(after, room, more=right < len(line))

    marks = max(1, _width(after[: stop - start]))
    indent = " " * (len(lead) + _width(before))
    return [lead + "".join(before + after) + trail, indent + "^" * marks]


def _shown(character: str) -> str:
    if unicodedata.category(character) not in _UNPRINTABLE:
        return character

    number = ord(character)
    if number < 0x100:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def _cell(character: str) -> str:
    return " " if character == "\t" else _shown(character)


def _width(cells: list[str]) -> int:
    return sum(_columns(character) for cell in cells for character in cell)


def _columns(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


def _cut_left(cells: list[str], *, more: bool) -> tuple[list[str], str]:
    """The last cells that fit left of a caret, and `…` if any are gone."""
    if not more and _width(cells) <= _LEFT_OF_CARET:
        return cells, ""

    kept = list(cells)
    while _width(kept) > _LEFT_OF_CARET - 1:
        kept.pop(0)
    return kept, "…"


def _cut_right(cells: list[str], room: int, *, more: bool) -> tuple[list[str], str]:
    """The first cells that fit in `room` columns, and `…` if any are gone."""
    if not more and _width(cells) <= room:
        return cells, ""

    kept = list(cells)
    while _width(kept) > room - 1:
        kept.pop()
    return kept, "…"
