"""The signs that rows are drawn with, for terminals that have ASCII only."""

import os
from collections.abc import Iterable, Mapping
from typing import TextIO

from pintutor.view.rows import Row, Segment

SIGNS = {
    "▸": ">",
    "▶": ">",
    "→": "->",
    "×": "x",
    "·": "-",
    "…": "...",
    "‥": "..",
    "≤": "<=",
    "≥": ">=",
    "–": "-",
    "—": "-",
    "✓": "+",
    "✗": "x",
    "●": "*",
    "○": "o",
    "│": "|",
    "─": "-",
    "━": "=",
    "┄": "-",
    "├": "|",
    "┝": "|",
    "┴": "+",
    "≠": "!",
    "▾": "v",
    "┬": "Y",
    "±": "%",
    "◆": "#",
    "▏": "|",
    "▕": "|",
    "›": ">",
    "▁": "_",
    "▂": ".",
    "▃": "-",
    "▄": "~",
    "▅": "=",
    "▆": "+",
    "▇": "*",
    "█": "#",
    "▓": "+",
    "░": ".",
    "↑": "Up",
    "↓": "Down",
    "←": "Left",
    "‘": "'",
    "’": "'",
    "“": '"',
    "”": '"',
}
"""Each sign and what stands for it."""

_TABLE = str.maketrans(SIGNS)


def wanted(stream: TextIO, environment: Mapping[str, str] = os.environ) -> bool:
    """True when the learner asked for ASCII, or the stream can say no more than that."""
    if environment.get("PINTUTOR_ASCII"):
        return True
    try:
        "".join(SIGNS).encode(stream.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return True
    return False


def ascii_text(text: str) -> str:
    """A text with ASCII in place of the signs."""
    return text.translate(_TABLE)


def ascii_rows(rows: Iterable[Row]) -> tuple[Row, ...]:
    """Rows with ASCII in place of the signs."""
    return tuple(
        tuple(Segment(ascii_text(text), role) for text, role in one) for one in rows
    )
