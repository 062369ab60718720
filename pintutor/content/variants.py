"""Variants of a lesson: named values that differ from student to student.

The front matter of a lesson may have a table

    [variant]
    pages = "3..6"
    kernel = "v6.1, v6.4"

and then `{{pages}}` and `{{pages - 1}}` stand in its text, its fences and the files beside
it. Which values a student has follows from a seed; no lesson depends on it otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from hashlib import blake2b
from itertools import islice, product
from pathlib import Path

from pintutor.content.errors import ContentError
from pintutor.content.front import Front
from pintutor.lab.errors import CommandError
from pintutor.lab.expressions import Expression
from pintutor.sim.search.dice import Dice

Value = int | str
Values = Mapping[str, Value]

MOST = 8
"""Variants of a lesson that are checked; where there are more, so many of them."""
LARGEST_RANGE = 4096

_HOLE = re.compile(r"\{\{(.*?)\}\}")
_RANGE = re.compile(r"\s*(\d+)\s*\.\.\s*(\d+)\s*")


def seed_of(student: str, seed: int) -> int:
    """The seed of a student's variant, where the class has one; the same everywhere."""
    if not student:
        return seed
    text = f"{seed} {student}".encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(text, digest_size=7).digest(), "big")


def chosen(front: Front, seed: int) -> Values:
    """The values that a seed leads to (ContentError for a table out of order)."""
    salt = int.from_bytes(blake2b(front.id.encode(), digest_size=8).digest(), "big")
    dice = Dice(seed ^ salt)
    return {name: held[dice.below(len(held))] for name, held in _choices(front).items()}


def all_of(front: Front) -> list[Values]:
    """The variants that are checked: all, or MOST of them by chance (ContentError)."""
    choices = _choices(front)
    whole: list[Values] = [
        dict(zip(choices, values, strict=True))
        for values in islice(product(*choices.values()), MOST + 1)
    ]
    if len(whole) <= MOST:
        return whole
    found: list[Values] = []
    for seed in range(MOST * MOST):
        values = chosen(front, seed)
        if values not in found and len(found) < MOST:
            found.append(values)
    return found


def told(values: Values) -> str:
    """The values in words: `pages = 3, kernel = v6.1`."""
    return ", ".join(f"{name} = {value}" for name, value in values.items())


def _choices(front: Front) -> dict[str, tuple[Value, ...]]:
    """What each value is chosen from."""
    found = {}
    for name, text in front.variant:
        held = tuple(_held(text))
        if not name.isidentifier() or len(set(held)) < 2:
            what = f"`{name}` of [variant] is no name with several values"
            hint = 'a range or a list: `pages = "3..6"`, `kernel = "v6.1, v6.4"`'
            raise ContentError(front.path, 1, what, hint=hint, rule="PT004")
        found[name] = held
    return found


def _held(text: str) -> Iterator[Value]:
    found = _RANGE.fullmatch(text)
    if found and 0 <= int(found[2]) - int(found[1]) < LARGEST_RANGE:
        yield from range(int(found[1]), int(found[2]) + 1)
        return
    for part in filter(None, map(str.strip, text.split(","))):
        yield int(part) if part.isdecimal() and len(part) < 20 else part


class _Scope:
    """The values of a variant, as expressions see them."""

    def __init__(self, values: Values) -> None:
        self._values = values

    def name(self, text: str) -> object:
        """The value of that name (LookupError)."""
        if text in self._values:
            return self._values[text]
        raise LookupError(f"[variant] has no `{text}`")

    def attribute(self, value: object, name: str) -> object:
        """Nothing: a value has no parts."""
        raise LookupError("a value of [variant] has no parts")

    def item(self, value: object, index: int | str) -> object:
        """Nothing: a value has no parts."""
        raise LookupError("a value of [variant] has no parts")


def filled(path: Path, text: str, values: Values, *, first: int = 1) -> str:
    """A text whose first line is line `first` of the file, with the values put in.

    Without values it stays as it is. Errors: ContentError at the line at fault.
    """
    if not values:
        return text

    def put(found: re.Match[str]) -> str:
        try:
            return str(Expression.parse(found[1], 0).evaluate(_Scope(values)))
        except CommandError as error:
            line = first + text.count("\n", 0, found.start())
            raise ContentError(path, line, error.message, rule="PT004") from None

    return _HOLE.sub(put, text)
