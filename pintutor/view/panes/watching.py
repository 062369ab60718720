"""The pane of watched expressions."""

from __future__ import annotations

from pintutor.view.panes.marks import nothing
from pintutor.view.panes.moment import Moment, Pane
from pintutor.view.rows import row
from pintutor.view.watches import watch_rows


def watching_rows(now: Moment, width: int, height: int) -> Pane:
    """Each expression with its value, what it was, and a line of the last moments."""
    watched = now.lab.watches.watched(now.lab)
    if not watched:
        text = "Nothing is watched: `watch zero._refcount` keeps an eye on a value."
        return Pane(row("watches"), (), nothing(text, width))
    rows = watch_rows(watched, width)
    current = next((n for n, one in enumerate(rows) if one[0].text.strip()), 0)
    return Pane(row("watches"), (), rows, current)
