"""Raw kinds that complete what they take: expressions, and commands within commands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pintutor.lab.attributes import NoSuchAttribute
from pintutor.lab.errors import CommandError
from pintutor.lab.expressions import Expression
from pintutor.lab.kinds import Completion, matching, no_completions
from pintutor.lab.registry import REGISTRY
from pintutor.lab.scope import LabScope, Spot, Stretch
from pintutor.lab.words import Word
from pintutor.linux.include.linux.mm_types import TaskStruct

_PATH = re.compile(r"[A-Za-z_][\w.\[\]-]*$")
_SPOT = ("pte", "mapped", "address")
_RANGE = ("start", "end", "pages")


@dataclass(frozen=True, slots=True)
class ExpressionKind:
    """The rest of the line as an expression: `zero._refcount == 1 + 1024`."""

    name: str = "EXPRESSION"
    note: str = "such as zero._refcount == 1 or buf[0].pte.special and audit.clean"
    raw: bool = True
    complete = no_completions

    def parse(self, word: Word, lab: object) -> Word:
        """The text with its column; the command reads it."""
        return word

    def continuations(self, word: Word, lab: Any) -> list[Completion]:
        """What the name or the path at the cursor may become."""
        found = _PATH.search(word.text)
        path = found.group() if found else ""
        if word.text[: len(word.text) - len(path)][-1:] in (".", "]", ")"):
            return []
        at = Word(path, word.stop - len(path), word.stop)
        return matching(at, _paths(path, lab), "name")


def _paths(path: str, lab: Any) -> Iterator[tuple[str, str]]:
    """Paths that go on from what stands before the last dot, with half a line each."""
    base, dot, _ = path.rpartition(".")
    if not dot:
        yield from lab.names.all().items()
        return
    scope = LabScope(lab)
    try:
        value = Expression.parse(base, 0).evaluate(scope)
    except CommandError:
        return
    for name in _attributes(value, scope):
        yield f"{base}.{name}", ""


def _attributes(value: object, scope: LabScope) -> Iterator[str]:
    """The names that a value answers to."""
    if isinstance(value, (Spot, Stretch)):
        yield from _SPOT
    if isinstance(value, Stretch):
        yield from _RANGE
    if isinstance(value, TaskStruct):
        yield from scope.lab.names.ranges()
    try:
        scope.attribute(value, "")
    except NoSuchAttribute as known:
        yield from known.known
    except LookupError:
        return


@dataclass(frozen=True, slots=True)
class CommandKind:
    """A word, a colon and a command: `EFAULT: pin 0x1000`."""

    name: str
    note: str
    first: tuple[str, ...] = ()
    """What the word before the colon may be, as far as that is known."""
    raw: bool = True
    complete = no_completions

    def parse(self, word: Word, lab: object) -> Word:
        """The text with its column; the command reads it."""
        return word

    def continuations(self, word: Word, lab: Any) -> list[Completion]:
        """What the word may be, then what the command after the colon may become."""
        head, colon, rest = word.text.partition(":")
        if not colon:
            return matching(word, [(f"{one}:", "") for one in self.first], "name")
        # The command keeps its columns: blanks stand for what is before it.
        blank = " " * (word.start + len(head) + 1)
        return REGISTRY.complete(lab, blank + rest, len(blank + rest))


EXPRESSION = ExpressionKind()
FAILING = CommandKind(
    "ERROR: COMMAND",
    "an error or a signal, a colon, and the command that must end so",
    ("EFAULT", "EINVAL", "ENOMEM", "EBUSY", "SIGSEGV", "SIGBUS"),
)
WARNING = CommandKind("TEXT: COMMAND", "a part of the warning, a colon, and a command")
