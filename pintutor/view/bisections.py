"""A bisection, as lines of text."""

from __future__ import annotations

import pintutor.content.races.explore_commands  # noqa: F401  (returns them)
from pintutor.content.races.bisecting import Bisection, Trial, Turn
from pintutor.view.results import result_rows
from pintutor.view.rows import Row, row
from pintutor.view.wrap import wrap

OUTCOME = 40
"""Longest outcome of a trial that stands in its line [characters]."""


@result_rows.register
def bisection_rows(result: Bisection, width: int) -> tuple[Row, ...]:
    """What was tried, and the patch that turned it."""
    count = len(result.way)
    differ = "1 patch differs" if count == 1 else f"{count} patches differ"
    rows = [
        row(
            (result.scenario, "name"),
            f"  from {result.old} to {result.new}: {differ}",
        )
    ]
    wide = len(str(count))
    for trial in result.trials:
        rows += wrap(_tried(trial, wide), width, indent=wide + 4)
    for turn in result.found:
        rows += wrap(_turned(turn), width, indent=2)
    if len(result.found) > 1:
        rows.append(row(("no kernel lies between these: they go together", "note")))
    before, after = result.before.outcome, result.after.outcome
    for word, outcome in (("before it", before), ("with it", after)):
        rows += wrap(row((f"  {word}: ", "note"), outcome), width, indent=4)
    return tuple(rows)


def _tried(trial: Trial, wide: int) -> Row:
    outcome = trial.outcome
    short = outcome if len(outcome) <= OUTCOME else f"{outcome[: OUTCOME - 1]}…"
    last = f"   up to {trial.last}" if trial.last else ""
    return row(f"  {trial.count:>{wide}}  {short}", (last, "dim"))


def _turned(turn: Turn) -> Row:
    patch = turn.patch
    merged = ", ".join(part for part in (patch.commit, patch.release) if part)
    said = "turned by" if turn.on else "turned by taking off"
    told = f"  {patch.subject}"
    return row((f"{said} ", "title"), (patch.name, "name"), told, (f"   {merged}", "dim"))
