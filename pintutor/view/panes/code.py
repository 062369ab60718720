"""Code as rows: the lines of a body with their numbers, or of a difference with signs.

They are the same at every step of a function, so they are made once.
"""

from __future__ import annotations

import io
import keyword
import tokenize
from functools import lru_cache
from typing import NamedTuple

from pintutor.view.rows import Row, Segment, row

SIGNS = {"+": "added", "-": "removed", " ": "plain"}
"""What stands before a line of a difference, and its role."""

_TOKENS = {
    tokenize.COMMENT: "comment",
    tokenize.STRING: "string",
}


class Code(NamedTuple):
    """The rows of a body, or of a difference."""

    rows: tuple[Row, ...]
    runs: tuple[int, ...]
    """The row of each line of the body that runs."""
    changed: int
    """The first row of a difference that is on one side only, or -1."""
    docstring: tuple[int, int]
    """Its first and its last row; both 0 where there is none."""


@lru_cache(maxsize=256)
def numbered(lines: tuple[str, ...]) -> Code:
    """A body with the number of each line."""
    rows = [
        (*row((" ", "current"), (f"{number:3} ", "dim")), *code)
        for number, code in enumerate(_highlight(lines), 1)
    ]
    return Code(tuple(rows), tuple(range(len(rows))), -1, _docstring(rows))


@lru_cache(maxsize=256)
def diffed(both: tuple[str, ...], *, after: bool) -> Code:
    """A difference, of which the side with the patch runs, or else the one without."""
    coloured = iter(_highlight(tuple(line[2:] for line in both if line[0] != "-")))
    rows: list[Row] = []
    runs: list[int] = []
    changed = -1
    for index, line in enumerate(both):
        sign, code = line[0], () if line[0] == "-" else next(coloured)
        if sign != ("-" if after else "+"):
            runs.append(index)
        if sign != " ":
            changed = index if changed < 0 else changed
            code = row((line[2:], SIGNS[sign]))
        rows.append((*row((" ", "current"), (f" {sign} ", SIGNS[sign])), *code))
    return Code(tuple(rows), tuple(runs), changed, _docstring(rows))


def marked(rows: tuple[Row, ...], here: int) -> tuple[Row, ...]:
    """The rows with the sign of what ran on one of them, if it is there."""
    if here < 0:
        return rows
    _, lead, *code = rows[here]
    role = "current" if lead.role == "dim" else lead.role
    ran = (*row(("▶", "current"), (lead.text, role)), *code)
    return (*rows[:here], ran, *rows[here + 1 :])


def _docstring(rows: list[Row]) -> tuple[int, int]:
    """The first and the last row of the first string that stands alone."""
    strings = [index for index, one in enumerate(rows) if _is_string(one)]
    if not strings:
        return 0, 0
    first = last = strings[0]
    for index in strings[1:]:
        if all(not one[2:] for one in rows[last + 1 : index]):
            last = index
    return first, last


def _is_string(one: Row) -> bool:
    """True for a row whose code is nothing but a string, as in a docstring."""
    code = [segment for segment in one[2:] if segment.text.strip()]
    return bool(code) and all(segment.role == "string" for segment in code)


def _highlight(lines: tuple[str, ...]) -> tuple[Row, ...]:
    """The lines with keywords, strings and comments told apart."""
    roles = [["plain"] * len(line) for line in lines]
    try:
        for token in tokenize.generate_tokens(io.StringIO("\n".join(lines)).readline):
            _paint(roles, token)
    except (tokenize.TokenError, SyntaxError):
        pass  # a part of a function may end within a bracket
    return tuple(_segments(line, role) for line, role in zip(lines, roles, strict=True))


def _paint(roles: list[list[str]], token: tokenize.TokenInfo) -> None:
    role = _TOKENS.get(token.type)
    if token.type == tokenize.NAME and keyword.iskeyword(token.string):
        role = "keyword"
    if role is None:
        return
    (first, start), (last, stop) = token.start, token.end
    for number in range(first, last + 1):
        line = roles[number - 1]
        left = start if number == first else 0
        right = stop if number == last else len(line)
        line[left:right] = [role] * (right - left)


def _segments(line: str, roles: list[str]) -> Row:
    parts: list[Segment] = []
    for character, role in zip(line, roles, strict=True):
        if parts and parts[-1].role == role:
            parts[-1] = Segment(parts[-1].text + character, role)
        else:
            parts.append(Segment(character, role))
    return tuple(parts)
