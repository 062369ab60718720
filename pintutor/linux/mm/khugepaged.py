"""Making one huge page of small ones (mm/khugepaged.c, Linux v6.1).

The entry above the page table is cleared first, so that a walk without a lock
which has come past it finds that out. Then the pages must have no reference
but those that their entries explain: a pin keeps them as they are.

Not modelled: khugepaged's choice of where to look, with mmap_lock held for
reading; swapped pages, which it would read; parts of other huge pages, files;
the second flush, tlb_remove_table_sync_one(), for processors that flush
without an interrupt.
"""

from pintutor.linux.arch.x86.include.pgtable import (
    pmd_trans_huge,
    pte_mkdirty,
    pte_none,
    ptep_get,
    set_pte,
)
from pintutor.linux.arch.x86.mm.tlb import flush_tlb_mm_range
from pintutor.linux.include.linux.huge_mm import HPAGE_PMD_ORDER
from pintutor.linux.include.linux.mm_types import (
    MmStruct,
    Page,
    PageTable,
    Ptep,
    VmAreaStruct,
)
from pintutor.linux.include.linux.page_flags import SetPageUptodate
from pintutor.linux.include.linux.pgtable import maybe_mkwrite
from pintutor.linux.mm.huge_memory import (
    hugepage_vma_check,
    mk_huge_pmd,
    transhuge_vma_suitable,
)
from pintutor.linux.mm.huge_split import pgtable_trans_huge_deposit
from pintutor.linux.mm.khugepaged_copy import (
    ScanResult,
    __collapse_huge_page_copy,
    __collapse_huge_page_isolate,
)
from pintutor.linux.mm.mmap import vma_lookup
from pintutor.linux.mm.page_alloc import alloc_pages, put_page
from pintutor.linux.mm.page_zone import GFP_HIGHUSER_MOVABLE
from pintutor.linux.mm.pagetable import find_pmd, mk_table, table_of
from pintutor.linux.mm.rmap import (
    lru_cache_add_inactive_or_unevictable,
    page_add_new_anon_rmap,
)
from pintutor.sim.function import kernel_function
from pintutor.sim.locks import down_write, spin_lock, spin_unlock, up_write


@kernel_function("mm/khugepaged.c")
def collapse_huge_page(mm: MmStruct, address: int) -> ScanResult:
    """Map one huge page instead of the small ones at `address`."""
    hpage = alloc_pages(HPAGE_PMD_ORDER, gfp=GFP_HIGHUSER_MOVABLE)
    if hpage is None:
        return ScanResult.SCAN_ALLOC_HUGE_PAGE_FAIL

    down_write(mm, "mmap_lock")
    result = hugepage_vma_revalidate(mm, address)
    if result == ScanResult.SCAN_SUCCEED:
        result = find_pmd_or_thp_or_none(mm, address)
    if result == ScanResult.SCAN_SUCCEED:
        result = collapse_pmd(mm, address, hpage)
    up_write(mm, "mmap_lock")

    if result != ScanResult.SCAN_SUCCEED:
        put_page(hpage)
    return result


@kernel_function("mm/khugepaged.c")
def hugepage_vma_revalidate(mm: MmStruct, address: int) -> ScanResult:
    """Whether the range at `address` may have a huge page there."""
    vma = vma_lookup(mm, address)
    if vma is None:
        return ScanResult.SCAN_VMA_NULL
    if not transhuge_vma_suitable(vma, address):
        return ScanResult.SCAN_ADDRESS_RANGE
    if not hugepage_vma_check(vma):
        return ScanResult.SCAN_VMA_CHECK
    return ScanResult.SCAN_SUCCEED


@kernel_function("mm/khugepaged.c")
def find_pmd_or_thp_or_none(mm: MmStruct, address: int) -> ScanResult:
    """Whether the address has a page table that could be collapsed."""
    pmd = find_pmd(mm, address)
    if pmd is None or pte_none(ptep_get(pmd)):
        return ScanResult.SCAN_PMD_NULL
    if pmd_trans_huge(ptep_get(pmd)):
        return ScanResult.SCAN_PMD_MAPPED
    return ScanResult.SCAN_SUCCEED


@kernel_function("mm/khugepaged.c")
def collapse_pmd(mm: MmStruct, address: int, hpage: Page) -> ScanResult:
    """Replace the page table at `address`, or leave all as it was.

    In C this is the second half of collapse_huge_page().
    """
    vma, pmd = vma_lookup(mm, address), find_pmd(mm, address)
    assert vma is not None and pmd is not None, "both were looked at"
    pte = Ptep(table_of(ptep_get(pmd)), 0)

    spin_lock(pmd.table, "ptl")
    pmdp_collapse_flush(pmd)
    spin_unlock(pmd.table, "ptl")

    spin_lock(pte.table, "ptl")
    result = __collapse_huge_page_isolate(pte)
    spin_unlock(pte.table, "ptl")
    if result != ScanResult.SCAN_SUCCEED:
        spin_lock(pmd.table, "ptl")
        set_pte(pmd, mk_table(pte.table))
        spin_unlock(pmd.table, "ptl")
        return result

    __collapse_huge_page_copy(mm, pte, hpage)
    SetPageUptodate(hpage)
    map_collapsed(vma, pmd, address, hpage, pte.table)
    return ScanResult.SCAN_SUCCEED


@kernel_function("mm/pgtable-generic.c")
def pmdp_collapse_flush(pmdp: Ptep) -> None:
    """Clear the entry above a page table and have every CPU flush."""
    set_pte(pmdp, 0)
    flush_tlb_mm_range()


@kernel_function("mm/khugepaged.c")
def map_collapsed(
    vma: VmAreaStruct, pmd: Ptep, address: int, hpage: Page, pgtable: PageTable
) -> None:
    """Map the huge page, and set the page table aside.

    In C this is the end of collapse_huge_page().
    """
    _pmd = mk_huge_pmd(hpage, vma.vm_page_prot)
    _pmd = maybe_mkwrite(pte_mkdirty(_pmd), vma)
    spin_lock(pmd.table, "ptl")
    page_add_new_anon_rmap(hpage, vma, address)
    lru_cache_add_inactive_or_unevictable(hpage, vma)
    pgtable_trans_huge_deposit(pmd, pgtable)
    set_pte(pmd, _pmd)
    spin_unlock(pmd.table, "ptl")
