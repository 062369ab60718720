"""Predict the blanks of a trace: what commands do, with some of it hidden.

A blanks fence holds TOML:

    ask = "What stands in the blanks?"
    commands = '''
    pin buf[0] as p
    unpin p
    '''
    of = "counts"
    blanks = 3
    seed = 7

The commands run on a copy of the machine. What is hidden of it follows from the seed; `of`
says whether counts are asked for, bits, functions that were called, or all of these.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from pintutor.content.answers import given as value_given
from pintutor.content.answers import same
from pintutor.content.errors import ContentError
from pintutor.content.exercises.kinds import Judged
from pintutor.content.exercises.traces import COUNTS, KINDS, Trace, Value, blanked
from pintutor.content.fences import Block
from pintutor.content.same import replayed, visible
from pintutor.content.symptom import script_of
from pintutor.content.tables import Key, table
from pintutor.lab.errors import CommandError, Span, did_you_mean
from pintutor.lab.lab import Lab
from pintutor.lab.words import Word, split

KEYS = {
    "ask": Key(str),
    "commands": Key(str),
    "of": Key(str, required=False),
    "blanks": Key(int, required=False),
    "seed": Key(int, required=False),
    "why": Key(str, required=False),
}

BLANKS = 3
"""Cells that are hidden unless something else is said."""


@dataclass(frozen=True, slots=True)
class Blanks:
    """Commands whose trace is asked for."""

    lines: tuple[str, ...]
    kernel: str
    """The kernel that the machine began on."""
    kind: str
    """What is asked for, one of KINDS."""
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

    def meant(self, lab: Lab, given: Word) -> tuple[Value, ...]:
        """The values, one for each blank (CommandError at the word that is none)."""
        return values_of(self.trace(lab), given)

    def judged(self, lab: Lab, meant: tuple[Value, ...]) -> Judged:
        """Which of the blanks are filled in rightly."""
        return judged(self.trace(lab), meant)


@lru_cache(maxsize=16)
def _trace(asked: Blanks, done: tuple[str, ...]) -> Trace:
    copy = replayed(asked.kernel, done)
    outcomes = [copy.execute(line) for line in asked.lines]
    return blanked(outcomes, asked.kind, seed=asked.seed, blanks=asked.count)


def values_of(trace: Trace, given: Word) -> tuple[Value, ...]:
    """The values of an answer, one for each blank (CommandError)."""
    words = split(" " * given.start + given.text)
    asked = len(trace.hidden)
    if len(words) != asked:
        span = Span(given.start, given.stop)
        what = f"`answer` takes as many values as there are blanks, {asked}"
        hint = "one for each, in order; a sum without spaces: 1+1024"
        raise CommandError(what, span, code="wrong-number", hint=hint)
    pairs = zip(words, trace.values, strict=True)
    return tuple(_value(word, expected) for word, expected in pairs)


def _value(word: Word, expected: Value) -> Value:
    """What a word of the answer stands for; a function may have its brackets."""
    if isinstance(expected, str):
        return word.text.removesuffix("()")
    value = value_given(word.text, word.start, expected)
    if isinstance(value, int):
        return value
    raise CommandError("this is no number", word.span, code="bad-number")


def judged(trace: Trace, meant: tuple[Value, ...]) -> Judged:
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
    kind = found.get("of", COUNTS)
    if kind not in KINDS:
        what = f"`of` is one of {', '.join(KINDS)}" + did_you_mean(kind, KINDS)
        raise ContentError(path, block.line, what, rule="PT004")
    return found, Blanks(lines, kernel, kind, seed, count)
