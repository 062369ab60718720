"""Clearing the entries of a range, for which pages lose a reference
(mm/memory.c, v6.1).

Not modelled: gathering pages until the TLB is flushed; each is flushed and
freed for itself.
"""

from pintutor.linux.arch.x86.include.pgtable import (
    PMD_SIZE,
    pmd_trans_huge,
    pte_dirty,
    pte_none,
    pte_present,
    ptep_get,
    set_pte,
)
from pintutor.linux.arch.x86.mm.tlb import flush_tlb_mm_range
from pintutor.linux.include.linux.huge_mm import HPAGE_PMD_SIZE
from pintutor.linux.include.linux.mm import page_folio
from pintutor.linux.include.linux.mm_types import PAGE_SIZE, Ptep, VmAreaStruct
from pintutor.linux.include.linux.page_flags import PageAnon
from pintutor.linux.include.linux.pgtable import addr_end, vm_normal_page
from pintutor.linux.mm.huge_split import __split_huge_pmd, zap_huge_pmd
from pintutor.linux.mm.page_writeback import folio_mark_dirty
from pintutor.linux.mm.pagetable import (
    LEVELS,
    find_pmd,
    find_pte,
    pte_free,
    walk,
)
from pintutor.linux.mm.rmap import page_remove_rmap
from pintutor.linux.mm.swapfile import (
    free_page_and_swap_cache,
    free_swap_and_cache,
)
from pintutor.linux.mm.swapops import pte_to_swp_entry
from pintutor.sim.function import kernel_function
from pintutor.sim.locks import spin_lock, spin_unlock


@kernel_function("mm/memory.c")
def unmap_vmas(vma: VmAreaStruct) -> None:
    """Clear every entry of the range.

    A huge page lies in it as a whole, so nothing has to be split.
    """
    unmap_page_range(vma, vma.vm_start, vma.vm_end)


@kernel_function("mm/memory.c")
def zap_page_range(vma: VmAreaStruct, start: int, size: int) -> int:
    """Clear the entries of a part of the range; 0, or -ENOMEM for a split."""
    return unmap_page_range(vma, start, start + size)


@kernel_function("mm/memory.c")
def unmap_page_range(vma: VmAreaStruct, addr: int, end: int) -> int:
    """Clear the entries of addr..end, PMD by PMD."""
    while addr < end:
        next_ = addr_end(addr, end, PMD_SIZE)
        pmd = find_pmd(vma.vm_mm, addr)
        ret = 0 if pmd is None else zap_pmd(vma, pmd, addr, next_)
        if ret:
            return ret
        addr = next_
    return 0


@kernel_function("mm/memory.c")
def zap_pmd(vma: VmAreaStruct, pmd: Ptep, addr: int, end: int) -> int:
    """Clear what one PMD maps in addr..end; a huge page is split for a part.

    In C this is the loop body of zap_pmd_range().
    """
    if pmd_trans_huge(ptep_get(pmd)):
        if end - addr == HPAGE_PMD_SIZE:
            zap_huge_pmd(vma, pmd)
            return 0
        ret = __split_huge_pmd(vma, pmd, addr)
        if ret:
            return ret
    if pte_none(ptep_get(pmd)):
        return 0
    for address in range(addr, end, PAGE_SIZE):
        zap_pte(vma, address)
    return 0


@kernel_function("mm/memory.c")
def zap_pte(vma: VmAreaStruct, addr: int) -> None:
    """Clear one entry; its page loses the mapping and its reference.

    In C this is the loop body of zap_pte_range().
    """
    pte = find_pte(vma.vm_mm, addr)
    if pte is None or pte_none(ptep_get(pte)):
        return
    spin_lock(pte.table, "ptl")
    ptent = ptep_get(pte)
    set_pte(pte, 0)
    if not pte_present(ptent):
        free_swap_and_cache(pte_to_swp_entry(ptent))
        spin_unlock(pte.table, "ptl")
        return
    page = vm_normal_page(vma, addr, ptent)
    if page is not None:
        if PageAnon(page):
            vma.vm_mm.rss_anon -= 1
        elif pte_dirty(ptent):
            folio_mark_dirty(page_folio(page))
        page_remove_rmap(page, False)
    spin_unlock(pte.table, "ptl")
    if page is not None:
        flush_tlb_mm_range()
        free_page_and_swap_cache(page)


@kernel_function("mm/memory.c")
def free_pgtables(vma: VmAreaStruct) -> None:
    """Free the page tables that hold no entry any more, leaves first."""
    for addr in range(vma.vm_start, vma.vm_end, PMD_SIZE):
        for depth in range(len(LEVELS) - 1, 0, -1):
            entries = walk(vma.vm_mm, addr)
            if depth < len(entries) and not any(entries[depth].table.entries):
                set_pte(entries[depth - 1], 0)
                flush_tlb_mm_range()
                pte_free(entries[depth].table)
