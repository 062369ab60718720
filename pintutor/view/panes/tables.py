"""The page-table pane: which tables there are, and what each entry says."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from pintutor.lab.results import Change
from pintutor.linux.arch.x86.include.pgtable import (
    PTE_PFN_MASK,
    PTRS_PER_PTE,
    SHIFTS,
    pmd_trans_huge,
    pte_index,
    pte_none,
)
from pintutor.linux.holders.ledger import tables
from pintutor.linux.include.linux.huge_mm import HPAGE_PMD_NR, HPAGE_PMD_SIZE
from pintutor.linux.include.linux.mm_types import PAGE_SIZE, PageTable, TaskStruct
from pintutor.linux.mm.pagetable import find_leaf, walk
from pintutor.view.notation import entry_bits
from pintutor.view.panes.address import bit_names, split_rows
from pintutor.view.panes.moment import Moment, Pane
from pintutor.view.panes.values import address_text, target
from pintutor.view.rows import Row, Segment, row
from pintutor.view.wrap import wrap_all

UPPER = ("pgd", "pud", "pmd")
MOST_TABLES = 16
"""Tables shown; with more, those round the address that the code works on."""
MOST_RUNS = 64
"""Rows of one table."""
ROOMY = 8
"""From here on the address is taken apart [rows]."""
VERY_ROOMY = 14
"""From here on the bits of an entry are named [rows]."""


Tables = list[tuple[PageTable, int]]
"""Page tables, each with the first address that it covers."""


class Run(NamedTuple):
    """Entries of one table that lie side by side and say the same."""

    first: int
    last: int
    entry: int
    """The first of them."""
    final: int
    """The last of them."""


def page_table_rows(now: Moment, width: int, height: int, *, names: bool = False) -> Pane:
    """The page tables of the current task: the walk to each table, and its entries.

    `names` asks for the bits by name of the entry that the code works on.
    """
    task = now.lab.kernel.current
    assert task is not None, "the machine has booted"
    rows: list[Row] = []
    with now.lab.machine:
        if height >= ROOMY and task.mm.mmap:
            rows += split_rows(now.address or task.mm.mmap[0].vm_start, width)
        for vma in task.mm.mmap:
            if find_leaf(task.mm, vma.vm_start) is None:
                name = now.lab.names.name_of(vma)
                rows.append(_without_table(now, name, vma.vm_start, vma.vm_end))
        found = list(tables(task.mm.pgd)) if task.mm.pgd is not None else []
        room = max(4, height - 2)
        named = width if names or height >= VERY_ROOMY else 0
        above: int | None = None
        for table, base in _near(now, found):
            rows += _table(now, table, base, above, room=room, named=named)
            above = base
        rows += list(_huge_pages(now, task, found))[:MOST_TABLES]
    if not rows:
        rows = [row((" Nothing is mapped: `mmap buf 2` maps two pages.", "dim"))]
    fitted = wrap_all(rows, width, indent=7)
    current = next((n for n, one in enumerate(fitted) if one and one[0].text == "▶"), 0)
    return Pane(_title(now, task.comm), (), fitted, current)


def _title(now: Moment, task: str) -> Row:
    if now.address is None:
        return row("page tables  ", (f"of {task}", "dim"))
    place = now.lab.names.place(now.address)
    return row("page tables  ", (place, "name"), f" {address_text(now.address)}")


def _near(now: Moment, every: Tables) -> Tables:
    """The tables of entries, or those round the address when there are many."""
    found = [each for each in every if each[0].level == "pte"]
    if len(found) <= MOST_TABLES:
        return found
    address = now.address or 0
    at = sum(base <= address for _, base in found)
    start = max(0, min(at - MOST_TABLES // 2, len(found) - MOST_TABLES))
    return found[start : start + MOST_TABLES]


def _huge_pages(now: Moment, task: TaskStruct, every: Tables) -> Iterator[Row]:
    """The PMDs that map a huge page, each with the pages that it covers."""
    changed = {one.subject: one for one in now.changes if one.kind == "pte"}
    for table, base in every:
        entries = table.entries.items if table.level == "pmd" else ()
        for index, entry in enumerate(entries):
            if entry and pmd_trans_huge(entry):
                address = base + (index << SHIFTS["pmd"])
                name = now.lab.names.places(address, HPAGE_PMD_NR, task)
                run = Run(index, index, entry, entry)
                yield _huge_page(now, address, run, name, changed.get(name))


def _huge_page(
    now: Moment, address: int, run: Run, name: str, change: Change | None
) -> Row:
    here = now.address is not None and address <= now.address < address + HPAGE_PMD_SIZE
    return (
        Segment("▶" if here else " ", "current"),
        Segment(_sign(change), "delta"),
        Segment(f"  PMD {run.first:<8} "),
        Segment(f"{name} ", "name"),
        *(_held(now, run) if change is None else _change(now, run, change)),
    )


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


def _table(
    now: Moment,
    table: PageTable,
    base: int,
    above: int | None,
    *,
    room: int,
    named: int,
) -> Iterator[Row]:
    """The walk to a table, as far as it differs from the one above, and its entries."""
    yield _path(now, base, above)
    changed = _changed(now, base)
    runs = list(_runs(table, changed, alike=False))
    if len(runs) > room:
        runs = list(_runs(table, changed, alike=True))
    for run in runs[:MOST_RUNS]:
        one = _entries(now, base, run, changed.get(run.first))
        yield one
        if named and one[0].text == "▶" and (run.entry or run.first in changed):
            yield from bit_names(run.entry, changed.get(run.first), named)
    if len(runs) > MOST_RUNS:
        yield row((f"    … {len(runs) - MOST_RUNS} more runs of entries", "dim"))


def _changed(now: Moment, base: int) -> dict[int, Change]:
    """The entries of a table that changed, by their index."""
    found = {one.subject: one for one in now.changes if one.kind == "pte"}
    if not found:
        return {}
    places = (now.lab.names.place(base + (n << SHIFTS["pte"])) for n in range(PTRS_PER_PTE))
    return {n: found[place] for n, place in enumerate(places) if place in found}


def _path(now: Moment, base: int, above: int | None) -> Row:
    """The walk from the root to a table, with a sign before what is new.

    What it shares with the walk to the table above is left out: the tables are a tree.
    """
    new = {each.subject for each in now.changes if each.kind == "table"}
    parts: list[str | tuple[str, str]] = [" "]
    shared = above is not None
    for level in UPPER:
        index = pte_index(level, base)
        shared = (
            shared and above is not None and above >> SHIFTS[level] == base >> SHIFTS[level]
        )
        text = f"{level.upper()} {index}" + (" ▸" if level != "pmd" else "")
        parts.append(("+" if f"{level}[{index}]" in new and not shared else " ", "added"))
        parts.append(" " * (len(text) - 1) + "│" if shared else text)
    return row(*parts, (f"   {address_text(base)}", "dim"))


def _runs(table: PageTable, changed: dict[int, Change], *, alike: bool) -> Iterator[Run]:
    """Runs of empty entries; with `alike`, of entries with the same bits and past too."""
    items = table.entries.items
    keys = [
        _key(index, entry, changed.get(index), alike=alike)
        if entry or index in changed
        else None
        for index, entry in enumerate(items)
    ]
    for _, run in groupby(range(len(items)), keys.__getitem__):
        first, *rest = run
        last = rest[-1] if rest else first
        yield Run(first, last, items[first], items[last])


def _key(index: int, entry: int, change: Change | None, *, alike: bool) -> object:
    """What neighbouring entries must share to stand in one row."""
    if change is None and pte_none(entry):
        return None
    if not alike:
        return index
    old = int(change.old) & ~PTE_PFN_MASK if change else None
    return entry & ~PTE_PFN_MASK, old


def _entries(now: Moment, base: int, run: Run, change: Change | None) -> Row:
    address = base + (run.first << SHIFTS["pte"])
    last = base + (run.last << SHIFTS["pte"])
    here = now.address is not None and address <= now.address < last + PAGE_SIZE
    mark = Segment("▶" if here else " ", "current")
    numbers = f"{run.first}..{run.last}" if run.last > run.first else f"{run.first}"
    if pte_none(run.entry) and change is None:
        return (mark, *row((f"   PTE {numbers:<8} none", "dim")))
    name = _range(now.lab.names.place(address), now.lab.names.place(last))
    return (
        mark,
        Segment(_sign(change), "delta"),
        Segment(f"  PTE {numbers:<8} "),
        Segment(f"{name:<8} " if name else "", "name"),
        *(_held(now, run) if change is None else _change(now, run, change)),
    )


def _range(first: str, last: str) -> str:
    """`buf[0]`, or `buf[0..3]` for the pages from one place to another."""
    if first.startswith("0x"):
        return ""
    if first == last:
        return first
    end = last.rpartition("[")[2]
    return f"{first[:-1]}..{end}" if last.endswith("]") else first


def _pages(now: Moment, run: Run) -> str:
    """What the entries of a run name: one page, or so many."""
    if run.first == run.last or run.entry == run.final:
        return target(now, run.entry)
    return f"{run.last - run.first + 1} pages"


def _held(now: Moment, run: Run) -> Row:
    return row((_pages(now, run), "number"), f" {entry_bits(run.entry)}")


def _change(now: Moment, run: Run, change: Change) -> Row:
    """An entry before and after; the page is named once when only bits changed."""
    old, new = int(change.old), int(change.new)
    before, after = target(now, old), _pages(now, run)
    if old & PTE_PFN_MASK == new & PTE_PFN_MASK:
        bits = (entry_bits(old), "old"), " → ", (entry_bits(new), "new")
        return row((f"{after} ", "number"), *bits)
    return row(
        (f"{before} {entry_bits(old)}".strip(), "old"),
        " → ",
        (f"{after} {entry_bits(new)}".strip(), "new"),
    )


def _sign(change: Change | None) -> str:
    if change is None:
        return " "
    if pte_none(int(change.old)):
        return "+"
    return "-" if pte_none(int(change.new)) else "~"
