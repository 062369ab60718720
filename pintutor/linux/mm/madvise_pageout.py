"""MADV_COLD and MADV_PAGEOUT: memory that will not be needed soon
(mm/madvise.c, Linux v6.1).

Pages that somebody else has mapped too are left alone. MADV_PAGEOUT reclaims
the others at once, MADV_COLD only has them look unused.

Not modelled: splitting a huge page of which a part is meant, or that is mapped
by PTEs: it is left alone; moving pages within the LRU list; files that the
caller may not write.
"""

from pintutor.linux.arch.x86.include.pgtable import (
    PMD_SIZE,
    pmd_trans_huge,
    pte_mkold,
    pte_none,
    pte_page,
    pte_present,
    pte_young,
    ptep_get,
    set_pte,
)
from pintutor.linux.include.linux.huge_mm import HPAGE_PMD_SIZE
from pintutor.linux.include.linux.mm import (
    VM_PFNMAP,
    folio_mapcount,
    page_folio,
)
from pintutor.linux.include.linux.mm_types import (
    PAGE_SIZE,
    Folio,
    Ptep,
    VmAreaStruct,
)
from pintutor.linux.include.linux.page_flags import folio_test_large
from pintutor.linux.include.linux.pgtable import addr_end, vm_normal_page
from pintutor.linux.include.uapi.errno import EINVAL
from pintutor.linux.mm.huge_zero import is_huge_zero_pmd
from pintutor.linux.mm.pagetable import find_pmd, find_pte
from pintutor.linux.mm.swap_lru import folio_isolate_lru, folio_test_lru
from pintutor.linux.mm.vmscan import reclaim_pages
from pintutor.sim.function import kernel_function
from pintutor.sim.locks import spin_lock, spin_unlock


@kernel_function("mm/madvise.c")
def madvise_cold_or_pageout(
    vma: VmAreaStruct, start: int, end: int, pageout: bool
) -> int:
    """Have the pages of a range look unused, or reclaim them; 0 or -EINVAL.

    In C these are madvise_cold() and madvise_pageout().
    """
    if vma.vm_flags & VM_PFNMAP:
        return -EINVAL
    addr = start
    while addr < end:
        next_ = addr_end(addr, end, PMD_SIZE)
        pmd = find_pmd(vma.vm_mm, addr)
        if pmd is not None and not pte_none(ptep_get(pmd)):
            madvise_cold_or_pageout_pte_range(pmd, addr, next_, vma, pageout)
        addr = next_
    return 0


@kernel_function("mm/madvise.c")
def madvise_cold_or_pageout_pte_range(
    pmd: Ptep, addr: int, end: int, vma: VmAreaStruct, pageout: bool
) -> None:
    """Do it for what one PMD maps in addr..end."""
    folio_list: tuple[Folio, ...] = ()
    spin_lock(pmd.table, "ptl")
    if pmd_trans_huge(ptep_get(pmd)):
        if end - addr == HPAGE_PMD_SIZE:
            folio_list = madvise_pmd(pmd, pageout)
        spin_unlock(pmd.table, "ptl")
        reclaim_pages(folio_list)
        return
    spin_unlock(pmd.table, "ptl")
    for address in range(addr, end, PAGE_SIZE):
        pte = find_pte(vma.vm_mm, address)
        if pte is None:
            break
        spin_lock(pte.table, "ptl")
        folio_list += madvise_pte(pte, address, vma, pageout)
        spin_unlock(pte.table, "ptl")
    reclaim_pages(folio_list)


@kernel_function("mm/madvise.c")
def madvise_pmd(pmd: Ptep, pageout: bool) -> tuple[Folio, ...]:
    """Do it for a huge page; returns it if it was isolated to be reclaimed.

    In C this is in madvise_cold_or_pageout_pte_range().
    """
    orig_pmd = ptep_get(pmd)
    if is_huge_zero_pmd(orig_pmd):
        return ()
    folio = page_folio(pte_page(orig_pmd))
    if folio_mapcount(folio) != 1:
        return ()
    if pte_young(orig_pmd):
        set_pte(pmd, pte_mkold(orig_pmd))
    if pageout and folio_isolate_lru(folio):
        return (folio,)
    return ()


@kernel_function("mm/madvise.c")
def madvise_pte(
    pte: Ptep, addr: int, vma: VmAreaStruct, pageout: bool
) -> tuple[Folio, ...]:
    """Do it for one page; returns it if it was isolated to be reclaimed.

    In C this is the loop body of madvise_cold_or_pageout_pte_range().
    """
    ptent = ptep_get(pte)
    if not pte_present(ptent):
        return ()
    page = vm_normal_page(vma, addr, ptent)
    if page is None or folio_test_large(page_folio(page)):
        return ()
    folio = page_folio(page)
    if not folio_test_lru(folio) or folio_mapcount(folio) != 1:
        return ()
    if pte_young(ptent):
        set_pte(pte, pte_mkold(ptent))
    if pageout and folio_isolate_lru(folio):
        return (folio,)
    return ()
