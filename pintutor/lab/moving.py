"""Moving the cursor of a lab, and saying where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pintutor.lab.kinds import IntRange
from pintutor.lab.results import Moved
from pintutor.lab.sources import located

if TYPE_CHECKING:
    from pintutor.lab.lab import Lab

COUNT = IntRange(1, 1_000_000)
"""How many steps or commands at once."""


def go(lab: Lab, step: int, note: str = "") -> Moved:
    """Go to a step."""
    before = lab.timeline.cursor
    lab.timeline.seek(step)
    if step == before and not note:
        note = _edge(step, lab.timeline.total)
    return moved(lab, note)


def _edge(step: int, total: int) -> str:
    """Why there is nowhere to go on to."""
    if total == 0:
        return "no command has run yet, so there is no step to go to"
    return {0: "this is the first step", total: "this is the last step"}.get(step, "")


def moved(lab: Lab, note: str = "") -> Moved:
    """Where the cursor stands."""
    timeline = lab.timeline
    stand = timeline.stand()
    line = stand.entry.line if stand.entry else ""
    where = located(stand.event)
    return Moved(timeline.cursor, timeline.total, line, *where, note)
