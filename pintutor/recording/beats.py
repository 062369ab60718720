"""Beats: what a play shows, one after the other, and what to tell who presents it.

A beat is a line that is typed with what it told, a piece of prose, or one step of the
model. Every form of a recording is made from them, so all forms say the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from pintutor.view.rows import Row, row
from pintutor.view.wrap import safe, wrap


class Where(NamedTuple):
    """Where the machine stands at the end of a beat."""

    kernel: str
    step: int
    total: int


@dataclass(frozen=True, slots=True)
class Beat:
    """One thing that happens in a play."""

    kind: str
    """say: prose; line: a typed line; step: a step of the model; wait; pause."""
    where: Where
    rows: tuple[Row, ...] = ()
    """What is shown."""
    line: str = ""
    """What is typed before that."""
    prompt: str = ""
    """What stands before the line."""
    source: str = ""
    """say: the Markdown that the rows are made of."""
    mark: str = ""
    """A name that one can jump to."""
    notes: tuple[str, ...] = ()
    """What only who presents it sees."""
    wrong: str = ""
    """Why the play does not hold here; empty when it does."""
    number: int = 0
    """Line of the file that it comes from; 0 for none."""

    def typed(self, width: int) -> tuple[Row, ...]:
        """The line behind its prompt, in rows; none when nothing is typed."""
        if not self.prompt:
            return ()
        whole = row((self.prompt, "prompt"), (self.line, "command"))
        return safe(wrap(whole, width, indent=2))


@dataclass(frozen=True, slots=True)
class Manner:
    """How a play is gone through."""

    width: int = 80
    """Columns of the rows."""
    steps: bool = True
    """True when each command is walked through its changes."""
    wrong_first: bool = False
    """True when questions are answered wrongly first."""
