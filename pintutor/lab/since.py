"""Tables that also say how things were before the last command.

Within a command that is walked step by step it is the last step that counts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from pintutor.lab.results import Table

if TYPE_CHECKING:
    from pintutor.lab.lab import Lab

Row = tuple[str | int, ...]
Rows = dict[object, Row]
"""What a table shows of each thing."""


def table_since(
    lab: Lab, title: str, columns: tuple[str, ...], rows_of: Callable[[Lab], Rows]
) -> Table:
    """A table of what there is now, each row with the same row before."""
    now, old = rows_of(lab), _before(lab, rows_of)
    if old is None:
        return Table(title, columns, tuple(now.values()))
    before = tuple(old.get(key, ()) for key in now)
    notes = (_only_in("new", now, old), _only_in("gone", old, now))
    note = "; ".join(filter(None, notes))
    return Table(title, columns, tuple(now.values()), note, before)


def _only_in(word: str, rows: Rows, others: Rows) -> str:
    names = [str(row[0]) for key, row in rows.items() if key not in others]
    return f"{word}: {' '.join(names)}" if names else ""


def _before(lab: Lab, rows_of: Callable[[Lab], Rows]) -> Rows | None:
    """The rows before the last command, or before the last step within one.

    None where there is no before: at the start, and aside, where several CPUs run.
    """
    stand = lab.timeline.stand()
    if stand.entry is None or lab.aside is not None:
        return None
    here = lab.machine.journal.position
    try:
        entry = stand.entry
        lab.machine.seek(entry.start if stand.at_end else entry.position(stand.local - 1))
        return rows_of(lab)
    finally:
        lab.machine.seek(here)
