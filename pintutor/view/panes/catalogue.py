"""Every pane that shows a part of the machine, in order of importance.

Whoever lays them out asks each for its least height, and whether it has anything to
show at this moment; `draw` makes its rows for any width and height.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pintutor.view.panes.asked import Asked
from pintutor.view.panes.moment import Moment, Pane
from pintutor.view.panes.pages import page_rows, vmstat_rows
from pintutor.view.panes.source import source_rows
from pintutor.view.panes.tables import page_table_rows


@dataclass(frozen=True, slots=True)
class PaneKind:
    """One pane that can be laid out."""

    name: str
    """What a learner calls it; no two are called the same."""
    title: str
    """What stands in a menu."""
    about: str
    """What it shows, in half a line."""
    line: str
    """The line of the language that tells the same."""
    draw: Callable[[Moment, Asked, int, int], Pane]
    """Makes it for a width and a height [columns, rows without its title]."""
    shows: Callable[[Moment, Asked], object]
    """What it depends on: while this is equal it need not be drawn anew."""
    least: int
    """With fewer rows it is of no use."""
    wanted: int
    """With these it shows all that a small machine has [rows]."""
    filled: Callable[[Moment], bool]
    """True when there is something in the machine that it shows."""


def _memory(now: Moment, asked: Asked) -> object:
    """What panes depend on that show the machine."""
    lab = now.lab
    here = (id(lab.machine), lab.machine.journal.position, len(lab.timeline.futures))
    chosen = (asked.page, asked.focus)
    return here, now.changes, now.address, now.stand.entry, chosen


def _place(now: Moment, asked: Asked) -> object:
    """What panes depend on that show where the learner stands."""
    return _memory(now, asked), now.stand, asked


def _always(now: Moment) -> bool:
    return True


def _has_run(now: Moment) -> bool:
    return now.event is not None


def _has_tables(now: Moment) -> bool:
    task = now.lab.kernel.current
    return task is not None and bool(task.mm.mmap)


def _source(now: Moment, asked: Asked, width: int, height: int) -> Pane:
    return source_rows(
        now,
        width,
        height,
        face=asked.face,
        prefer=asked.prefer,
        function=asked.function,
    )


def _tables(now: Moment, asked: Asked, width: int, height: int) -> Pane:
    return page_table_rows(now, width, height)


def _pages(now: Moment, asked: Asked, width: int, height: int) -> Pane:
    return page_rows(now, width, height, asked=asked.page)


def _vmstat(now: Moment, asked: Asked, width: int, height: int) -> Pane:
    return vmstat_rows(now, width, height)


CATALOGUE = (
    PaneKind(
        "source",
        "source",
        "the line of the model that ran, its locals and callers, before and after a patch",
        "source",
        _source,
        _place,
        least=6,
        wanted=30,
        filled=_has_run,
    ),
    PaneKind(
        "pages",
        "pages",
        "the counts of each page, who holds them, and its flags",
        "show pages",
        _pages,
        _memory,
        least=3,
        wanted=10,
        filled=_always,
    ),
    PaneKind(
        "tables",
        "page tables",
        "the address taken apart, the walk to each table, and its entries",
        "show pt",
        _tables,
        _memory,
        least=3,
        wanted=10,
        filled=_has_tables,
    ),
    PaneKind(
        "vmstat",
        "vmstat",
        "the counters of pins taken and given back",
        "show vmstat",
        _vmstat,
        _memory,
        least=1,
        wanted=2,
        filled=_always,
    ),
)
"""The panes, the most important first."""

KINDS = {kind.name: kind for kind in CATALOGUE}
"""The panes by name."""
