"""What the signature of a function declares: a command, and how each argument is written.

After the lab, positional parameters are words in their order, `*words` are all that
remain, and a raw Kind takes the rest of the line. Keyword-only ones stand anywhere: a
bool is a bare word, OneOf any of its choices, `as_` is `as NAME`, others are `key=value`.
A quoted word is never a flag or a key. A string in Annotated is that parameter's note.
"""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from pintutor.lab.kinds import Kind, OneOf


class Shape(Enum):
    """How an argument is written."""

    PLACE = "a word in its place"
    REST = "all the words that remain"
    RAW = "the rest of the line"
    FLAG = "a bare word, there or not"
    CHOICE = "one of a few bare words"
    WORD = "a bare word and the word after it"
    KEY = "a key, an equals sign and a value"


PLACES = (Shape.PLACE, Shape.REST, Shape.RAW)
"""How positional parameters are written."""


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
        """What, unquoted, means this parameter wherever it stands: bare words or `nr=`.

        A choice may have its key before it, `path=slow`, which none needs.
        """
        key = f"{self.word}="
        if self.shape is Shape.KEY:
            return (key,)
        if isinstance(self.kind, OneOf) and self.shape is Shape.CHOICE:
            return (*self.kind.choices, key)
        return (self.word,) if self.shape in (Shape.FLAG, Shape.WORD) else ()

    def offers(self, option: str) -> bool:
        """Whether completion shows an option: all but the key that a choice can lack."""
        return self.shape is not Shape.CHOICE or not option.endswith("=")

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


@dataclass(frozen=True, slots=True)
class Command:
    """One command as it was declared."""

    name: str
    topic: str
    function: Callable[..., object]
    parameters: tuple[Parameter, ...]
    kernel: str
    """Where the kernel does this: `mm/gup.c: pin_user_pages_fast()`."""
    examples: tuple[str, ...]
    see: tuple[str, ...]
    aliases: tuple[str, ...]
    mutates: bool
    """Whether it changes the machine, rather than looks at it or moves in time."""
    summary: str
    """What it does, in one line."""
    body: str
    """The rest of its help."""
    long: bool = False
    """Whether it may take long, so that it can run beside the learner's work."""

    @property
    def usage(self) -> str:
        """The command in one line: `pin WHERE [write] [fast|slow] [nr=INT] [as NAME]`."""
        return " ".join([self.name, *(one.usage for one in self.parameters)])


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
