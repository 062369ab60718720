"""Answers to questions: what a learner may write, and what is right."""

from __future__ import annotations

import re
import string
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pintutor.content.same import replayed, visible
from pintutor.lab.errors import CommandError, Span, printable
from pintutor.lab.expressions import Expression
from pintutor.lab.lab import Lab
from pintutor.lab.scope import LabScope
from pintutor.linux.include.linux.mm import GUP_PIN_COUNTING_BIAS
from pintutor.linux.include.linux.mm_types import PAGE_SIZE
from pintutor.linux.include.uapi import errno

if TYPE_CHECKING:
    from pintutor.content.steps import Step

WORDS: dict[str, object] = {
    "true": True,
    "yes": True,
    "y": True,
    "false": False,
    "no": False,
    "n": False,
    "none": None,
    "GUP_PIN_COUNTING_BIAS": GUP_PIN_COUNTING_BIAS,
    "PAGE_SIZE": PAGE_SIZE,
    **{name: value for name, value in vars(errno).items() if name.startswith("E")},
}
"""Names that mean something in an answer."""

_COMPARES = re.compile(r"==|!=|<(?!<)|(?<!>)>(?!>)|\bnot\b|\bin\b")
PLAIN = (bool, int, str, bytes, type(None))


class Constants:
    """The scope of an answer: numbers and words, and no way to ask the machine."""

    def __init__(self, wanted: str = "write what it comes to") -> None:
        self.wanted = wanted
        """What to write, for who wrote something else."""

    def name(self, text: str) -> object:
        """What a word of an answer stands for (LookupError)."""
        for known, value in WORDS.items():
            if text.casefold() == known.casefold():
                return value
        raise LookupError(f"`{printable(text[:40])}` is no value; {self.wanted}")

    def attribute(self, value: object, name: str) -> object:
        """Nothing: an answer is a value."""
        raise LookupError("an answer is a value: 1025, 0x401, 1 + 1024, yes, -EFAULT")

    def item(self, value: object, index: int | str) -> object:
        """Nothing: an answer is a value."""
        raise LookupError("an answer is a value: 1025, 0x401, 1 + 1024, yes, -EFAULT")


def given(text: str, column: int, expected: object) -> object:
    """The value that an answer writes (CommandError).

    Where text is expected, the answer is taken as it stands, quotes aside.
    """
    if isinstance(expected, str):
        return text.strip().strip("\"'")
    wanted = ("write yes or no",) if isinstance(expected, bool) else ()
    return Expression.parse(text, column).evaluate(Constants(*wanted))


def same(answer: object, expected: object) -> bool:
    """True when an answer is right; letter case does not matter in text."""
    if isinstance(expected, str) and isinstance(answer, str):
        return answer.casefold() == expected.casefold()
    if expected is None or answer is None:
        return answer is expected
    return bool(answer == expected)


def expected(lab: Lab, kernel: str, step: Step, ahead: Sequence[str]) -> object:
    """What the model computes for a prediction, without the learner's machine moving.

    `ahead` are the lines that the prediction is about. They run on a copy: a fresh lab
    that repeats what the learner did. When they cannot, because they have been run, the
    present state is the answer.

    Errors: CommandError when the expression has no value.
    """
    if not ahead:
        return evaluate(lab, step.expr)
    done = [entry.line for entry in visible(lab)]
    try:
        copy = replayed(kernel, [*done, *ahead])
    except CommandError:
        return evaluate(lab, step.expr)
    return evaluate(copy, step.expr)


def evaluate(lab: Lab, text: str) -> object:
    """The value of an expression on a lab's machine, which must be a plain one.

    Errors: CommandError.
    """
    parsed = Expression.parse(text, 0)
    with lab.machine:
        value = parsed.evaluate(LabScope(lab))
    if isinstance(value, PLAIN):
        return value
    raise CommandError(
        f"`{text}` is a thing, not a value",
        Span(0, len(text)),
        code="no-value",
        hint="ask for one of its fields",
    )


def yes_or_no(lab: Lab, text: str) -> bool:
    """Whether an expression asks for yes or no, as far as that can be told by now."""
    try:
        parsed = Expression.parse(text, 0)
        with lab.machine:
            return isinstance(parsed.evaluate(LabScope(lab)), bool)
    except CommandError:
        return bool(_COMPARES.search(text))


def operands(lab: Lab, text: str) -> list[tuple[str, object]]:
    """The parts of an expression with their values, plain ones only (CommandError)."""
    parsed = Expression.parse(text, 0)
    with lab.machine:
        found = parsed.operands(LabScope(lab))
    return [(part, value) for part, value in found if isinstance(value, PLAIN)]


def chosen(text: str, column: int, choices: int) -> int:
    """The index of the choice that an answer names, `2` or `b` (CommandError)."""
    word = text.strip().rstrip(".)").lower()
    index = -1
    if word.isdecimal() and len(word) < 4:
        index = int(word) - 1
    elif len(word) == 1 and word in string.ascii_lowercase:
        index = string.ascii_lowercase.index(word)
    if 0 <= index < choices:
        return index
    raise CommandError(
        f"`{printable(text.strip()[:40])}` is not one of the choices",
        Span(column, column + len(text)),
        code="bad-choice",
        hint=f"`answer 1` to `answer {choices}`",
    )


def spelt(value: object, said: str = "") -> str:
    """A value as a learner reads it: in hexadecimal too if it is long, or `said` is."""
    if isinstance(value, bool) or not isinstance(value, int):
        return str(value)
    if abs(value) < 0x10000 and "0x" not in said:
        return str(value)
    return f"{value} ({value:#x})"
