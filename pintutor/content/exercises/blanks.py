"""Predict the blanks of a trace: what commands change, with some of its numbers hidden.

A blanks fence holds TOML:

    ask = "What stands in the blanks?"
    commands = '''
    pin buf[0] as p
    unpin p
    '''
    blanks = 3
    seed = 7

The commands run on a copy of the machine. Which numbers are hidden follows from the seed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from pintutor.content.answers import given as value_given
from pintutor.content.answers import same
from pintutor.content.exercises.kinds import Judged
from pintutor.content.fences import Block
from pintutor.content.same import replayed, visible
from pintutor.content.symptom import script_of
from pintutor.content.tables import Key, table
from pintutor.lab.errors import CommandError, Span
from pintutor.lab.lab import Lab, Outcome
from pintutor.lab.words import Word, split
from pintutor.sim.search.dice import Dice

KEYS = {
    "ask": Key(str),
    "commands": Key(str),
    "blanks": Key(int, required=False),
    "seed": Key(int, required=False),
    "why": Key(str, required=False),
}

BLANKS = 3
"""Cells that are hidden unless something else is said."""
NUMBERS = OLD, NEW, DELTA = 2, 3, 4
"""The columns that may be hidden: before, after, and by how much."""
MOST_ROWS = 64
"""Changes of a trace that are shown; those behind them are left out."""

Row = tuple[str, str, int, int, int]
"""The command in the first row of its own, what changed, before, after, by how much."""

Cell = tuple[int, int]
"""A row of the trace and a column."""


@dataclass(frozen=True, slots=True)
class Trace:
    """What commands change, row by row, and which cells are hidden."""

    rows: tuple[Row, ...]
    hidden: tuple[Cell, ...]
    """In reading order."""

    @property
    def values(self) -> tuple[int, ...]:
        """What stands in the blanks."""
        return tuple(int(self.rows[row][column]) for row, column in self.hidden)

    def markdown(self, *, answered: Sequence[int] = ()) -> str:
        """The trace, a list for each command; blanks of these numbers are filled in."""
        shown = [[*map(str, row[:DELTA]), f"{row[DELTA]:+}"] for row in self.rows]
        for number, (row, column) in enumerate(self.hidden):
            if number not in answered:
                shown[row][column] = f"**?{number + 1}**"
        lines = [
            (f"\n`{line}`:\n\n" if line else "") + f"- {what}: {old} → {new}, {by}"
            for line, what, old, new, by in shown
        ]
        return "\n".join(lines).strip("\n")


def blanked(outcomes: Sequence[Outcome], *, seed: int, blanks: int) -> Trace:
    """The trace of commands with so many of its numbers hidden, or all if it has fewer.

    Errors: CommandError when it has no number.
    """
    rows = [row for outcome in outcomes for row in _rows(outcome)][:MOST_ROWS]
    free = [(row, column) for row in range(len(rows)) for column in NUMBERS]
    if not free:
        what = "these commands change no number that could be asked for"
        hint = "a pin changes counts: `blank pin buf[0] as p`"
        raise CommandError(what, None, code="no-blanks", hint=hint)
    return Trace(tuple(rows), tuple(sorted(_drawn(free, Dice(seed), blanks))))


def _rows(outcome: Outcome) -> list[Row]:
    """The counts that a command changed; its words stand in the first row only."""
    line = outcome.line.strip()
    found: list[Row] = []
    for change in outcome.changes:
        if isinstance(change.old, int) and isinstance(change.new, int) and change.delta:
            what = f"{change.subject}.{change.field}"
            values = change.old, change.new, change.delta
            found.append(("" if found else line, what, *values))
    return found


def _drawn(free: list[Cell], dice: Dice, count: int) -> list[Cell]:
    """Cells by chance, of as many different rows as there are."""
    found: list[Cell] = []
    while free and len(found) < count:
        rows = {row for row, _ in found}
        fresh = [cell for cell in free if cell[0] not in rows] or free
        cell = fresh[dice.below(len(fresh))]
        found.append(cell)
        free.remove(cell)
    return found


@dataclass(frozen=True, slots=True)
class Blanks:
    """Commands whose trace is asked for."""

    lines: tuple[str, ...]
    kernel: str
    """The kernel that the machine began on."""
    seed: int
    count: int

    @property
    def usage(self) -> str:
        """How it is answered."""
        return "`answer VALUE VALUE …`: what stands in `?1`, `?2` and so on"

    def shown(self, lab: Lab, draft: str) -> str:
        """The trace with its blanks."""
        try:
            return self.trace(lab).markdown()
        except CommandError as error:
            return f"This cannot be shown: {error.message}"

    def trace(self, lab: Lab) -> Trace:
        """What the commands change now (CommandError when they cannot run)."""
        done = tuple(entry.line for entry in visible(lab))
        if done[-len(self.lines) :] == self.lines:
            done = done[: -len(self.lines)]  # they have been run: it was asked before
        return _trace(self, done)

    def solution(self, lab: Lab) -> str:
        """The line that answers it (CommandError)."""
        return "answer " + " ".join(map(str, self.trace(lab).values))

    def complete(self, prefix: str, lab: Lab) -> Iterable[tuple[str, str]]:
        """Nothing: the values are the learner's to find."""
        return ()

    def meant(self, lab: Lab, given: Word) -> tuple[int, ...]:
        """The values, one for each blank (CommandError at the word that is none)."""
        return values_of(self.trace(lab), given)

    def judged(self, lab: Lab, meant: tuple[int, ...]) -> Judged:
        """Which of the blanks are filled in rightly."""
        return judged(self.trace(lab), meant)


