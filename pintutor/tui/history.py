"""The history of the command line: one file, the same as the prompt's.

Each line stands behind a `+` in an entry that begins with a comment, as prompt_toolkit
writes it, so that what was typed in one front end can be recalled in the other.
"""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

from pintutor import directories
from pintutor.lab.words import MAX_LINE

LAST = 1000
"""Lines read."""


def path() -> Path:
    """Where the history lies."""
    return Path(directories.state()) / "history"


class History:
    """Lines typed, oldest first, with a place in them to recall from."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.lines = _read(file)
        self._at = len(self.lines)

    def add(self, line: str) -> None:
        """Keep a line; one that cannot be written is kept for this sitting only."""
        if line.strip() and len(line) <= MAX_LINE and self.lines[-1:] != [line]:
            self.lines.append(line)
            self._write(line)
        self._at = len(self.lines)

    def recall(self, count: int, typed: str) -> str:
        """The line `count` further; what was typed when there is none."""
        self._at = max(0, min(self._at + count, len(self.lines)))
        return self.lines[self._at] if self._at < len(self.lines) else typed

    def _write(self, line: str) -> None:
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            number = os.open(self.file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            with os.fdopen(number, "a", encoding="utf-8", errors="replace") as stream:
                stream.write(f"\n# {datetime.now()}\n+{line}\n")
        except OSError:
            pass


def _read(file: Path) -> list[str]:
    try:
        text = file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return [line[1:] for line in text.splitlines() if line.startswith("+")][-LAST:]
