"""ContentError: what an author is told when a lesson or a scenario cannot be used."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


class ContentError(Exception):
    """A content file that cannot be used: what is wrong, in which line, what to try."""

    def __init__(
        self, path: Path, line: int, message: str, *, hint: str = "", rule: str = "PT001"
    ) -> None:
        super().__init__(f"{shown(path)}:{line}: {message}")
        self.path = path
        self.line = line
        self.message = message
        self.hint = hint
        self.rule = rule
        """Rule of `pintutor check` that it breaks."""
        self.others: tuple[ContentError, ...] = ()
        """What else is wrong with the file."""

    def all(self) -> tuple[ContentError, ...]:
        """This error, and what else is wrong with the file."""
        return (self, *(each for other in self.others for each in other.all()))


def raise_first(errors: Sequence[ContentError]) -> None:
    """Raise the first of several errors, which has the others; nothing for none."""
    if errors:
        first, *others = errors
        first.others = (*first.others, *others)
        raise first


class NoSuchContent(Exception):
    """No lesson or scenario is called so: what is wrong, and what there is."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def shown(path: Path) -> str:
    """A path as it is shown: from the working directory if it lies below it."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


LONGEST = 1 << 20
"""Longer content files are not read [bytes]."""


def read_text(path: Path) -> str:
    """The text of a content file, or ContentError."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ContentError(path, 1, f"cannot be read: {error.strerror}") from None
    if len(data) > LONGEST:
        raise ContentError(path, 1, f"has {len(data)} bytes; at most {LONGEST} are read")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        hint = "save it as UTF-8"
        raise ContentError(path, line, "is not UTF-8 text", hint=hint) from None
