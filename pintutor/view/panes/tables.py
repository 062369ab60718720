"""The page-table pane: which tables there are, and what each entry says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from pintutor.lab.results import Change
from pintutor.linux.arch.x86.include.pgtable import (
    PTE_PFN_MASK,
    SHIFTS,
    pte_index,
    pte_none,
)
from pintutor.linux.include.linux.mm_types import PAGE_SIZE, MmStruct, PageTable
from pintutor.linux.mm.pagetable import find_pte, walk
from pintutor.linux.owners import tables
from pintutor.view.notation import entry_bits
from pintutor.view.panes.moment import Moment, Pane
from pintutor.view.panes.values import address_text, target
from pintutor.view.rows import Row, Segment, row

UPPER = ("pgd", "pud", "pmd")
MOST_TABLES = 16
"""Tables shown; with more, those round the address that the code works on."""
MOST_RUNS = 64
"""Rows of one table."""


class Run(NamedTuple):
    """Entries of one table that lie side by side and say the same."""

    first: int
    last: int
    entry: int


def page_table_rows(now: Moment, width: int, height: int) -> Pane:
    """The page tables of the current task: the walk to each table, and its entries."""
    task = now.lab.kernel.current
    assert task is not None, "the machine has booted"
    rows: list[Row] = []
    with now.lab.machine:
        for name, vma in now.lab.names.space.ranges:
            if vma.vm_mm is task.mm and find_pte(vma.vm_mm, vma.vm_start) is None:
                rows.append(_without_table(now, name, vma.vm_start, vma.vm_end))
        for table, base in _near(now, task.mm):
            rows += _table(now, table, base, max(4, height - 2))
    if not rows:
        rows = [row((" Nothing is mapped: `mmap buf 2` maps two pages.", "dim"))]
    current = next((n for n, one in enumerate(rows) if one[0].text == "▶"), 0)
    return Pane(_title(now, task.comm), (), tuple(rows), current)


def _title(now: Moment, task: str) -> Row:
    if now.address is None:
        return row("page tables  ", (f"of {task}", "dim"))
    place = now.lab.names.place(now.address)
    return row("page tables  ", (place, "name"), f" {address_text(now.address)}")


def _near(now: Moment, mm: MmStruct) -> list[tuple[PageTable, int]]:
    """The tables of entries, or those round the address when there are many."""
    if mm.pgd is None:
        return []
    found = [each for each in tables(mm.pgd) if each[0].level == "pte"]
    if len(found) <= MOST_TABLES:
        return found
    address = now.address or 0
    at = sum(base <= address for _, base in found)
    start = max(0, min(at - MOST_TABLES // 2, len(found) - MOST_TABLES))
    return found[start : start + MOST_TABLES]


def _without_table(now: Moment, name: str, start: int, end: int) -> Row:
    """A range that no table covers yet: how far a walk of its first page gets."""
    task = now.lab.kernel.current
    assert task is not None, "the machine has booted"
    entries = walk(task.mm, start)
    path = " ▸ ".join(f"{each.table.level.upper()} {each.nr}" for each in entries)
    pages = (end - start) // PAGE_SIZE
    note = f"   {name}: {pages} page{'s' if pages > 1 else ''}, not touched yet"
    mark = "▶" if now.address is not None and start <= now.address < end else " "
    return row((mark, "current"), f"  {path} ", ("none", "dim"), (note, "dim"))


def _table(now: Moment, table: PageTable, base: int, room: int) -> Iterator[Row]:
    yield _path(now, base)
    runs = list(_runs(table, alike=False))
    if len(runs) > room:
        runs = list(_runs(table, alike=True))
    for run in runs[:MOST_RUNS]:
        yield _entries(now, base, run)
    if len(runs) > MOST_RUNS:
        yield row((f"    ⋮ {len(runs) - MOST_RUNS} more runs of entries", "dim"))


def _path(now: Moment, base: int) -> Row:
    """The walk from the root to a table, with a sign before what is new."""
    new = {each.subject for each in now.changes if each.kind == "table"}
    parts: list[str | tuple[str, str]] = [" "]
    for level in UPPER:
        index = pte_index(level, base)
        parts.append(("+" if f"{level}[{index}]" in new else " ", "added"))
        parts.append(f"{level.upper()} {index}" + (" ▸" if level != "pmd" else ""))
    return row(*parts, (f"   {address_text(base)}", "dim"))


def _runs(table: PageTable, *, alike: bool) -> Iterator[Run]:
    """Runs of empty entries; with `alike`, runs of entries with the same bits too."""
    items = table.entries.items
    first = 0
    for index in range(1, len(items) + 1):
        if index < len(items) and _same(items[first], items[index], alike=alike):
            continue
        yield Run(first, index - 1, items[first])
        first = index


def _same(one: int, other: int, *, alike: bool) -> bool:
    if pte_none(one) or pte_none(other):
        return pte_none(one) and pte_none(other)
    return alike and one & ~PTE_PFN_MASK == other & ~PTE_PFN_MASK


def _entries(now: Moment, base: int, run: Run) -> Row:
    address = base + (run.first << SHIFTS["pte"])
    last = base + (run.last << SHIFTS["pte"])
    place = now.lab.names.place(address)
    change = next((one for one in now.changes if _is_of(one, place)), None)
    here = now.address is not None and address <= now.address < last + PAGE_SIZE
    mark = Segment("▶" if here else " ", "current")
    numbers = f"{run.first}‥{run.last}" if run.last > run.first else f"{run.first}"
    if pte_none(run.entry) and change is None:
        return (mark, *row((f"   PTE {numbers:<8} none", "dim")))
    count = run.last - run.first + 1
    name = "" if place.startswith("0x") else place
    return (
        mark,
        Segment(_sign(change), "delta"),
        Segment(f"  PTE {numbers:<8} "),
        Segment(f"{name:<8} " if name else "", "name"),
        *(_now(now, run.entry, count) if change is None else _change(now, change)),
    )


def _now(now: Moment, entry: int, count: int) -> Row:
    what = target(now, entry) if count == 1 else f"{count} pages"
    return row((what, "number"), f" {entry_bits(entry)}")


def _change(now: Moment, change: Change) -> Row:
    """An entry before and after; the page is named once when only bits changed."""
    old, new = int(change.old), int(change.new)
    before, after = target(now, old), target(now, new)
    if before == after:
        bits = (entry_bits(old), "old"), " → ", (entry_bits(new), "new")
        return row((f"{after} ", "number"), *bits)
    return row(
        (f"{before} {entry_bits(old)}".strip(), "old"),
        " → ",
        (f"{after} {entry_bits(new)}".strip(), "new"),
    )


def _is_of(change: Change, place: str) -> bool:
    return change.kind == "pte" and change.subject == place


def _sign(change: Change | None) -> str:
    if change is None:
        return " "
    if pte_none(int(change.old)):
        return "+"
    return "-" if pte_none(int(change.new)) else "~"
