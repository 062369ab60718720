"""Raw kinds that complete what they take: expressions, and commands within commands."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from pintutor.lab.attributes import NoSuchAttribute
from pintutor.lab.errors import CommandError, Span, printable
from pintutor.lab.expressions import MAX_TEXT, Expression
from pintutor.lab.kinds import Completion, matching, no_completions
from pintutor.lab.registry import REGISTRY
from pintutor.lab.scope import LabScope, Spot, Stretch
from pintutor.lab.things import Thing
from pintutor.lab.words import Word
from pintutor.linux.include.linux.mm_types import TaskStruct

_PATH = re.compile(r"[A-Za-z_]\w*(?:\.\w*|\[-?\w*\]?)*$")
_STRING = re.compile(r"""(?P<quote>['"])(?:\\.|(?!(?P=quote)).)*(?P=quote)""")
_LAST = re.compile(r"(\w+|\S)\s*$")
_BETWEEN = frozenset({"and", "or", "not", "in", "is"})
"""Words that a value may follow."""

_MOST_ITEMS = 16
"""Items of a range or an array that are offered."""
_LONGEST_NOTE = 60
"""Longest value that is shown beside a completion [characters]."""

_AUDIT = Thing("audit")
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
        if len(word.text) > MAX_TEXT:
            return []
        text = _STRING.sub(lambda found: "0" * len(found[0]), word.text)
        found = _PATH.search(text)
        path = found.group() if found else ""
        if not _value_may_follow(text.removesuffix(path)):
            return []
        at = Word(path, word.stop - len(path), word.stop)
        return matching(at, _paths(path, LabScope(lab)), "name")


@dataclass(frozen=True, slots=True)
class UntilKind:
    """`until` and an expression, as the rest of the line."""

    name: str = "until EXPRESSION"
    note: str = "until, and an expression such as zero._refcount == 1"
    raw: bool = True
    complete = no_completions

    def parse(self, word: Word, lab: object) -> Word:
        """The expression with its column (CommandError without `until` before it)."""
        first, _, rest = word.text.partition(" ")
        if first == "until" and rest.strip():
            return word.after(len("until "))
        stop = word.start + len(first)
        raise CommandError(
            f"`{printable(first[:40])}` is not expected here",
            Span(word.start, stop),
            code="unexpected-word",
            hint="`until`, and an expression behind it",
        )

    def continuations(self, word: Word, lab: Any) -> list[Completion]:
        """`until` itself, then what its expression may become."""
        first, blank, rest = word.text.partition(" ")
        if not blank:
            return matching(word, [("until ", "to where an expression holds")], "word")
        at = Word(rest, word.start + len(first) + 1, word.stop)
        return EXPRESSION.continuations(at, lab)


def _value_may_follow(text: str) -> bool:
    """Whether a name may begin after `text`: not in a string, nor after another value."""
    if "'" in text or '"' in text:
        return False
    last = _LAST.search(text)
    return last is None or last[1] in _BETWEEN or last[1] in "=<>+-*/%&|^~("


def _paths(path: str, scope: LabScope) -> Iterator[tuple[str, str]]:
    """Paths that go on from what stands before the last dot or bracket, and notes."""
    base, dot = path, max(path.rfind("."), path.rfind("["))
    if dot >= 0:
        base = path[:dot]
    else:
        named = scope.lab.names.all().items()
        yield from ((name, note) for name, note in named if name.isidentifier())
    try:
        value = Expression.parse(base, 0).evaluate(scope)
    except CommandError:
        return
    if path.startswith(".", len(base)):
        for name in _attributes(value, scope):
            # An audit walks all memory, too long for half a line at every key.
            note = None if value == _AUDIT else _note(scope.attribute, value, name)
            yield f"{base}.{name}", note or ""
        return
    for index in range(_MOST_ITEMS):
        note = _note(scope.item, value, index)
        if note is None:
            return
        yield f"{base}[{index}]", note or f"page {index}"


def _note(ask: Callable[..., object], *about: object) -> str | None:
    """What a scope answers, if it is a plain value; None for what is not there."""
    try:
        value = ask(*about)
    except LookupError:
        return None
    plain = isinstance(value, (int, str))
    return printable(str(value))[:_LONGEST_NOTE] if plain else ""


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
UNTIL = UntilKind()
FAILING = CommandKind(
    "ERROR: COMMAND",
    "an error or a signal, a colon, and the command that must end so",
    ("EFAULT", "EINVAL", "ENOMEM", "EBUSY", "SIGSEGV", "SIGBUS"),
)
WARNING = CommandKind("TEXT: COMMAND", "a part of the warning, a colon, and a command")
