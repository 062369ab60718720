"""Lines of the command language in a file, each with its number and its kernels."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pintutor.lab.commands  # noqa: F401  (declares the commands)
from pintutor.content.errors import ContentError, raise_first
from pintutor.lab import releases
from pintutor.lab.errors import CommandError
from pintutor.lab.registry import REGISTRY
from pintutor.lab.words import Word, split, split_prefixes
from pintutor.patches import series


@dataclass(frozen=True, slots=True)
class ScriptLine:
    """One command of a file."""

    number: int
    """Line of the file, from 1."""
    text: str
    """What runs: the line with its `on KERNEL…:` blanked, so that columns stay."""
    kernels: tuple[Word, ...] = ()
    """The kernels that it is meant for; none for all."""

    def meant_for(self, kernel: str) -> bool:
        """True when the line is to run on that kernel.

        A kernel by name means exactly the one that the script started on; `<v6.5` and
        the like compare releases.
        """
        return not self.kernels or any(
            releases.matches(word, *releases.find(kernel)) for word in self.kernels
        )


def read_line(path: Path, number: int, text: str) -> ScriptLine | None:
    """The command in a line of a file, or None when there is none.

    Errors: ContentError when the line cannot be cut into words, names no command, or
    names a kernel that does not exist.
    """
    try:
        parts = split_prefixes(split(text))
        if not parts.words:
            return None
        for word in parts.kernels:
            releases.matches(word, series.DEFAULT, ())
        REGISTRY.find(parts.words[0])
    except CommandError as error:
        raise at_line(path, number, error, rule="PT010") from None
    if not parts.kernels:
        return ScriptLine(number, text.rstrip())
    start = (parts.task or parts.words[0]).start
    return ScriptLine(number, " " * start + text.rstrip()[start:], parts.kernels)


def read_lines(path: Path, lines: Iterable[tuple[int, str]]) -> tuple[ScriptLine, ...]:
    """The commands among numbered lines (ContentError, with every line at fault)."""
    found: list[ScriptLine | None] = []
    errors: list[ContentError] = []
    for number, text in lines:
        try:
            found.append(read_line(path, number, text))
        except ContentError as error:
            errors.append(error)
    raise_first(errors)
    return tuple(line for line in found if line is not None)


def at_line(path: Path, number: int, error: CommandError, *, rule: str) -> ContentError:
    """A mistake in a command as a mistake in a file."""
    return ContentError(path, number, error.message, hint=error.hint, rule=rule)
