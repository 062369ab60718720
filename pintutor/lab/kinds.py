"""What a word of a command may stand for, and the parameters a function declares.

A Kind reads one word and completes it. The kinds here know nothing of the model; those
that look names up in a lab are declared beside what they look up. `parameters_of` reads
the signature of a command function; commands are declared in `command.py`.
"""

from __future__ import annotations

import inspect
import keyword
import re
import types
import typing
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol, runtime_checkable

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
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,31}")
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
    note: str = "a new name: letters, digits, _ and -, at most 32"
    raw: bool = False

    def parse(self, word: Word, lab: object) -> str:
        """The name, which is well formed and not a word of the language."""
        if word.text in RESERVED:
            what = "is a word of the language and cannot be a name"
            raise _bad(word, what, "name", hint=f"try `{word.text}1`")
        if not _NAME.fullmatch(word.text):
            hint = "a letter first, then letters, digits, _ and -; at most 32 in all"
            raise _bad(word, "cannot be a name", "name", hint=hint)
        return word.text

    complete = no_completions


class OneOf:
    """One of a few fixed words."""

    __slots__ = ("choices", "name", "note", "raw")

    def __init__(self, *choices: str) -> None:
        self.choices = choices
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
        return ((choice, "") for choice in self.choices if choice.startswith(prefix))


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


class Shape(Enum):
    """How an argument is written."""

    PLACE = "a word in its place"
    REST = "all the words that remain"
    RAW = "the rest of the line"
    FLAG = "a bare word, there or not"
    CHOICE = "one of a few bare words"
    WORD = "a bare word and the word after it"
    KEY = "a key, an equals sign and a value"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a command: its name in Python, in a line, and what it takes."""

    name: str
    word: str
    shape: Shape
    kind: Kind | None
    """None for a flag only."""
    required: bool
    note: str

    @property
    def options(self) -> tuple[str, ...]:
        """What, unquoted, means this parameter wherever it stands: bare words or `nr=`."""
        if self.shape is Shape.KEY:
            return (f"{self.word}=",)
        if isinstance(self.kind, OneOf) and self.shape is Shape.CHOICE:
            return self.kind.choices
        return (self.word,) if self.shape in (Shape.FLAG, Shape.WORD) else ()

    @property
    def takes(self) -> str:
        """What its kind is called, `INT`; nothing for a flag."""
        return self.kind.name if self.kind else ""

    @property
    def usage(self) -> str:
        """The parameter as usage shows it: `WHERE`, `[write]`, `[nr=INT]`, `[as NAME]`."""
        shown = {
            Shape.PLACE: self.takes if isinstance(self.kind, OneOf) else self.word.upper(),
            Shape.REST: f"{self.word.upper()}…",
            Shape.RAW: self.word.upper(),
            Shape.FLAG: self.word,
            Shape.CHOICE: self.takes,
            Shape.WORD: f"{self.word} {self.takes}",
            Shape.KEY: f"{self.word}={self.takes}",
        }[self.shape]
        return shown if self.required else f"[{shown}]"


def typed(name: str) -> str:
    """A Python name as it is typed in a line: `make_dirty` is `make-dirty`."""
    return name.rstrip("_").replace("_", "-")


def parameters_of(function: Callable[..., object]) -> tuple[Parameter, ...]:
    """The parameters of a command function after its first, which is the lab.

    TypeError, for the author, when an annotation says nothing about a line.
    """
    declared = list(inspect.signature(function).parameters.values())[1:]
    # Only these are resolved: the lab and the result may be imported for type checkers
    # alone, since the modules that define them import the commands.
    wanted = {one.name: one.annotation for one in declared}
    hints = typing.get_type_hints(
        types.SimpleNamespace(__annotations__=wanted),
        globalns=getattr(function, "__globals__", {}),
        include_extras=True,
    )
    return tuple(_parameter(one, hints[one.name]) for one in declared)


def _parameter(declared: inspect.Parameter, hint: object) -> Parameter:
    extras = getattr(hint, "__metadata__", ())
    kind = next((extra for extra in extras if isinstance(extra, Kind)), None)
    note = next((extra for extra in extras if isinstance(extra, str)), "")
    shape = _shape(declared, getattr(hint, "__origin__", hint), kind)
    required = shape is not Shape.REST and declared.default is declared.empty
    note = note or (kind.note if kind else "")
    return Parameter(declared.name, typed(declared.name), shape, kind, required, note)


def _shape(declared: inspect.Parameter, hint: object, kind: Kind | None) -> Shape:
    keyword_only = declared.kind is declared.KEYWORD_ONLY
    if keyword_only and hint is bool and kind is None:
        if declared.default is not False:
            raise TypeError(f"the flag `{declared.name}` must have the default False")
        return Shape.FLAG
    if kind is None:
        raise TypeError(f"`{declared.name}` must be Annotated[type, a Kind]")
    if keyword_only:
        return _keyword_shape(declared, kind)
    if declared.kind is declared.VAR_POSITIONAL:
        return Shape.REST
    if declared.kind is declared.VAR_KEYWORD:
        raise TypeError(f"`**{declared.name}` cannot be written in a line")
    return Shape.RAW if kind.raw else Shape.PLACE


def _keyword_shape(declared: inspect.Parameter, kind: Kind) -> Shape:
    if kind.raw:
        raise TypeError(f"`{declared.name}` takes the rest of the line: make it positional")
    if isinstance(kind, OneOf):
        return Shape.CHOICE
    return Shape.WORD if declared.name.endswith("_") else Shape.KEY
