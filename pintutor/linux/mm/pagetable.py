"""Making page tables, and walking them (mm/memory.c, include/linux/mm.h)."""

from pintutor.linux.arch.x86.include.pgtable import (
    PTRS_PER_PTE,
    mk_table,
    pgd_offset,
    pte_none,
    pte_offset,
    ptep_get,
    set_pte,
)
from pintutor.linux.include.linux.mm_types import MmStruct, PageTable, Ptep
from pintutor.linux.mm.page_alloc import alloc_page
from pintutor.sim.function import kernel_function
from pintutor.sim.objects import KArray

LEVELS = ("pgd", "pud", "pmd", "pte")
"""The levels from the root down."""


@kernel_function("include/linux/mm.h")
def pagetable_alloc(level: str) -> PageTable | None:
    """An empty table of that level in a frame of its own, or None."""
    page = alloc_page()
    if page is None:
        return None
    table = PageTable(level, page, KArray([0] * PTRS_PER_PTE))
    page.ptdesc = table
    return table


@kernel_function("mm/memory.c")
def pte_alloc(mm: MmStruct, address: int) -> Ptep | None:
    """The PTE of the address; makes the tables above it that are missing.

    In C pud_alloc, pmd_alloc and pte_alloc do this one level each.
    """
    entryp = pgd_offset(mm, address)
    for level in LEVELS[1:]:
        if pte_none(ptep_get(entryp)):
            table = pagetable_alloc(level)
            if table is None:
                return None
            set_pte(entryp, mk_table(table))
        entryp = pte_offset(ptep_get(entryp), level, address)
    return entryp


def walk(mm: MmStruct, address: int) -> tuple[Ptep, ...]:
    """The entries that lead to the address, root first, while tables exist."""
    entries = [pgd_offset(mm, address)]
    for level in LEVELS[1:]:
        entry = entries[-1].table.entries[entries[-1].nr]
        if pte_none(entry):
            break
        entries.append(pte_offset(entry, level, address))
    return tuple(entries)


def find_pte(mm: MmStruct, address: int) -> Ptep | None:
    """The PTE of the address, or None when a table above it is missing."""
    entries = walk(mm, address)
    return entries[-1] if len(entries) == len(LEVELS) else None
