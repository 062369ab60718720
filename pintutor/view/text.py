"""What a command did, as rows: its result, what it changed, the way it took, the step.

    outcome_rows(lab.execute("pin buf[0] as p"), lab=lab)
"""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING

from pintutor.lab.changes import changes
from pintutor.lab.errors import CommandError, caret
from pintutor.lab.results import Accessed, Gup, Mapped, Moved, Patched
from pintutor.lab.sources import body_of
from pintutor.lab.timeline import Entry
from pintutor.lab.words import MAX_LINE
from pintutor.sim.errors import Oops
from pintutor.sim.function import CODES
from pintutor.view.accounts import result_rows
from pintutor.view.differences import change_rows, draw
from pintutor.view.markdown import inline
from pintutor.view.narrate import narrate, pinning
from pintutor.view.path import path, signal_reason
from pintutor.view.rows import Row, plain, row
from pintutor.view.unchanged import unchanged
from pintutor.view.wrap import columns, cut, safe, wrap

if TYPE_CHECKING:
    from pintutor.lab.lab import Lab, Outcome


def outcome_rows(
    outcome: Outcome, *, lab: Lab | None = None, width: int = 80
) -> tuple[Row, ...]:
    """What a learner is told after a command.

    With the lab that ran it, and that has not gone on since, more can be said: the way
    the command took, what stayed as it was, and what one step did.
    """
    if outcome.skipped:
        return (row((f"not for {outcome.kernel}: nothing was run", "dim")),)
    rows = list(result_rows(outcome.result, width))
    if outcome.oops is not None:
        rows += splat_rows(outcome.oops, width=width)
    entry = _entry(outcome, lab)
    if lab is not None and entry is not None:
        rows += _hint(outcome, entry, width)
    rows += change_rows(outcome.changes, pinning=pinning(outcome.result), width=width)
    if lab is not None and isinstance(outcome.result, Moved):
        rows += _step(lab, outcome.result, width)
    if lab is not None and entry is not None:
        rows += draw(unchanged(lab, entry, outcome.changes), width=width)
        rows += _way(entry, width)
    for note in outcome.notes:
        rows += wrap((*row("  "), *inline(note, role="note")), width, indent=2)
    if entry is not None:
        rows = _with_step(rows, outcome, entry, lab, width)
    return safe(rows)
