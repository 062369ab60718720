"""What is carried out beside the learner's work, as rows."""

from __future__ import annotations

from pintutor.lab.jobs import JobList, JobState, JobTold
from pintutor.view.progress import progress_words
from pintutor.view.results import result_rows
from pintutor.view.rows import Row, Segment, plain, row
from pintutor.view.wrap import columns, cut, wrap

BAR = 10
"""Columns of the bar that says how much is done."""


@result_rows.register
def _(result: JobTold, width: int) -> tuple[Row, ...]:
    number = result.number
    told = {
        "begun": f"job {number} does it while you go on; `cancel {number}` stops it",
        "stopping": f"job {number} stops; what is known by then is told here",
        "stopped": f"job {number} was stopped; nothing is known of it",
    }[result.happened]
    return wrap(row((f"  {told}", "note")), width, indent=2)


@result_rows.register
def _(result: JobList, width: int) -> tuple[Row, ...]:
    if not result.jobs:
        return (row(("  no job is under way", "note")),)
    return tuple(part for one in result.jobs for part in _listed(one, width))


def _listed(state: JobState, width: int) -> tuple[Row, ...]:
    head = row((f"  {state.number}  ", "name"), (state.line, "command"))
    told = row((f"     {going(state)}", "note"))
    return (*wrap(head, width, indent=5), *wrap(told, width, indent=5))


def going(state: JobState) -> str:
    """How far a job is, in words."""
    return ("stops; " if state.stopping else "") + progress_words(state, state.seconds)


def job_row(state: JobState, width: int) -> Row:
    """A job in one row: how far it is, and at the right end how it is stopped."""
    stop = row(("  ", "plain"), (f"cancel {state.number}", "command"), (" ", "plain"))
    subject = "" if state.race else f"{state.line}: "
    left = row(
        (f" {state.number} ", "name"), (f"{_bar(state)}{subject}{going(state)}", "note")
    )
    room = max(0, width - columns(plain(stop)))
    left = cut(left, room)
    return (*left, Segment(" " * (room - columns(plain(left)))), *stop)


def _bar(state: JobState) -> str:
    """How much is done, drawn; nothing while nobody knows of how much."""
    if not state.total:
        return ""
    full = BAR * state.done // state.total
    return "█" * full + "░" * (BAR - full) + " "
