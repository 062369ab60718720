"""Commands that only a conversation has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pintutor.lab.registry import command
from pintutor.lab.results import Told
from pintutor.view.notation import LEGEND
from pintutor.view.results import result_rows
from pintutor.view.rows import Row

if TYPE_CHECKING:
    from pintutor.lab.lab import Lab


@dataclass(frozen=True, slots=True)
class Left:
    """The learner is going."""


@result_rows.register
def _(result: Left, width: int) -> tuple[Row, ...]:
    return ()


@command("look", mutates=False, see=("help",))
def notation(lab: Lab) -> Told:
    """Say what the signs mean: old → new, entries of page tables, names of pages."""
    return Told("notation", LEGEND)


@command("session", mutates=False, aliases=("q",))
def quit_(lab: Lab) -> Left:
    """Leave; the history of commands is kept, and so is a lesson under way."""
    return Left()
