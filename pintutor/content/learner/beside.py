"""What is kept of a history besides its present line: branches and marks.

Commands are counted through: those of the present line from 0, done or not, then those of
each branch. So a branch or a mark says by a number which command it follows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

START = -1
"""The number of what comes before all commands."""


@dataclass(frozen=True, slots=True)
class Branch:
    """A future that was left."""

    after: int
    """The command that it grows from."""
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Beside:
    """The branches of a history, and what is marked in it."""

    branches: tuple[Branch, ...] = ()
    names: tuple[tuple[int, str], ...] = ()
    """The first command of each branch with its name, those returned to as well."""
    marks: tuple[tuple[str, int, int], ...] = ()
    """Names of steps, with the command and the step in it, from 1."""


NOTHING = Beside()
"""One line of history, nothing marked."""


def from_json(found: Any) -> Beside:
    """What data says (KeyError, TypeError, ValueError)."""
    return Beside(
        tuple(
            Branch(int(each["after"]), tuple(map(str, each["lines"])))
            for each in found["branches"]
        ),
        tuple((int(number), str(name)) for number, name in found["names"]),
        tuple((str(name), int(at), int(local)) for name, at, local in found["marks"]),
    )
