"""Tables of pages and of page-table entries, where what is alike takes one row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pintutor.lab.regions import Region
from pintutor.lab.results import Table
from pintutor.lab.swap_words import absent_words, present_bits
from pintutor.linux.arch.x86.include.pgtable import (
    PTE_NAMES,
    SHIFTS,
    pmd_trans_huge,
    pte_none,
    pte_pfn,
)
from pintutor.linux.holders.ledger import folios, ledger, tables
from pintutor.linux.include.linux.mm import (
    folio_maybe_dma_pinned,
    folio_nr_pages,
    page_folio,
    page_mapcount,
)
from pintutor.linux.include.linux.mm_types import PAGE_SIZE, Folio, Page, PageTable
from pintutor.linux.include.linux.page_flags import FLAG_NAMES, PageAnon, PageKsm
from pintutor.linux.include.linux.pgtable import pfn_valid
from pintutor.patches.livepatch import rules

if TYPE_CHECKING:
    from pintutor.lab.lab import Lab

MOST = 512
"""Rows of one table."""

Cell = str | int


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbours that are told in one row."""

    first: str
    """What the first is called."""
    last: str
    """What the last is called; as the first, where there is but one."""
    number: int
    """The first's page frame, or index in its table."""
    count: int
    """How many there are."""
    alike: tuple[Cell, ...]
    """What all of them have in common."""
    target: str = ""
    """What the first entry points to."""
    final: str = ""
    """What the last entry points to."""

    def takes(self, one: Run) -> bool:
        """Whether `one` goes on where this ends."""
        return (
            self.alike == one.alike
            and self.number + self.count == one.number
            and _follows(self.last, one.first)
            and (self.final == one.target or _follows(self.final, one.target))
        )


def flag_names(page: Page) -> tuple[str, ...]:
    """The page's flags by name, and what follows from its counts."""
    names = [name for bit, name in FLAG_NAMES.items() if page.flags & bit]
    if PageAnon(page):
        names.append("ksm" if PageKsm(page) else "anon")
    if folio_maybe_dma_pinned(page_folio(page)):
        names.append("maybe_dma_pinned")
    return tuple(names)


def pte_names(pte: int) -> tuple[str, ...]:
    """The bits of an entry by name."""
    bits = present_bits(pte)
    return tuple(name for bit, name in PTE_NAMES.items() if bits & bit)


def show_pages(lab: Lab, region: Region | None) -> Table:
    """The pages in use, or those of a range; a huge page once, by its head.

    In use are those that have a name, and others that somebody refers to, such as a bio
    whose buffer was unmapped; page tables are left to `show pt`.
    """
    labels = lab.names.labels()
    pages = [*labels, *_nameless(lab)] if region is None else _mapped(lab, region)
    found = dict.fromkeys(page_folio(page) for page in pages)
    rows = tuple(
        (_named(run), _frames(run), *run.alike)
        for run in _runs(_page(folio, labels) for folio in found)
    )
    columns = (
        "page",
        "pfn",
        "pages",
        "_refcount",
        "mapcount",
        "_pincount",
        "flags",
        "bytes",
    )
    return Table("pages", columns, rows[:MOST], cut(len(rows)))


def show_pt(lab: Lab, region: Region | None) -> Table:
    """The page tables of the current task; empty entries are left out."""
    labels = lab.names.labels()
    task = lab.kernel.current
    assert task is not None and task.mm.pgd is not None, "the machine has booted"
    rows: list[tuple[Cell, ...]] = []
    for table, base in tables(task.mm.pgd):
        entries = (_entry(lab, table, one, labels) for one in _used(table, base, region))
        for run in _runs(entries):
            address = f"{base + (run.number << SHIFTS[table.level]):#x}"
            index = run.number if run.count == 1 else _to(run, run.number)
            rows.append((table.level, index, address, _target(run), *run.alike))
    columns = ("level", "index", "address", "points to", "bits")
    title = f"page tables of {task.comm}"
    return Table(title, columns, tuple(rows[:MOST]), cut(len(rows)))


def cut(count: int) -> str:
    """What stands under a table that is not shown whole."""
    return f"{MOST} of {count} rows are shown" if count > MOST else ""


def _nameless(lab: Lab) -> Iterator[Folio]:
    """Folios that are referred to, whether or not they have a name; no page tables."""
    holders = ledger(lab.kernel, rules(lab.machine))
    for folio in folios(lab.kernel):
        kinds = {owner.kind for owner in holders.get(folio, ())}
        if folio._refcount and "page table" not in kinds:
            yield folio


def _mapped(lab: Lab, region: Region) -> list[Page]:
    first = region.start - region.start % PAGE_SIZE
    addresses = range(first, region.start + region.size, PAGE_SIZE)
    return [page for at in addresses if (page := lab.names.at(at)) is not None]


def _used(table: PageTable, base: int, region: Region | None) -> Iterator[tuple[int, int]]:
    """The entries of a table that map something of a range, each behind its index."""
    shift = SHIFTS[table.level]
    for index, entry in enumerate(table.entries.items):
        start = base + (index << shift)
        if pte_none(entry):
            continue
        if region is None or (
            start < region.start + region.size and region.start < start + (1 << shift)
        ):
            yield index, entry


def _page(folio: Folio, labels: dict[Page, str]) -> Run:
    name = labels.get(folio, f"pfn:{folio.pfn:#x}")
    alike = (
        folio_nr_pages(folio),
        folio._refcount,
        page_mapcount(folio),
        folio._pincount,
        " ".join(flag_names(folio)),
        folio.data[:8].hex(),
    )
    return Run(name, name, folio.pfn, 1, alike)


def _entry(
    lab: Lab, table: PageTable, used: tuple[int, int], labels: dict[Page, str]
) -> Run:
    index, entry = used
    place = f"[{index}]"
    absent = absent_words(entry)
    if absent:
        return Run(place, place, index, 1, ("",), absent, absent)
    pfn = pte_pfn(entry)
    page = lab.kernel.mem_map[pfn] if pfn_valid(pfn) else None
    target = f"pfn:{pfn:#x}" if page is None else labels.get(page, f"pfn:{pfn:#x}")
    if table.level != "pte" and not pmd_trans_huge(entry):
        target = f"table {pfn:#x}"
    return Run(place, place, index, 1, (" ".join(pte_names(entry)),), target, target)


def _runs(ones: Iterable[Run]) -> Iterator[Run]:
    """Neighbours that are alike as one."""
    run: Run | None = None
    for one in ones:
        if run is None:
            run = one
        elif run.takes(one):
            count = run.count + one.count
            run = replace(run, last=one.last, final=one.final, count=count)
        else:
            yield run
            run = one
    if run is not None:
        yield run


def _follows(name: str, after: str) -> bool:
    """Whether `after` is the next place after `name`: `buf[1]` after `buf[0]`."""
    base, _, number = name.removesuffix("]").rpartition("[")
    return number.isdecimal() and after == f"{base}[{int(number) + 1}]"


def _named(run: Run) -> str:
    """`buf[0]`, or `buf[0..3]` from the first to the last."""
    return _between(run.first, run.last)


def _target(run: Run) -> str:
    return _between(run.target, run.final)


def _between(first: str, last: str) -> str:
    return first if first == last else f"{first[:-1]}..{last.rpartition('[')[2]}"


def _frames(run: Run) -> str:
    if run.count == 1:
        return f"{run.number:#x}"
    return f"{run.number:#x}..{run.number + run.count - 1:#x}"


def _to(run: Run, first: int) -> str:
    return f"{first}..{first + run.count - 1}"
