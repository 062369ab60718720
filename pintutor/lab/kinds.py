"""What a word of a command may stand for.

A Kind reads one word and completes it. The kinds here know nothing of the model; those
that look names up in a lab are declared beside what they look up.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol, runtime_checkable

from pintutor.lab.errors import CommandError, did_you_mean, printable
from pintutor.lab.words import Word

RESERVED = frozenset({*keyword.kwlist, "on", "true", "false", "none"})
"""Words that can name nothing: they mean something in a line or in an expression."""

_NUMBER = re.compile(
    r"([+-]?)(?:0[xX]([0-9a-fA-F][0-9a-fA-F_]*)|([0-9][0-9_]*))([kKmMgG]?)"
)
_LONGEST = 40
"""Longer numbers are not read, longer words not echoed in full [characters]."""
_SUFFIX = {"": 0, "k": 10, "m": 20, "g": 30}
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,31}")
_HEX = re.compile(r"0[xX]((?:[0-9a-fA-F]{2})+)")


@runtime_checkable
class Kind(Protocol):
    """What a word may stand for. `lab` is whatever the registry was handed."""

    @property
    def name(self) -> str:
        """What usage calls such a word, in upper case: `INT`."""

    @property
    def note(self) -> str:
        """What can be written, in half a line, for help and completion."""

    @property
    def raw(self) -> bool:
        """Whether it takes the rest of the line as it is written, quotes included."""

    def parse(self, word: Word, lab: Any) -> object:
        """What `word` stands for, or CommandError at the word."""

    def complete(self, prefix: str, lab: Any) -> Iterable[tuple[str, str]]:
        """Words that begin with `prefix`, each with half a line about it."""


class Completion(NamedTuple):
    """A text that may replace the line from `start` up to the cursor."""

    text: str
    start: int
    meta: str
    kind: str
    """command, flag, choice, word (`as`), key (`nr=`) or value."""


@runtime_checkable
class Continued(Kind, Protocol):
    """A raw Kind that knows what could stand at the end of what was typed so far."""

    def continuations(self, word: Word, lab: Any) -> list[Completion]:
        """What may replace the end of `word`, the rest of the line up to the cursor."""


def matching(
    current: Word, found: Iterable[tuple[str, str]], kind: str
) -> list[Completion]:
    """Those of the texts found that `current` may become."""
    return [
        Completion(text, current.start, meta, kind)
        for text, meta in found
        if text.startswith(current.text)
    ]


def no_completions(kind: object, prefix: str, lab: object) -> Iterable[tuple[str, str]]:
    """The completions of a Kind whose words are the learner's to choose: none."""
    return ()


@dataclass(frozen=True, slots=True)
class IntRange:
    """A whole number from `lo` to `hi`: 4096, 0x1000, 1_000 or 4K (K, M, G: 1024 each)."""

    lo: int
    hi: int
    name: str = "INT"
    raw: bool = False

    @property
    def note(self) -> str:
        """The forms a number may take, and the bounds."""
        return f"{self.lo} to {self.hi}; 4096, 0x1000 and 4K are the same number"

    def parse(self, word: Word, lab: object) -> int:
        """The number that `word` writes."""
        number = _number(word.text)
        if number is None:
            raise _bad(word, "is not a number", "number", hint="write 4096, 0x1000 or 4K")
        if not self.lo <= number <= self.hi:
            raise _bad(word, f"is not in the range {self.lo} to {self.hi}", "number")
        return number

    complete = no_completions


@dataclass(frozen=True, slots=True)
class NewName:
    """A name that a command gives to what it makes."""

    name: str = "NAME"
    note: str = "a new name: letters, digits and _, at most 32"
    raw: bool = False
    check: Callable[[Word, Any], None] | None = None
    """Refuses, by CommandError, a name that cannot be had in the lab."""

    def parse(self, word: Word, lab: object) -> str:
        """The name, which is well formed and not a word of the language."""
        if word.text in RESERVED:
            what = "is a word of the language and cannot be a name"
            raise _bad(word, what, "name", hint=f"try `{word.text}1`")
        if not _NAME.fullmatch(word.text):
            hint = "a letter first, then letters, digits and _; at most 32 in all"
            raise _bad(word, "cannot be a name", "name", hint=hint)
        if self.check is not None:
            self.check(word, lab)
        return word.text

    complete = no_completions


class OneOf:
    """One of a few fixed words; `about` says what each means where that needs words."""

    __slots__ = ("about", "choices", "name", "note", "raw")

    def __init__(
        self, *choices: str, about: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        self.choices = choices
        self.about = about
        self.name = "|".join(choices)
        self.note = f"one of {', '.join(choices)}"
        self.raw = False

    def parse(self, word: Word, lab: object) -> str:
        """The choice that `word` is."""
        if word.text in self.choices:
            return word.text
        meant = did_you_mean(word.text, self.choices)
        raise _bad(word, f"is not {self.note}{meant}", "choice")

    def complete(self, prefix: str, lab: object) -> Iterable[tuple[str, str]]:
        """The choices that begin with `prefix`."""
        fitting = (choice for choice in self.choices if choice.startswith(prefix))
        return ((choice, self.about.get(choice, "")) for choice in fitting)


@dataclass(frozen=True, slots=True)
class Text:
    """Bytes: text, in quotes if it has spaces, or 0x and pairs of hexadecimal digits."""

    name: str = "TEXT"
    note: str = '"text" or bytes in hexadecimal, 0x00ff'
    raw: bool = False

    def parse(self, word: Word, lab: object) -> bytes:
        """The bytes; only a bare word is read as hexadecimal."""
        if word.quoted or not word.text.lower().startswith("0x"):
            return word.text.encode("utf-8", "surrogatepass")
        found = _HEX.fullmatch(word.text)
        if found is None:
            hint = "two digits a byte, 0x00ff; in quotes it is text"
            raise _bad(word, "is not bytes in hexadecimal", "bytes", hint=hint)
        return bytes.fromhex(found[1])

    complete = no_completions


@dataclass(frozen=True, slots=True)
class Raw:
    """The rest of the line as it is written, with its columns."""

    name: str = "TEXT"
    note: str = "the rest of the line"
    raw: bool = True

    def parse(self, word: Word, lab: object) -> Word:
        """The rest of the line as one word."""
        return word

    complete = no_completions


def _number(text: str) -> int | None:
    """The number that `text` writes, or None."""
    found = _NUMBER.fullmatch(text) if len(text) <= _LONGEST else None
    if found is None:
        return None

    sign, hexadecimal, decimal, suffix = found.groups()
    digits = (hexadecimal or decimal).replace("_", "")
    number = int(digits, 16 if hexadecimal else 10) << _SUFFIX[suffix.lower()]
    return -number if sign == "-" else number


def _bad(word: Word, what: str, code: str, *, hint: str = "") -> CommandError:
    shown = printable(word.text[:_LONGEST])
    return CommandError(f"`{shown}` {what}", word.span, code=f"bad-{code}", hint=hint)


INT = IntRange(-(2**63), 2**64 - 1)
NEW_NAME = NewName()
TEXT = Text()
RAW = Raw()
