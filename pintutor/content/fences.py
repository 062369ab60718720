"""Markdown with our fences, cut into blocks.

The kinds of fence in FENCES are ours. Code in a language stays part of the text around it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pintutor.content.errors import ContentError
from pintutor.content.front import IDENTIFIER
from pintutor.lab.errors import did_you_mean, printable

TEXT = "text"
FENCES = (
    "pin",
    "predict",
    "quiz",
    "task",
    "schedule",
    "release",
    "holder",
    "bisect",
    "blanks",
    "fix",
    "driver",
    "check",
    "hint",
    "symptom",
    "after",
)
LANGUAGES = ("", "c", "console", "diff", "python", "sh", "txt")
"""Fences that are text like any other."""

RULE = "PT005"
_FENCE = re.compile(r"(?P<ticks>`{3,})(?P<info>[^`]*)")


@dataclass(frozen=True, slots=True)
class Block:
    """A run of text, or the inside of one fence."""

    kind: str
    """text, or one of FENCES."""
    id: str
    """What `id=` says, or the empty string."""
    line: int
    """Line of the file where the block begins: for a fence, the fence itself."""
    lines: tuple[str, ...]
    when: str = ""
    """hint: the expression behind `when`; empty for none."""

    @property
    def text(self) -> str:
        """The lines as one text, without empty ones around it."""
        return "\n".join(self.lines).strip("\n")

    @property
    def first(self) -> int:
        """Line of the file of the first of `lines`."""
        return self.line + (self.kind != TEXT)

    def numbered(self) -> Iterator[tuple[int, str]]:
        """The lines with their numbers in the file."""
        return enumerate(self.lines, self.first)


def blocks(path: Path, lines: tuple[str, ...], first: int) -> list[Block]:
    """The blocks of a Markdown text whose first line is line `first` of the file.

    Errors: ContentError for a fence that is not known or does not end.
    """
    found: list[Block] = []
    text: list[str] = []
    at = 0
    while at < len(lines):
        fence = _FENCE.fullmatch(lines[at].rstrip())
        if fence is None:
            text.append(lines[at])
            at += 1
            continue
        stop = _end(path, lines, at, first, fence["ticks"])
        kind, name, when = _info(path, first + at, fence["info"].split())
        if kind in LANGUAGES:
            text += lines[at : stop + 1]
        else:
            found += _text(text, first + at)
            text = []
            found.append(Block(kind, name, first + at, lines[at + 1 : stop], when))
        at = stop + 1
    return found + _text(text, first + at)


def _text(lines: list[str], end: int) -> list[Block]:
    """The lines before line `end` as a block, from the first that is not empty."""
    first = next((number for number, line in enumerate(lines) if line.strip()), None)
    if first is None:
        return []
    return [Block(TEXT, "", end - len(lines) + first, tuple(lines[first:]))]


def _end(path: Path, lines: tuple[str, ...], at: int, first: int, ticks: str) -> int:
    for index in range(at + 1, len(lines)):
        line = lines[index].rstrip()
        if len(line) >= len(ticks) and set(line) == {"`"}:
            return index
    what = f"the fence {ticks} is not closed"
    hint = f"end it with a line {ticks}"
    raise ContentError(path, first + at, what, hint=hint, rule=RULE)


def _info(path: Path, line: int, words: list[str]) -> tuple[str, str, str]:
    """The kind, the id and the condition that stand behind the backticks."""
    kind = words[0] if words else ""
    if kind in LANGUAGES:
        return kind, "", ""
    if kind not in FENCES:
        what = f"no fence is called `{printable(kind[:40])}`" + did_you_mean(kind, FENCES)
        hint = "fences are " + ", ".join(FENCES) + "; code is c, diff, sh or txt"
        raise ContentError(path, line, what, hint=hint, rule=RULE)
    name, when = "", ""
    if kind == "hint" and "when" in words:
        at = words.index("when")
        words, when = words[:at], " ".join(words[at + 1 :])
    for word in words[1:]:
        key, _, name = word.partition("=")
        if key != "id" or not IDENTIFIER.fullmatch(name):
            what = f"`{printable(word[:40])}` is not `id=some-name`"
            hint = "an id has small letters, digits and single hyphens"
            raise ContentError(path, line, what, hint=hint, rule=RULE)
    return kind, name, when
