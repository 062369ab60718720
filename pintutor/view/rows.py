"""Rows: text in segments, each with a role that a front end maps to a style.

A role only repeats in colour what a word or a sign already says, so that rows read the
same without colour.
"""

from collections.abc import Iterable
from typing import NamedTuple

ROLES = (
    "plain",
    "dim",
    "title",
    "name",
    "number",
    "old",
    "new",
    "delta",
    "note",
    "good",
    "bad",
    "current",
    "added",
    "removed",
    "keyword",
    "string",
    "comment",
    "command",
    "prompt",
)
"""Every role that rows use."""


class Segment(NamedTuple):
    """A piece of a row."""

    text: str
    role: str = "plain"


Row = tuple[Segment, ...]


def row(*parts: str | tuple[str, str]) -> Row:
    """A row of plain strings and (text, role) pairs."""
    return tuple(
        Segment(part) if isinstance(part, str) else Segment(*part) for part in parts
    )


def plain(one: Row) -> str:
    """The text of a row."""
    return "".join(segment.text for segment in one)


def as_text(rows: Iterable[Row]) -> str:
    """Rows as plain text, one a line."""
    return "\n".join(plain(one).rstrip() for one in rows)
