"""Unmapping a folio that is to be reclaimed (mm/rmap.c, Linux v6.1).

The entry of an anonymous page becomes one that names its slot of the swap
device. A page that may be pinned must stay exclusive, so its entry is put back.

Not modelled: locked memory, flushing the TLB in batches, pages marked by
MADV_FREE.
"""

from pintutor.linux.arch.x86.include.pgtable import (
    pmd_trans_huge,
    pte_dirty,
    pte_page,
    ptep_get,
    set_pte,
)
from pintutor.linux.include.linux.huge_mm import HPAGE_PMD_MASK
from pintutor.linux.include.linux.mm import folio_mapped
from pintutor.linux.include.linux.mm_types import Folio, Ptep, VmAreaStruct
from pintutor.linux.include.linux.page_flags import (
    PageAnonExclusive,
    folio_test_anon,
    folio_test_large,
)
from pintutor.linux.mm.huge_split import __split_huge_pmd
from pintutor.linux.mm.page_alloc import put_page
from pintutor.linux.mm.page_writeback import folio_mark_dirty
from pintutor.linux.mm.pagetable import find_pmd
from pintutor.linux.mm.rmap import page_remove_rmap, page_try_share_anon_rmap
from pintutor.linux.mm.rmap_walk import page_vma_mapped_walk, rmap_walk
from pintutor.linux.mm.swapfile import swap_duplicate, swap_free
from pintutor.linux.mm.swapops import pte_swp_mkexclusive, swp_entry_to_pte
from pintutor.sim.function import kernel_function
from pintutor.sim.locks import spin_lock, spin_unlock


@kernel_function("mm/rmap.c")
def try_to_unmap(folio: Folio) -> None:
    """Take every entry of the folio away; folio_mapped() tells if it worked."""
    if not folio_mapped(folio):
        return
    for vma, address in rmap_walk(folio):
        if not try_to_unmap_one(folio, vma, address):
            return


@kernel_function("mm/rmap.c")
def try_to_unmap_one(folio: Folio, vma: VmAreaStruct, address: int) -> bool:
    """Take the entries of one range away; false when one had to stay."""
    if folio_test_large(folio):
        if split_huge_pmd_address(vma, address):
            return False
    for _, ptep in page_vma_mapped_walk(folio, vma, address):
        if not try_to_unmap_pte(folio, vma, ptep):
            return False
    return True


@kernel_function("mm/huge_memory.c")
def split_huge_pmd_address(vma: VmAreaStruct, address: int) -> int:
    """Map by PTEs the huge page at the address, if one is; 0 or -ENOMEM."""
    pmd = find_pmd(vma.vm_mm, address & HPAGE_PMD_MASK)
    if pmd is None or not pmd_trans_huge(ptep_get(pmd)):
        return 0
    return __split_huge_pmd(vma, pmd, address)


@kernel_function("mm/rmap.c")
def try_to_unmap_pte(folio: Folio, vma: VmAreaStruct, ptep: Ptep) -> bool:
    """Take one entry away; false when it was put back.

    In C this is the loop body of try_to_unmap_one().
    """
    spin_lock(ptep.table, "ptl")
    pteval = ptep_get(ptep)
    subpage = pte_page(pteval)
    set_pte(ptep, 0)
    if pte_dirty(pteval):
        folio_mark_dirty(folio)
    if folio_test_anon(folio):
        swp_pte = share_to_swap(subpage.private, pteval)
        if swp_pte == pteval:
            set_pte(ptep, pteval)
            spin_unlock(ptep.table, "ptl")
            return False
        vma.vm_mm.rss_anon -= 1
        set_pte(ptep, swp_pte)
    page_remove_rmap(subpage, False)
    spin_unlock(ptep.table, "ptl")
    put_page(folio)
    return True


@kernel_function("mm/rmap.c")
def share_to_swap(entry: int, pteval: int) -> int:
    """The swap entry for a page whose entry was `pteval`; `pteval` to refuse.

    In C this is the middle of try_to_unmap_one(). The page stops being
    exclusive, and the swap entry remembers that it was.
    """
    subpage = pte_page(pteval)
    anon_exclusive = PageAnonExclusive(subpage)
    if swap_duplicate(entry) < 0:
        return pteval
    if anon_exclusive and page_try_share_anon_rmap(subpage):
        swap_free(entry)
        return pteval
    swp_pte = swp_entry_to_pte(entry)
    return pte_swp_mkexclusive(swp_pte) if anon_exclusive else swp_pte
