"""Turns as they are typed: `P1`, `P0*3 P1`, `P1 rest`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pintutor.content.races.points import CannotGo
from pintutor.lab.errors import CommandError, printable
from pintutor.lab.words import Word
from pintutor.sim.schedule import parse

REST = "rest"
"""Behind the turns: everybody goes on, without another preemption."""


def turns_of(turns: Word) -> tuple[tuple[int, ...], bool, list[Word]]:
    """The CPUs, whether the rest follows, and the word that each CPU stands in.

    Errors: CommandError at what is no turn.
    """
    found: list[int] = []
    words: list[Word] = []
    pieces = [
        Word(one[0], turns.start + one.start(), turns.start + one.end())
        for one in re.finditer(r"[^\s\"']+", turns.text)
    ]
    rest = bool(pieces) and pieces[-1].text == REST
    for piece in pieces[: len(pieces) - rest]:
        try:
            cpus = parse(piece.text)
        except ValueError:
            raise CommandError(
                f"`{printable(piece.text[:40])}` is no turn",
                piece.span,
                code="bad-turn",
                hint="`turn P1` is one of P1, `turn P0*3 P1` three of P0 and one of P1",
            ) from None
        found += cpus
        words += [piece] * len(cpus)
    return tuple(found), rest, words


def cannot_go(error: CannotGo, words: Sequence[Word], at: int) -> CommandError:
    """A turn that cannot be taken, at its word; the first of them is turn `at`."""
    hint = "`choices` says who can go on"
    if error.number > at:
        hint = f"after {error.number - at} of these turns; {hint}"
    span = words[error.number - at].span
    return CommandError(error.choice.why_not, span, code="cannot-go", hint=hint)
