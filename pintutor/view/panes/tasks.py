"""The pane of tasks and CPUs: who runs, what it has mapped, which locks are held."""

from __future__ import annotations

from collections.abc import Iterator

from pintutor.linux.include.linux.mm_types import MmStruct, TaskStruct
from pintutor.view.notation import MM_FLAGS, flag_names
from pintutor.view.panes.marks import arrow, cell, flow, sign
from pintutor.view.panes.moment import Moment, Pane
from pintutor.view.results import plural
from pintutor.view.rows import Row, row

COUNTS = ("rss_anon", "locked_vm", "write_protect_seq")
"""Counters of an address space; those that are 0 are not shown, but for the first."""
FIELDS = (*COUNTS, "mmap_lock", "flags", "mmap")


def task_rows(now: Moment, width: int, height: int) -> Pane:
    """The tasks with their address spaces, and what the CPU does."""
    kernel = now.lab.kernel
    olds = now.before.of(kernel, "tasks")
    rows: list[Row] = []
    current = 0
    for task in kernel.tasks:
        if task is kernel.current:
            current = len(rows)
        rows += _task(now, task, width, new=task not in olds)
    gone = [task.comm for task in olds if task not in kernel.tasks]
    rows += [row(("-", "removed"), f" {name} has ended") for name in gone]
    rows += _cpu(now, width)
    return Pane(row("tasks"), (), tuple(rows), current)


def _task(now: Moment, task: TaskStruct, width: int, *, new: bool) -> Iterator[Row]:
    mm = task.mm
    changed = now.before.changed(mm, *FIELDS)
    changed = changed or now.before.changed(task, "sigkill_pending")
    runs = "▶" if task is now.lab.kernel.current else " "
    lead = (
        *row((runs, "current")),
        sign(new=new, changed=changed),
        *row((task.comm, "name"), f"  pid {task.pid}  "),
    )
    cells = [*_counts(now, mm), _lock(now, mm), *_flags(now, mm)]
    cells.append(row((plural(len(mm.mmap), "range"), "dim")))
    if task.sigkill_pending:
        cells.append(row(("killed", "bad")))
    yield from flow(lead, cells, width, indent=4)


def _counts(now: Moment, mm: MmStruct) -> Iterator[Row]:
    for field in COUNTS:
        shown = getattr(mm, field) or now.before.changed(mm, field)
        if shown or field == COUNTS[0]:
            yield cell(now.before, mm, field)


def _lock(now: Moment, mm: MmStruct) -> Row:
    old, new = lock_words(now.before.of(mm, "mmap_lock")), lock_words(mm.mmap_lock)
    return (*row("mmap_lock "), *arrow(old, new))


def lock_words(value: int) -> str:
    """Who holds a lock for readers and writers: `free`, `2 readers`, `a writer`."""
    if value < 0:
        return "a writer"
    return plural(value, "reader") if value else "free"


def _flags(now: Moment, mm: MmStruct) -> Iterator[Row]:
    old, new = now.before.of(mm, "flags"), mm.flags
    if new & old:
        yield row(flag_names(new & old, MM_FLAGS))
    if new & ~old:
        yield row((f"+{flag_names(new & ~old, MM_FLAGS)}", "added"))
    if old & ~new:
        yield row((f"-{flag_names(old & ~new, MM_FLAGS)}", "removed"))


def _cpu(now: Moment, width: int) -> tuple[Row, ...]:
    """The CPU that runs, and those that take no interrupts."""
    kernel = now.lab.kernel
    runs = kernel.current.comm if kernel.current is not None else "nobody"
    cells = [
        row(f"{'' if nr == kernel.cpu else f'cpu {nr} '}interrupts {_masked(masked)}")
        for nr, masked in enumerate(kernel.irqs_disabled)
    ]
    lead = row("  ", (f"cpu {kernel.cpu}", "name"), f"  runs {runs}  ")
    return flow(lead, cells, width, indent=4)


def _masked(masked: int) -> str:
    return "off" if masked else "on"
