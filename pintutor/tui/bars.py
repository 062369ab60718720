"""The rows at the edges of the screen: the bar, the prompt, and what cannot be shown."""

from __future__ import annotations

from pintutor.tui.keys import TABS
from pintutor.tui.shape import LEAST
from pintutor.view.panes import Hit, Pane
from pintutor.view.rows import Row, Segment, plain, row
from pintutor.view.wrap import columns, wrap


def bar(status: Row, width: int, *, tab: str) -> Pane:
    """The name at the left, or the tabs with the one in sight marked; the status right."""
    left, hits = _tabs(width, tab) if tab else (row((" pintutor", "title")), ())
    room = width - columns(plain(left)) - 2
    while status and columns(plain(status)) > room:
        status = status[1:]
    space = max(0, room + 1 - columns(plain(status)))
    return Pane((), (), ((*left, Segment(" " * space), *status),), hits=hits)


def _tabs(width: int, shown: str) -> tuple[Row, tuple[Hit, ...]]:
    """The tabs by number and name; where they do not fit, the others by number alone."""
    found: list[Segment] = []
    hits: list[Hit] = []
    whole = width >= sum(4 + columns(name) for name in TABS)
    for number, name in enumerate(TABS, 1):
        here = name == shown
        words = f"{number} {name}" if whole or here else f"{number}"
        start = columns(plain(tuple(found)))
        found.append(
            Segment(f"[{words}]", "current") if here else Segment(f" {words} ", "dim")
        )
        stop = columns(plain(tuple(found)))
        hits.append(Hit(0, start, stop, "press", f"tab-{name}"))
    return tuple(found), tuple(hits)


def prompt(kernel: str) -> Row:
    """What stands before the command line."""
    return (Segment(f" {kernel} ▸ ", "prompt"),)


def too_small(width: int, height: int) -> Pane:
    """What a terminal shows that has no room for the screen."""
    wide, high = LEAST
    text = f"pintutor needs {wide}×{high}; this terminal is {width}×{height}."
    return Pane((), (), wrap(row(text), width))
