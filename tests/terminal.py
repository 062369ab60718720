"""A terminal for tests: a program on a pseudo-terminal, its screen kept by pyte.

with Terminal(["pintutor", "repl"], rows=24, columns=80) as terminal:
    terminal.wait_for("▸")
    terminal.send("mmap buf 2\\r")
    assert "buf" in terminal.text()
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

import pyte

from pintutor.bench.terminal import Child

# What pyte would print or choke on: private CSI other than modes, and strings.
UNKNOWN = re.compile(
    rb"\x1b\[[<=>][0-9;:]*[ -/]*[@-~]"
    rb"|\x1b\[\?[0-9;]*(?:\$p|u|n)"
    rb"|\x1b\[[0-9;]*[ $][@-~]"
    rb"|\x1b[P_^X].*?\x1b\\"
    rb"|\x1b\].*?(?:\x07|\x1b\\)",
    re.DOTALL,
)
BEGUN = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*|[P_^X\]][^\x07\x1b]*\x1b?)?\Z")
"""A sequence that the next output will end."""

PATIENCE = 20.0
"""How long a test waits for something that should come [s]."""


class Cell(NamedTuple):
    """One cell of the screen."""

    char: str
    foreground: str
    background: str
    bold: bool
    reverse: bool


def script(name: str) -> str:
    """The path of a command installed beside the interpreter that runs the tests."""
    found = shutil.which(name, path=str(Path(sys.executable).parent))
    assert found is not None, f"{name} is not installed beside {sys.executable}"
    return found


def environment(home: Path, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """A learner's environment with a home of its own; an empty value unsets a name."""
    dropped = ["NO_COLOR", "FORCE_COLOR", "PINTUTOR_ASCII", "PINTUTOR_DEBUG"]
    dropped += ["LINES", "COLUMNS"]  # what the terminal says counts
    env = {name: value for name, value in os.environ.items() if name not in dropped}
    env |= {"HOME": str(home), "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    for name in ("STATE", "CONFIG", "DATA", "CACHE"):
        env[f"XDG_{name}_HOME"] = str(home / name.lower())
    env |= extra or {}
    return {name: value for name, value in env.items() if value}


class Terminal:
    """A running program and what its terminal shows."""

    def __init__(
        self,
        argv: Sequence[str],
        *,
        rows: int = 24,
        columns: int = 80,
        env: Mapping[str, str] | None = None,
    ) -> None:
        self._home = tempfile.TemporaryDirectory(prefix="pintutor-test-")
        self.home = Path(self._home.name)
        """HOME of the program; the XDG directories lie below it."""
        self.raw = b""
        """Everything that was printed, as it came."""
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self._begun = b""
        whole = environment(self.home, env)
        self.child = Child(argv, rows=rows, columns=columns, env=whole)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def send(self, text: str) -> None:
        """Type `text`; Enter is \\r, Escape is \\x1b."""
        self.child.write(text.encode())

    def wait_for(self, pattern: str, *, timeout: float = PATIENCE) -> re.Match[str]:
        """Wait until the screen matches; AssertionError with the screen if it does not."""
        limit = time.monotonic() + timeout
        while True:
            found = re.search(pattern, self.text(), re.MULTILINE)
            if found is not None:
                return found
            left = limit - time.monotonic()
            assert left > 0, f"{pattern!r} did not come in {timeout} s:\n{self.text()}"
            assert self._take(left), f"the program ended:\n{self.text()}"

    def settle(self, *, quiet: float = 0.2, timeout: float = PATIENCE) -> None:
        """Take in output until none came for `quiet` [s], or the program ended."""
        limit = time.monotonic() + timeout
        while time.monotonic() < limit:
            before = len(self.raw)
            if not self._take(quiet) or len(self.raw) == before:
                return

    def wait_end(self, *, timeout: float = PATIENCE) -> int:
        """Take in output until the program ends; its exit code."""
        limit = time.monotonic() + timeout
        while self._take(0.1):
            assert time.monotonic() < limit, f"still running:\n{self.text()}"
        status = self.child.wait(timeout)
        assert status is not None, "it closed its terminal and still runs"
        return status

    def _take(self, timeout: float) -> bool:
        """Feed the next output to the screen; False when the program has ended."""
        data = self.child.read(timeout)
        if data is None:
            return False
        self.raw += data
        known = UNKNOWN.sub(b"", self._begun + data)
        begun = BEGUN.search(known)
        self._begun = known[begun.start() :] if begun else b""
        self._stream.feed(known[: len(known) - len(self._begun)])
        cursor = self.screen.cursor
        self.child.answer(data, row=cursor.y + 1, column=cursor.x + 1)
        return True

    def lines(self) -> list[str]:
        """The screen, line by line, without blanks at the ends."""
        return [line.rstrip() for line in self.screen.display]

    def text(self) -> str:
        """The screen as one text."""
        return "\n".join(self.lines())

    def cell(self, row: int, column: int) -> Cell:
        """One cell, counted from 0; colours by name, or as six hexadecimal digits."""
        found = self.screen.buffer[row][column]
        return Cell(found.data, found.fg, found.bg, found.bold, found.reverse)

    def resize(self, rows: int, columns: int) -> None:
        """Give the terminal another size."""
        self.screen.resize(rows, columns)
        self.child.resize(rows, columns)

    def close(self) -> None:
        """End the program and remove its home."""
        self.child.close()
        self._home.cleanup()
