"""The text of a script that a learner writes: lines, and holes that lines go into.

A draft is kept as one line of text, as `answer` takes it: `;` stands between the lines of
a hole and `|` between holes, `unpin p; unpin q | advance i 4096`. A script that may be
changed throughout is one hole, filled in from the start.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pintutor.lab.commands  # noqa: F401  (declares the commands)
from pintutor.lab.errors import CommandError, Span, printable
from pintutor.lab.registry import REGISTRY
from pintutor.lab.words import Word, split, split_prefixes

HOLE = "?"
"""A line of a script that stands for a hole."""
ALLOWED = ("memory", "pins", "iterators", "block", "files", "pipes", "tasks")
"""Topics of the commands that a driver may call."""
REFUSED = ("poke",)
"""Commands of these topics that no driver has."""
MOST_LINES = 64

_LABEL = re.compile(r"(?P<name>[a-z_][a-z0-9_]*):")
_PIECE = re.compile(
    r"""'[^']*'|"(?:\\.|[^"\\])*"|\\.|(?P<end>;|(?<!\S)\|(?!\S))|.""", re.DOTALL
)

Hole = tuple[Word, ...]
"""The lines in a hole, each with its column in what was typed."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a script."""

    text: str
    """The command, without where it goes on after an error; empty for a label."""
    label: str = ""
    """What the line is called, `out`, when it is a label."""
    other: str = ""
    """The label to go on at when the command fails."""


def line_of(word: Word) -> Line:
    """A line of a script as it is read: `out:`, or `pin buf as p else out`.

    Errors: CommandError where it is neither a label nor a command.
    """
    label = _LABEL.fullmatch(word.text.strip())
    if label:
        return Line("", label["name"])
    words = split(" " * word.start + word.text)
    text, other = word.text, ""
    if len(words) > 2 and words[-2].text == "else" and not words[-2].quoted:
        text, other = text[: words[-2].start - word.start], words[-1].text
        words = words[:-2]
    _require(split_prefixes(words).words)
    return Line(text.strip(), other=other)


def _require(words: tuple[Word, ...]) -> None:
    """Refuse what is no command (CommandError)."""
    if not words:
        raise CommandError("the line is empty", None, code="unknown-command")
    REGISTRY.find(words[0])


def require_allowed(word: Word) -> None:
    """Refuse a line that a driver cannot call (CommandError at the word)."""
    line = line_of(word)
    if line.label:
        return
    verb = split_prefixes(split(" " * word.start + word.text)).words[0]
    command = REGISTRY.find(verb)
    if command.topic in ALLOWED and command.name not in REFUSED:
        return
    raise CommandError(
        f"`{printable(verb.text[:40])}` has no place in a script of this kind",
        verb.span,
        code="not-allowed",
        hint="it takes what a driver could call: " + ", ".join(ALLOWED),
    )


def holes_of(given: Word) -> tuple[Hole, ...]:
    """The holes that a text fills in (CommandError for more lines than are read)."""
    holes: list[list[Word]] = [[]]
    text, start = "", given.start
    for found in (*_PIECE.finditer(given.text), None):
        if found is not None and not found["end"]:
            text += found[0]
            continue
        if text.strip():
            at = start + len(text) - len(text.lstrip())
            holes[-1].append(Word(text.strip(), at, at + len(text.strip())))
        if found is not None:
            text, start = "", given.start + found.end()
            if found[0] == "|":
                holes.append([])
    if sum(map(len, holes)) > MOST_LINES:
        what = f"a script has at most {MOST_LINES} lines"
        raise CommandError(what, Span(given.start, given.stop), code="too-long")
    return tuple(tuple(hole) for hole in holes)


def text_of(holes: Sequence[Sequence[str]]) -> str:
    """The holes as the text that fills them in."""
    return " | ".join("; ".join(hole) for hole in holes)


def texts_in(draft: str) -> list[list[str]]:
    """The lines in each hole of a draft."""
    return [[line.text for line in hole] for hole in holes_of(Word(draft, 0, len(draft)))]
