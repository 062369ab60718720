"""From a folio to the entries that map it (mm/rmap.c, mm/page_vma_mapped.c).

In C the ranges hang on trees of the anon_vma, or of the file. Here the ranges
of all tasks are looked through.

Not modelled: memory that mremap() has moved.
"""

from pintutor.linux.arch.x86.include.pgtable import (
    PMD_MASK,
    PMD_SIZE,
    pmd_trans_huge,
    pte_pfn,
    pte_present,
)
from pintutor.linux.globals import this_kernel
from pintutor.linux.include.linux.mm import VM_MERGEABLE, folio_nr_pages
from pintutor.linux.include.linux.mm_types import (
    PAGE_SHIFT,
    PAGE_SIZE,
    Folio,
    Ptep,
    VmAreaStruct,
)
from pintutor.linux.include.linux.page_flags import PageKsm, folio_test_anon
from pintutor.linux.mm.file_rmap import i_mmap, vma_address
from pintutor.linux.mm.pagetable import find_pmd, find_pte
from pintutor.linux.mm.swapops import (
    is_migration_entry,
    is_swap_pte,
    pte_to_swp_entry,
    swp_offset_pfn,
)

Mapped = tuple[int, Ptep]
"""An address and its entry: a PTE, or the PMD of a huge page."""


def rmap_walk(folio: Folio) -> tuple[tuple[VmAreaStruct, int], ...]:
    """The ranges that may map the folio, each with where its first page is.

    In C the caller hands in what to do for each: rwc->rmap_one.
    """
    if PageKsm(folio):
        return rmap_walk_ksm()
    if folio_test_anon(folio):
        return _anon_ranges(folio)
    if folio.mapping is None:
        return ()
    found = (
        (vma, vma_address(folio.index, vma)) for vma in i_mmap(folio.mapping)
    )
    return tuple(
        (vma, address) for vma, address in found if address is not None
    )


def rmap_walk_ksm() -> tuple[tuple[VmAreaStruct, int], ...]:
    """Every page of user memory that may be a KSM page (mm/ksm.c).

    In C the node of the page has a list of those that it was merged from.
    """
    return tuple(
        (vma, address)
        for task in this_kernel().tasks
        for vma in task.mm.mmap
        if vma.vm_flags & VM_MERGEABLE
        for address in range(vma.vm_start, vma.vm_end, PAGE_SIZE)
    )


def _anon_ranges(folio: Folio) -> tuple[tuple[VmAreaStruct, int], ...]:
    start = folio.index << PAGE_SHIFT
    end = start + folio_nr_pages(folio) * PAGE_SIZE
    return tuple(
        (vma, start)
        for task in this_kernel().tasks
        for vma in task.mm.mmap
        if vma.anon_vma is not None
        and vma.vm_start < end
        and vma.vm_end > start
    )


def page_vma_mapped_walk(
    folio: Folio, vma: VmAreaStruct, address: int, *, migration: bool = False
) -> tuple[Mapped, ...]:
    """The entries of the range that map the folio, by address.

    With `migration` those that say that it is being moved.
    """
    end = min(address + folio_nr_pages(folio) * PAGE_SIZE, vma.vm_end)
    address = max(address, vma.vm_start)
    found: tuple[Mapped, ...] = ()
    while address < end:
        pmd = find_pmd(vma.vm_mm, address)
        if pmd is None or _check_entry(folio, pmd, migration, True):
            found += () if pmd is None else ((address, pmd),)
            address = (address & PMD_MASK) + PMD_SIZE
            continue
        pte = find_pte(vma.vm_mm, address)
        if pte is not None and _check_entry(folio, pte, migration, False):
            found += ((address, pte),)
        address += PAGE_SIZE
    return found


def _check_entry(folio: Folio, ptep: Ptep, migration: bool, huge: bool) -> bool:
    """True when the entry is one for a page of the folio (check_pte() in C)."""
    entry = ptep.table.entries[ptep.nr]
    if migration:
        moved = is_swap_pte(entry) and is_migration_entry(
            pte_to_swp_entry(entry)
        )
        pfn = swp_offset_pfn(pte_to_swp_entry(entry)) if moved else -1
    else:
        maps = pte_present(entry) and pmd_trans_huge(entry) == huge
        pfn = pte_pfn(entry) if maps else -1
    return folio.pfn <= pfn < folio.pfn + folio_nr_pages(folio)
