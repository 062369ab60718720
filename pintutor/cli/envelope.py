"""What a sub-command answers with: its exit code, its text, and its JSON envelope."""

from __future__ import annotations

import json
import re
import sys
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from shutil import get_terminal_size
from typing import TextIO

from pintutor.view.ascii import ascii_text, wanted

FINE = 0
FAILED = 1
"""A check failed, an answer is wrong, or a violation was found."""
USAGE = 2
INVALID = 3
"""A content file is invalid."""
UNKNOWN = 4
"""No lesson, scenario, patch or kernel is called so."""
MISFIT = 5
"""A schedule is of something else than what is here."""
INCOMPLETE = 6
"""A budget ran out: what was not seen may still happen."""
INTERNAL = 70

VERSION = 1
"""Version of the envelope's form."""


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer of a sub-command that reports."""

    data: object
    """What `--json` prints; nothing but dicts, lists and scalars."""
    lines: Sequence[str]
    """What is printed without `--json`."""
    status: int = FINE
    """Exit code."""


class Problem(Exception):
    """Why a sub-command could not do its work, for people and as data."""

    def __init__(
        self, message: str, *, code: str, status: int, hint: str = "", where: str = ""
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        """Stable word for programs, such as `no-such-lesson`."""
        self.status = status
        """Exit code."""
        self.hint = hint
        """What to try."""
        self.where = where
        """File and line, or the word at fault."""


def fitted(line: str, stream: TextIO) -> str:
    """A line for a terminal, broken between words; elsewhere it stays one line.

    What is carried over stands below the last of its columns.
    """
    if not stream.isatty():
        return line
    width = get_terminal_size((80, 24)).columns
    return "\n".join(_broken(part, width) for part in line.split("\n"))


def _broken(line: str, width: int) -> str:
    if len(line) <= width:
        return line
    starts = [found.end() for found in re.finditer(r"(?:^|\S)\s{2,}", line)]
    indent = max((start for start in starts if start <= width // 2), default=2)
    below = " " * indent
    parts = textwrap.wrap(
        line,
        width,
        subsequent_indent=below,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return "\n".join(parts)


def give(what: str, reply: Reply, *, as_json: bool) -> int:
    """Print a reply on stdout; returns its exit code."""
    if as_json:
        _envelope(what, {"ok": reply.status == FINE, "data": reply.data})
    else:
        for line in reply.lines:
            told = fitted(line, sys.stdout)
            print(ascii_text(told) if wanted(sys.stdout) else told)
    return reply.status


def refuse(what: str, problem: Problem, *, as_json: bool) -> int:
    """Say why nothing was done: in the envelope or on stderr; returns the exit code."""
    if as_json:
        error = {
            "code": problem.code,
            "message": problem.message,
            "hint": problem.hint,
            "where": problem.where,
        }
        _envelope(what, {"ok": False, "error": error})
        return problem.status
    place = f"{problem.where}: " if problem.where else ""
    print(fitted(f"pintutor: {place}{problem.message}", sys.stderr), file=sys.stderr)
    if problem.hint:
        print(fitted(f"  {problem.hint}", sys.stderr), file=sys.stderr)
    return problem.status


def _envelope(what: str, fields: dict[str, object]) -> None:
    whole = {"schema": f"pintutor/{what}", "v": VERSION, **fields}
    print(json.dumps(whole, ensure_ascii=False, indent=2))