@lru_cache(maxsize=16)
def _trace(asked: Blanks, done: tuple[str, ...]) -> Trace:
    copy = replayed(asked.kernel, done)
    outcomes = [copy.execute(line) for line in asked.lines]
    return blanked(outcomes, seed=asked.seed, blanks=asked.count)


def values_of(trace: Trace, given: Word) -> tuple[int, ...]:
    """The values of an answer, one for each blank (CommandError)."""
    words = split(" " * given.start + given.text)
    asked = len(trace.hidden)
    if len(words) != asked:
        span = Span(given.start, given.stop)
        what = f"`answer` takes as many values as there are blanks, {asked}"
        hint = "one for each, in order; a sum without spaces: 1+1024"
        raise CommandError(what, span, code="wrong-number", hint=hint)
    return tuple(_number(word) for word in words)


def _number(word: Word) -> int:
    value = value_given(word.text, word.start, 0)
    if isinstance(value, int):
        return value
    raise CommandError("this is no number", word.span, code="bad-number")


def judged(trace: Trace, meant: tuple[int, ...]) -> Judged:
    """Which of the blanks are filled in rightly."""
    pairs = list(zip(meant, trace.values, strict=True))
    wrong = [n for n, (one, other) in enumerate(pairs) if not same(one, other)]
    named = ", ".join(f"`?{n + 1}` is not {meant[n]}" for n in wrong)
    filled = [n for n in range(len(meant)) if n not in wrong]
    data = {"blanks": len(meant), "wrong": [n + 1 for n in wrong]}
    said = tuple(part for part in (named, trace.markdown(answered=filled)) if part)
    return Judged(not wrong, " ".join(map(str, meant)), said, data)


def read(path: Path, block: Block, kernel: str) -> tuple[dict[str, Any], Blanks]:
    """What the fence says, and the exercise (ContentError)."""
    found = table(path, block.first, block.text, KEYS)
    script = script_of(path, block, found["commands"])
    lines = tuple(line.text.strip() for line in script)
    seed, count = found.get("seed", 0), found.get("blanks", BLANKS)
    return found, Blanks(lines, kernel, seed, count)
