"""What a sub-command answers with: its exit code, its text, and its JSON envelope."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass

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


def give(what: str, reply: Reply, *, as_json: bool) -> int:
    """Print a reply on stdout; returns its exit code."""
    if as_json:
        _envelope(what, {"ok": reply.status == FINE, "data": reply.data})
    else:
        for line in reply.lines:
            print(ascii_text(line) if wanted(sys.stdout) else line)
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
    print(f"pintutor: {place}{problem.message}", file=sys.stderr)
    if problem.hint:
        print(f"  {problem.hint}", file=sys.stderr)
    return problem.status


def _envelope(what: str, fields: dict[str, object]) -> None:
    whole = {"schema": f"pintutor/{what}", "v": VERSION, **fields}
    print(json.dumps(whole, ensure_ascii=False, indent=2))
