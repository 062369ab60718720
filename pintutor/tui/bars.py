"""The rows at the edges of the screen: the bar, the prompt, and what cannot be shown."""

from __future__ import annotations

from pintutor.tui.keys import TABS
from pintutor.tui.shape import LEAST
from pintutor.view.panes import Pane
from pintutor.view.rows import Row, Segment, plain, row
from pintutor.view.wrap import columns, wrap


def bar(status: Row, width: int, *, tab: str) -> Pane:
    """The name at the left, or the tabs with the one in sight marked; the status right."""
    left: Row = row((" pintutor", "title"))
    if tab:
        left = tuple(
            Segment(
                f"[{n} {name}]" if name == tab else f" {n} {name} ",
                "current" if name == tab else "dim",
            )
            for n, name in enumerate(TABS, 1)
        )
    room = width - columns(plain(left)) - 2
    while columns(plain(status)) > room:
        status = status[1:]
    space = room + 1 - columns(plain(status))
    return Pane((), (), ((*left, Segment(" " * space), *status),))


def prompt(kernel: str) -> Row:
    """What stands before the command line."""
    return (Segment(f" {kernel} ▸ ", "prompt"),)


def too_small(width: int, height: int) -> Pane:
    """What a terminal shows that has no room for the screen."""
    wide, high = LEAST
    text = f"pintutor needs {wide}×{high}; this terminal is {width}×{height}."
    return Pane((), (), wrap(row(text), width))
