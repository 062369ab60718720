"""Rows as the bytes that a terminal obeys: one colour of the sixteen, and no more.

The sixteen colours are those that the owner of a terminal, or of a player, has chosen.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from pintutor.view.rows import Row

RESET = "\x1b[0m"

CODES = {
    "dim": "2",
    "title": "1",
    "name": "34",
    "number": "1",
    "new": "1",
    "delta": "36",
    "note": "3",
    "good": "32",
    "bad": "1;31",
    "current": "1;33",
    "added": "32",
    "removed": "31",
    "keyword": "35",
    "string": "32",
    "comment": "2",
    "command": "36",
    "prompt": "1;34",
}
"""What ECMA-48 SGR each role is; the others are plain."""

PLAIN = {role: code for role, code in CODES.items() if code in ("1", "2", "3")}
"""The roles without the colours, for NO_COLOR."""


def ansi(one: Row, codes: dict[str, str] = CODES) -> str:
    """A row with the sequences that colour it; every colour ends before its end."""
    parts = []
    for role, segments in groupby(one, key=lambda segment: segment.role):
        text = "".join(segment.text for segment in segments)
        code = codes.get(role, "")
        parts.append(f"\x1b[{code}m{text}{RESET}" if code and text else text)
    return "".join(parts)


def ansi_lines(rows: Iterable[Row], codes: dict[str, str] = CODES) -> list[str]:
    """Each row as such a text."""
    return [ansi(one, codes) for one in rows]
