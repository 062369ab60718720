"""Who holds this page? Every unit of every count, named.

The ledger is made by walking whatever can hold a page. What a count has beyond
it is a leak; what it lacks is an underflow waiting to happen.
"""

from collections.abc import Iterator
from itertools import compress
from typing import NamedTuple

from pintutor.linux.arch.x86.include.pgtable import (
    SHIFTS,
    pmd_trans_huge,
    pte_page,
    pte_present,
    pte_special,
)
from pintutor.linux.block.bdev import bdev_inodes
from pintutor.linux.globals import HeldPages, Kernel
from pintutor.linux.holders.bio import Rules, bio_holders
from pintutor.linux.holders.dio import dio_holders
from pintutor.linux.holders.pipe import pipe_holders
from pintutor.linux.holders.remote import remote_holders
from pintutor.linux.holders.sg import sg_holders
from pintutor.linux.holders.swap import swap_holders
from pintutor.linux.holders.vfio import vfio_holders
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
    folio_test_large,
    folio_test_private,
)
from pintutor.linux.include.linux.pgtable import zero_pages
from pintutor.linux.mm.filemap import i_pages
from pintutor.linux.mm.pagetable import table_of


class Owner(NamedTuple):
    """One holder of units of a folio's counts."""

    kind: str
    """boot, kernel, mapping, page table, page cache, swap cache, buffers,
    isolated, pipe, bio, reference or pin."""
    name: str
    """Who: `init 0x7f0000000000`, or the name the learner gave, `p[0]`."""
    units: int
    """What it holds of _refcount."""
    pins: int = 0
    """What it holds of a large folio's _pincount."""


Ledger = dict[Page, list[Owner]]


def ledger(kernel: Kernel, rules: Rules) -> Ledger:
    """Each folio that somebody holds, with its holders."""
    found: Ledger = {}
    for folio, owner in _owners(kernel, rules):
        found.setdefault(folio, []).append(owner)
    return found


def folios(kernel: Kernel) -> Iterator[Folio]:
    """Every folio that was ever used, by frame number."""
    for zero in zero_pages(kernel):
        yield page_folio(zero)
    for zone in kernel.zones:
        small = range(zone.zone_start_pfn, zone.next_pfn)
        upper = range(zone.middle_pfn, zone.upper_pfn)
        huge = range(zone.end_pfn, zone.zone_end_pfn, HPAGE_PMD_NR)
        for page in (kernel.mem_map[pfn] for pfn in (*small, *upper, *huge)):
            if page is not None and page.compound_head is None:
                yield page_folio(page)


def tables(root: PageTable, base: int = 0) -> Iterator[tuple[PageTable, int]]:
    """Each page table from `root` down, and the first address it covers."""
    yield root, base
    if root.level == "pte":
        return
    for index, entry in used(root):
        if pte_present(entry) and not pmd_trans_huge(entry):
            below = base + (index << SHIFTS[root.level])
            yield from tables(table_of(entry), below)


def used(table: PageTable) -> list[tuple[int, int]]:
    """The entries of a table that are not empty, each behind its index."""
    entries = table.entries.items
    return [(nr, entries[nr]) for nr in compress(range(len(entries)), entries)]


def _owners(kernel: Kernel, rules: Rules) -> Iterator[tuple[Folio, Owner]]:
    for zero in zero_pages(kernel):
        yield page_folio(zero), Owner("boot", "reserved at boot", 1)
    huge_zero = kernel.huge_zero_page
    if huge_zero is not None:
        owner = Owner("kernel", "huge_zero_page", 1)
        yield page_folio(huge_zero), owner
    if kernel.iomap_zero_page is not None:
        owner = Owner("kernel", "zeroes of iomap", 1)
        yield page_folio(kernel.iomap_zero_page), owner
    for task in kernel.tasks:
        yield from _mappings(task, huge_zero)
    yield from _cached(kernel)
    for page, name, units in pipe_holders(kernel.pipes):
        yield page_folio(page), Owner("pipe", name, units)
    for page, name, units, pins in bio_holders(kernel, rules):
        yield page_folio(page), Owner("bio", name, units, pins)
    for page, name, units, pins in remote_holders(kernel, rules):
        yield page_folio(page), Owner("call", name, units, pins)
    for page, name, units, pins in dio_holders(kernel, rules):
        yield page_folio(page), Owner("direct I/O", name, units, pins)
    for page, name in sg_holders(kernel):
        yield page_folio(page), Owner("kernel", name, 1)
    for page, kind, name in swap_holders(kernel):
        yield page_folio(page), Owner(kind, name, 1)
    yield from _held(kernel)
    yield from _kmem(kernel)
    for page, name, units, pins in vfio_holders(kernel):
        yield page_folio(page), Owner("pin", name, units, pins)


def _mappings(
    task: TaskStruct, huge_zero: Page | None
) -> Iterator[tuple[Folio, Owner]]:
    """Its page tables and what they map; the zero pages are not counted."""
    if task.mm.pgd is None:
        return
    for table, base in tables(task.mm.pgd):
        for each in (table, *table.pmd_huge_pte):
            name = f"{each.level} of {task.comm}"
            yield page_folio(each.page), Owner("page table", name, 1)
        for index, pte in used(table):
            if table.level != "pte" and not pmd_trans_huge(pte):
                continue
            if not pte_present(pte) or pte_special(pte):
                continue
            page = pte_page(pte)
            if page is not huge_zero:
                name = f"{task.comm} {base + (index << SHIFTS[table.level]):#x}"
                yield page_folio(page), Owner("mapping", name, 1)


def _cached(kernel: Kernel) -> Iterator[tuple[Folio, Owner]]:
    """The cache holds each page of a file once, and its buffers once more."""
    for file in (*kernel.files, *bdev_inodes(kernel)):
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
            times = held.times
            if not held.flags:
                yield folio, Owner("listed", name, 0)
            elif not held.flags & FOLL_PIN:
                yield folio, Owner("reference", name, times)
            elif folio_test_large(folio):
                yield folio, Owner("pin", name, times, times)
            elif _counted(held, page, zero_pages(kernel)):
                units = times * GUP_PIN_COUNTING_BIAS
                yield folio, Owner("pin", name, units)
            else:
                yield folio, Owner("pin", name, 0)


def _kmem(kernel: Kernel) -> Iterator[tuple[Folio, Owner]]:
    """What the learner's driver allocated in the kernel: each folio once."""
    for memory in kernel.kmem:
        for index, page in enumerate(memory.pages):
            if page.compound_head is None:
                name = f"{memory.name}[{index}]"
                yield page_folio(page), Owner("kernel", name, 1)


def _counted(held: HeldPages, page: Page, zeroes: tuple[Page, ...]) -> bool:
    """True when the kernel that took a pin of this page counted it."""
    if page not in zeroes or held.zero_counted:
        return True
    return page is not zeroes[0] and held.coloured_counted
