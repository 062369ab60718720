"""Every pane that shows a part of the machine, in order of importance.

Whoever lays them out asks each for its least height, and whether it has anything to
show at this moment; `draw` makes its rows for any width and height.
"""

from __future__ import annotations

from pintutor.view.panes.asked import Asked
from pintutor.view.panes.bios import bio_rows
from pintutor.view.panes.branching import branch_rows, has_branches
from pintutor.view.panes.devices import device_rows
from pintutor.view.panes.dios import dio_rows, shown_dios
from pintutor.view.panes.iters import iter_rows, shown_iters
from pintutor.view.panes.kind import PaneKind, always, drawn, marked, memory, place
from pintutor.view.panes.moment import Moment, Pane
from pintutor.view.panes.pages import page_rows
from pintutor.view.panes.pipes import pipe_rows
from pintutor.view.panes.source import source_rows
from pintutor.view.panes.stack import stack_rows
from pintutor.view.panes.tables import page_table_rows
from pintutor.view.panes.tasks import task_rows
from pintutor.view.panes.timeline import history
from pintutor.view.panes.vmstat import vmstat_rows
from pintutor.view.panes.watching import watching_rows

__all__ = ["CATALOGUE", "KINDS", "PaneKind"]


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
    return page_table_rows(now, width, height, names=asked.focus == "tables")


def _pages(now: Moment, asked: Asked, width: int, height: int) -> Pane:
    holders = asked.focus == "pages"
    return page_rows(now, width, height, asked=asked.page, holders=holders)


def _has_iters(now: Moment) -> bool:
    return bool(shown_iters(now))


def _has_bios(now: Moment) -> bool:
    kernel = now.lab.kernel
    return bool(kernel.bios) or bool(now.before.of(kernel, "bios"))


def _has_dios(now: Moment) -> bool:
    return bool(shown_dios(now))


def _has_pipes(now: Moment) -> bool:
    kernel = now.lab.kernel
    return bool(kernel.pipes) or bool(now.before.of(kernel, "pipes"))


def _has_devices(now: Moment) -> bool:
    kernel = now.lab.kernel
    return bool(kernel.disks or kernel.remote_files or kernel.worklist)


def _bios(now: Moment, asked: Asked, width: int, height: int) -> Pane:
    return bio_rows(now, width, height, legend=asked.focus == "bio")


def _watched(now: Moment, asked: Asked) -> object:
    return place(now, asked), now.lab.watches.kept


def _has_watches(now: Moment) -> bool:
    return bool(now.lab.watches.kept)


def _branching(now: Moment, asked: Asked) -> object:
    return place(now, asked), history(now.lab.timeline)


CATALOGUE = (
    PaneKind(
        "source",
        "source",
        "the line of the model that ran, its locals and callers, before and after a patch",
        "source",
        _source,
        place,
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
        memory,
        least=3,
        wanted=10,
        filled=always,
    ),
    PaneKind(
        "tables",
        "page tables",
        "the address taken apart, the walk to each table, and its entries",
        "show pt",
        _tables,
        memory,
        least=3,
        wanted=10,
        filled=_has_tables,
    ),
    PaneKind(
        "vmstat",
        "vmstat",
        "the counters of pins taken and given back",
        "show vmstat",
        drawn(vmstat_rows),
        memory,
        least=1,
        wanted=2,
        filled=always,
    ),
    PaneKind(
        "iter",
        "iov_iter",
        "the segments of each iterator, its cursor, and what was taken out of it",
        "show iter",
        drawn(iter_rows),
        place,
        least=4,
        wanted=8,
        filled=_has_iters,
    ),
    PaneKind(
        "bio",
        "bio",
        "each bio: its flags by name and bit, its places drawn onto pages",
        "show bio",
        _bios,
        marked,
        least=4,
        wanted=10,
        filled=_has_bios,
    ),
    PaneKind(
        "dio",
        "direct I/O",
        "each direct I/O: what was submitted, who counts on it, its queue of pages",
        "show dio",
        drawn(dio_rows),
        marked,
        least=3,
        wanted=6,
        filled=_has_dios,
    ),
    PaneKind(
        "pipe",
        "pipe",
        "each pipe slot by slot: the part of a page in it, its flags, who else holds it",
        "show pipe",
        drawn(pipe_rows),
        marked,
        least=3,
        wanted=6,
        filled=_has_pipes,
    ),
    PaneKind(
        "stack",
        "stack",
        "who called whom, with the local names of each, old and new",
        "source",
        drawn(stack_rows),
        place,
        least=4,
        wanted=12,
        filled=_has_run,
    ),
    PaneKind(
        "devices",
        "devices",
        "disks with what is under way in them, workers, files kept elsewhere",
        "show disk",
        drawn(device_rows),
        marked,
        least=3,
        wanted=6,
        filled=_has_devices,
    ),
    PaneKind(
        "tasks",
        "tasks and CPUs",
        "who runs, what each has mapped, which locks are held",
        "show tasks",
        drawn(task_rows),
        marked,
        least=2,
        wanted=4,
        filled=always,
    ),
    PaneKind(
        "watch",
        "watches",
        "the expressions that `watch` keeps an eye on, with a line of what they were",
        "watches",
        drawn(watching_rows),
        _watched,
        least=2,
        wanted=4,
        filled=_has_watches,
    ),
    PaneKind(
        "branches",
        "branches",
        "the history as a tree: marks, and the futures that were left",
        "branches",
        branch_rows,
        _branching,
        least=3,
        wanted=6,
        filled=has_branches,
    ),
)
"""The panes, the most important first."""

KINDS = {kind.name: kind for kind in CATALOGUE}
"""The panes by name."""
