"""Making page tables, and walking them (mm/memory.c, linux/pgtable.h)."""

from pintutor.linux.arch.x86.include.pgtable import (
    PMD_MASK,
    PTRS_PER_PTE,
    TABLE_BITS,
    pfn_pte,
    pmd_trans_huge,
    pte_index,
    pte_none,
    pte_page,
    pte_pfn,
    pte_present,
    ptep_get,
    set_pte,
)
from pintutor.linux.include.linux.mm_types import (
    PAGE_SHIFT,
    MmStruct,
    PageTable,
    Ptep,
)
from pintutor.linux.mm.page_alloc import alloc_page, put_page
from pintutor.linux.mm.slab import kfree
from pintutor.sim.atomic import read_once
from pintutor.sim.errors import UseAfterFree
from pintutor.sim.function import kernel_function
from pintutor.sim.objects import KArray
from pintutor.sim.poison import looked_at

# Who still walks a table that is free is caught: ptep_get() looks.
looked_at(PageTable)

LEVELS = ("pgd", "pud", "pmd", "pte")
"""The levels from the root down."""


def pgd_offset(mm: MmStruct, address: int) -> Ptep:
    """The PGD entry of the address."""
    assert mm.pgd is not None, "the address space is alive"
    return Ptep(mm.pgd, pte_index("pgd", address))


def table_of(entry: int) -> PageTable:
    """The table that a PGD, PUD or PMD entry points to."""
    table = pte_page(entry).ptdesc
    assert table is not None, "the entry points to a page table"
    return table


def pte_offset(entry: int, level: str, address: int) -> Ptep:
    """The address's entry in the table of `level` that `entry` points to."""
    return Ptep(table_of(entry), pte_index(level, address))


def pte_offset_lockless(entry: int, level: str, address: int) -> Ptep:
    """The same where no lock keeps the table: pmd_offset_lockless() in C.

    Errors: UseAfterFree when the table has been freed since `entry` was read.
    """
    if read_once(pte_page(entry), "ptdesc") is None:
        raise UseAfterFree(f"frame {pte_pfn(entry)} is no page table any more")
    return pte_offset(entry, level, address)


def mk_table(table: PageTable) -> int:
    """An entry of an upper level that points to a table."""
    return pfn_pte(table.page.pfn, TABLE_BITS)


@kernel_function("include/linux/mm.h")
def pagetable_alloc(level: str) -> PageTable | None:
    """An empty table of that level in a frame of its own, or None."""
    page = alloc_page()
    if page is None:
        return None
    table = PageTable(level, page, KArray([0] * PTRS_PER_PTE))
    page.ptdesc = table
    return table


def pte_free(table: PageTable) -> None:
    """Free a table that no entry points to any more; one of any level.

    In include/asm-generic/pgalloc.h, which has pmd_free() and others besides.
    """
    page = table.page
    kfree(table)
    put_page(page)


@kernel_function("mm/memory.c")
def pmd_alloc(mm: MmStruct, address: int) -> Ptep | None:
    """The PMD of the address; makes the tables above it that are missing.

    In C p4d_alloc, pud_alloc and pmd_alloc do this one level each.
    """
    entryp = pgd_offset(mm, address)
    for level in ("pud", "pmd"):
        if pte_none(ptep_get(entryp)):
            table = pagetable_alloc(level)
            if table is None:
                return None
            set_pte(entryp, mk_table(table))
        entryp = pte_offset(ptep_get(entryp), level, address)
    return entryp


@kernel_function("mm/memory.c")
def pte_alloc(pmd: Ptep, address: int) -> Ptep | None:
    """The PTE of the address; makes its table if there is none."""
    if pte_none(ptep_get(pmd)):
        table = pagetable_alloc("pte")
        if table is None:
            return None
        set_pte(pmd, mk_table(table))
    return pte_offset(ptep_get(pmd), "pte", address)


def walk(mm: MmStruct, address: int) -> tuple[Ptep, ...]:
    """The entries that lead to the address, root first, while tables exist."""
    entries = [pgd_offset(mm, address)]
    for level in LEVELS[1:]:
        entry = entries[-1].table.entries[entries[-1].nr]
        if not pte_present(entry) or pmd_trans_huge(entry):
            break
        entries.append(pte_offset(entry, level, address))
    return tuple(entries)


def find_pte(mm: MmStruct, address: int) -> Ptep | None:
    """The PTE of the address, or None when a table above it is missing."""
    entries = walk(mm, address)
    return entries[-1] if len(entries) == len(LEVELS) else None


def find_pmd(mm: MmStruct, address: int) -> Ptep | None:
    """The PMD of the address, or None when a table above it is missing."""
    entries = walk(mm, address)
    return entries[2] if len(entries) > 2 else None


def find_leaf(mm: MmStruct, address: int) -> Ptep | None:
    """The entry that may map the address: its PTE, or a PMD of a huge page."""
    last = walk(mm, address)[-1]
    if last.table.level == "pte":
        return last
    return last if pmd_trans_huge(last.table.entries[last.nr]) else None


def subpage(address: int) -> int:
    """Which of the 512 pages that its PMD covers the address lies in."""
    return (address & ~PMD_MASK) >> PAGE_SHIFT
