"""What may end any line: `--json`, to have its result as data, and `&`."""

from __future__ import annotations

from typing import NamedTuple

from pintutor.lab.command import Registry
from pintutor.lab.declaration import Command
from pintutor.lab.errors import CommandError
from pintutor.lab.words import Word, split

JSON = "--json"
BESIDE = "&"
"""Has a line carried out beside the learner's work."""


class Ended(NamedTuple):
    """A line without its endings."""

    line: str
    words: tuple[Word, ...]
    as_json: bool
    beside: Word | None
    """The `&`, if there is one."""


def without_endings(line: str) -> Ended:
    """The line and its words up to its endings, and which it has (CommandError)."""
    words = split(line)
    as_json = False
    beside: Word | None = None
    while words and not words[-1].quoted and words[-1].text in (JSON, BESIDE):
        *_, last = words
        as_json = as_json or last.text == JSON
        beside = last if last.text == BESIDE else beside
        line, words = line[: last.start].rstrip(), words[:-1]
    return Ended(line, words, as_json, beside)


def refuse_beside(beside: Word | None, command: Command, registry: Registry) -> None:
    """Refuse the `&` behind a command that takes no time, or changes the machine."""
    if beside is None or command.long:
        return
    names = ", ".join(f"`{one.name}`" for one in registry.commands.values() if one.long)
    raise CommandError(
        f"`{command.name}` cannot run beside your work",
        beside.span,
        code="unexpected-word",
        hint=f"these can: {names}",
    )
