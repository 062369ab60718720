"""The branches pane: the history as a tree, the command at the cursor in sight."""

from __future__ import annotations

from pintutor.lab.branching import tree
from pintutor.view.branches import tree_rows
from pintutor.view.panes.asked import Asked
from pintutor.view.panes.moment import Moment, Pane
from pintutor.view.rows import row


def has_branches(now: Moment) -> bool:
    """True when a future was left, or a step has a mark."""
    return bool(now.lab.timeline.futures or now.lab.timeline.marks)


def branch_rows(now: Moment, asked: Asked, width: int, height: int) -> Pane:
    """The tree; `branch NAME` goes to one of its branches."""
    rows = tree_rows(tree(now.lab.timeline), width)
    here = (number for number, one in enumerate(rows) if one[1:2] and one[1].text == "●")
    count = len(now.lab.timeline.futures)
    aside = row((f"{count} left; `branch NAME` returns", "dim")) if count else ()
    return Pane(row("branches"), aside, rows, next(here, 0))
