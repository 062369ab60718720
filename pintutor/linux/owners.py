"""Who holds this page? Every unit of every count, named.

The ledger is made by walking what can hold a page: page tables, page-table
frames, the boot reservation of the zero page, and the driver's own arrays.
What a count has beyond its ledger is a leak; what it lacks is an underflow
waiting to happen.
"""

from collections.abc import Iterator
from typing import NamedTuple

from pintutor.linux.arch.x86.include.pgtable import (
    SHIFTS,
    pte_none,
    pte_page,
    pte_present,
    pte_special,
    table_of,
)
from pintutor.linux.globals import Kernel
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
from pintutor.linux.include.linux.page_flags import folio_test_large


class Owner(NamedTuple):
    """One holder of units of a folio's counts."""

    kind: str
    """boot, mapping, page table, reference or pin."""
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
    for pfn in range(kernel.zone.next_pfn):
        page = kernel.mem_map[pfn]
        if page is not None and page is not zero and page.compound_head is None:
            yield page_folio(page)


def tables(root: PageTable, base: int = 0) -> Iterator[tuple[PageTable, int]]:
    """Each page table from `root` down, and the first address it covers."""
    yield root, base
    if root.level == "pte":
        return
    for index, entry in enumerate(root.entries.items):
        if not pte_none(entry):
            below = base + (index << SHIFTS[root.level])
            yield from tables(table_of(entry), below)


def _owners(kernel: Kernel) -> Iterator[tuple[Folio, Owner]]:
    zero = kernel.empty_zero_page
    if zero is not None:
        yield page_folio(zero), Owner("boot", "reserved at boot", 1)
    for task in kernel.tasks:
        yield from _mappings(task)
    yield from _held(kernel)


def _mappings(task: TaskStruct) -> Iterator[tuple[Folio, Owner]]:
    if task.mm.pgd is None:
        return
    for table, base in tables(task.mm.pgd):
        name = f"{table.level} of {task.comm}"
        yield page_folio(table.page), Owner("page table", name, 1)
        if table.level != "pte":
            continue
        for index, pte in enumerate(table.entries.items):
            if pte_present(pte) and not pte_special(pte):
                address = base + (index << SHIFTS["pte"])
                owner = Owner("mapping", f"{task.comm} {address:#x}", 1)
                yield page_folio(pte_page(pte)), owner


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
