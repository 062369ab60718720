"""Who holds this page? Every unit of every count, named.

The ledger is made by walking what can hold a page: page tables, page-table
frames, the boot reservation of the zero page, the driver's own arrays, and
vfio's ranges.
What a count has beyond its ledger is a leak; what it lacks is an underflow
waiting to happen.
"""

from collections.abc import Iterator
from typing import NamedTuple

from pintutor.linux.arch.x86.include.pgtable import (
    SHIFTS,
    pmd_trans_huge,
    pte_page,
    pte_present,
    pte_special,
)
from pintutor.linux.globals import Kernel
from pintutor.linux.include.linux.huge_mm import HPAGE_PMD_NR
from pintutor.linux.include.linux.mm import (
    FOLL_PIN,
    GUP_PIN_COUNTING_BIAS,
    page_folio,
)
from pintutor.linux.include.linux.mm_types import (
    Folio,
    Page,
    PageTable,
    TaskStruct,
)
from pintutor.linux.include.linux.page_flags import (
    PageReserved,
    folio_test_large,
    folio_test_private,
)
from pintutor.linux.mm.filemap import i_pages
from pintutor.linux.mm.pagetable import table_of


class Owner(NamedTuple):
    """One holder of units of a folio's counts."""

    kind: str
    """boot, kernel, mapping, page table, page cache, buffers, reference or
    pin."""
    name: str
    """Who: `init 0x7f0000000000`, or the name the learner gave, `p[0]`."""
    units: int
    """What it holds of _refcount."""
    pins: int = 0
    """What it holds of a large folio's _pincount."""


Ledger = dict[Page, list[Owner]]


def ledger(kernel: Kernel) -> Ledger:
    """Each folio that somebody holds, with its holders."""
    found: Ledger = {}
    for folio, owner in _owners(kernel):
        found.setdefault(folio, []).append(owner)
    return found


def folios(kernel: Kernel) -> Iterator[Folio]:
    """Every folio that was ever used, by frame number."""
    zero = kernel.empty_zero_page
    if zero is not None:
        yield page_folio(zero)
    huge = range(kernel.zone.end_pfn, len(kernel.mem_map), HPAGE_PMD_NR)
    for pfn in (*range(kernel.zone.next_pfn), *huge):
        page = kernel.mem_map[pfn]
        if page is not None and page is not zero and page.compound_head is None:
            yield page_folio(page)


def tables(root: PageTable, base: int = 0) -> Iterator[tuple[PageTable, int]]:
    """Each page table from `root` down, and the first address it covers."""
    yield root, base
    if root.level == "pte":
        return
    for index, entry in used(root):
        if not pmd_trans_huge(entry):
            below = base + (index << SHIFTS[root.level])
            yield from tables(table_of(entry), below)


def used(table: PageTable) -> list[tuple[int, int]]:
    """The entries of a table that are not empty, each behind its index."""
    entries = table.entries.items
    if entries.count(0) == len(entries):
        return []
    return [(index, entry) for index, entry in enumerate(entries) if entry]


def _owners(kernel: Kernel) -> Iterator[tuple[Folio, Owner]]:
    zero = kernel.empty_zero_page
    if zero is not None:
        yield page_folio(zero), Owner("boot", "reserved at boot", 1)
    huge_zero = kernel.huge_zero_page
    if huge_zero is not None:
        owner = Owner("kernel", "huge_zero_page", 1)
        yield page_folio(huge_zero), owner
    for task in kernel.tasks:
        yield from _mappings(task, huge_zero)
    yield from _cached(kernel)
    yield from _held(kernel)
    yield from _vfio(kernel)


def _mappings(
    task: TaskStruct, huge_zero: Page | None
) -> Iterator[tuple[Folio, Owner]]:
    """Its page tables and what they map; the zero pages are not counted."""
    if task.mm.pgd is None:
        return
    for table, base in tables(task.mm.pgd):
        name = f"{table.level} of {task.comm}"
        yield page_folio(table.page), Owner("page table", name, 1)
        for index, pte in used(table):
            if table.level != "pte" and not pmd_trans_huge(pte):
                continue
            if not pte_present(pte) or pte_special(pte):
                continue
            page = pte_page(pte)
            if page is not huge_zero:
                address = base + (index << SHIFTS[table.level])
                owner = Owner("mapping", f"{task.comm} {address:#x}", 1)
                yield page_folio(page), owner


def _cached(kernel: Kernel) -> Iterator[tuple[Folio, Owner]]:
    """The cache holds each page of a file once, and its buffers once more."""
    for file in kernel.files:
        for index, page in enumerate(i_pages(file.i_mapping)):
            if page is None:
                continue
            name = f"{file.name or 'shared memory'}[{index}]"
            yield page_folio(page), Owner("page cache", name, 1)
            if folio_test_private(page_folio(page)):
                yield page_folio(page), Owner("buffers", name, 1)


def _held(kernel: Kernel) -> Iterator[tuple[Folio, Owner]]:
    for held in kernel.held:
        for index, page in enumerate(held.pages):
            folio = page_folio(page)
            name = f"{held.name}[{index}]"
            if not held.flags & FOLL_PIN:
                yield folio, Owner("reference", name, 1)
            elif folio_test_large(folio):
                yield folio, Owner("pin", name, 1, 1)
            elif page is not kernel.empty_zero_page or held.zero_counted:
                yield folio, Owner("pin", name, GUP_PIN_COUNTING_BIAS)
            else:
                yield folio, Owner("pin", name, 0)


def _vfio(kernel: Kernel) -> Iterator[tuple[Folio, Owner]]:
    """What vfio will give back; a reserved page it does not take to be its."""
    for dma in kernel.vfio_dmas:
        for index, pfn in enumerate(dma.pfns.items):
            page = kernel.mem_map[pfn] if pfn else None
            if page is None:
                continue
            folio = page_folio(page)
            name = f"{dma.name}[{index}]"
            if PageReserved(page):
                yield folio, Owner("pin", name, 0)
            elif folio_test_large(folio):
                yield folio, Owner("pin", name, 1, 1)
            else:
                yield folio, Owner("pin", name, GUP_PIN_COUNTING_BIAS)
