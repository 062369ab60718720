"""What commands came to: a machine and words for what became of it, to be asked."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from pintutor.content.answers import PLAIN, spelt
from pintutor.lab.errors import CommandError
from pintutor.lab.expressions import Expression
from pintutor.lab.lab import Lab
from pintutor.lab.scope import LabScope


@dataclass(frozen=True, slots=True)
class Situation:
    """A machine, or none, and words that mean something besides its names."""

    lab: Lab | None
    words: Mapping[str, object]

    def value(self, text: str) -> object:
        """The value of an expression (CommandError)."""
        parsed = Expression.parse(text, 0)
        with self._inside():
            return parsed.evaluate(_Scope(self))

    def operands(self, text: str) -> dict[str, object]:
        """The parts of an expression that have a value, with their values."""
        parsed = Expression.parse(text, 0)
        with self._inside():
            return dict(parsed.operands(_Scope(self)))

    def missing(self, text: str) -> str:
        """Why an expression does not hold; empty when it does."""
        try:
            if self.value(text):
                return ""
            parts = self.operands(text).items()
        except CommandError as error:
            return error.message
        plain = [
            f"{part} is {spelt(value)}" for part, value in parts if isinstance(value, PLAIN)
        ]
        return ", ".join(plain) or "it is false"

    def _inside(self) -> AbstractContextManager[object]:
        return nullcontext() if self.lab is None else self.lab.machine


class _Scope:
    """The names of a machine, and the words for what became of it."""

    def __init__(self, situation: Situation) -> None:
        self._words = situation.words
        self._lab = None if situation.lab is None else LabScope(situation.lab)

    def name(self, text: str) -> object:
        """What a name stands for (LookupError)."""
        if text in self._words:
            return self._words[text]
        if self._lab is None:
            known = ", ".join(self._words)
            raise LookupError(f"nothing of a race is called `{text}`; there is {known}")
        return self._lab.name(text)

    def attribute(self, value: object, name: str) -> object:
        """An attribute of what a name stands for (LookupError)."""
        if self._lab is None:
            raise LookupError(f"a plain value has no `{name}`")
        return self._lab.attribute(value, name)

    def item(self, value: object, index: int | str) -> object:
        """One part of what a name stands for (LookupError)."""
        if self._lab is None:
            raise LookupError("a plain value has no parts")
        return self._lab.item(value, index)
