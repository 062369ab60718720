"""Ending or copying the mapping of a huge page (mm/huge_memory.c, Linux v6.1).

A split replaces a PMD by 512 PTEs that map the same pages. The huge page itself
stays one folio, with one reference for each PTE.

Not modelled: the page table that Linux sets aside when a fault maps a huge
page. It is taken from the allocator here when the PMD is split, which can fail;
in Linux a split cannot. One that khugepaged has set aside is used first.
"""

from pintutor.linux.arch.x86.include.pgtable import (
    mk_pte,
    pfn_pte,
    pmd_trans_huge,
    pte_dirty,
    pte_mkold,
    pte_mkspecial,
    pte_page,
    pte_write,
    pte_wrprotect,
    pte_young,
    ptep_get,
    set_pte,
)
from pintutor.linux.include.linux.huge_mm import (
    HPAGE_PMD_MASK,
    HPAGE_PMD_NR,
)
from pintutor.linux.include.linux.mm import nth_page, page_folio
from pintutor.linux.include.linux.mm_types import (
    PAGE_SHIFT,
    Page,
    PageTable,
    Ptep,
    VmAreaStruct,
)
from pintutor.linux.include.linux.page_flags import (
    PageAnonExclusive,
    SetPageAnonExclusive,
)
from pintutor.linux.include.linux.page_ref import folio_ref_add, folio_ref_inc
from pintutor.linux.include.linux.pgtable import maybe_mkwrite, my_zero_pfn
from pintutor.linux.include.uapi.errno import EAGAIN, ENOMEM
from pintutor.linux.mm.huge_zero import is_huge_zero_pmd, mm_get_huge_zero_page
from pintutor.linux.mm.page_alloc import put_page
from pintutor.linux.mm.page_writeback import folio_mark_dirty
from pintutor.linux.mm.pagetable import mk_table, pagetable_alloc, pte_free
from pintutor.linux.mm.rmap import page_remove_rmap, page_try_dup_anon_rmap
from pintutor.sim.atomic import atomic_inc
from pintutor.sim.function import kernel_function
from pintutor.sim.locks import spin_lock, spin_unlock


@kernel_function("mm/huge_memory.c")
def __split_huge_pmd(vma: VmAreaStruct, pmd: Ptep, address: int) -> int:
    """Map by PTEs what a PMD maps as a huge page; 0 or -ENOMEM."""
    ret = 0
    spin_lock(pmd.table, "ptl")
    if pmd_trans_huge(ptep_get(pmd)):
        ret = __split_huge_pmd_locked(vma, pmd, address & HPAGE_PMD_MASK)
    spin_unlock(pmd.table, "ptl")
    return ret


@kernel_function("mm/huge_memory.c")
def __split_huge_pmd_locked(vma: VmAreaStruct, pmd: Ptep, haddr: int) -> int:
    """Replace the PMD of the zero page, or of a page of its own."""
    pgtable = pgtable_trans_huge_withdraw(pmd)
    if pgtable is None:
        pgtable = pagetable_alloc("pte")
    if pgtable is None:
        return -ENOMEM
    if is_huge_zero_pmd(ptep_get(pmd)):
        __split_huge_zero_page_pmd(vma, pmd, pgtable, haddr)
    else:
        split_huge_page_pmd(vma, pmd, pgtable)
    return 0


@kernel_function("mm/huge_memory.c")
def __split_huge_zero_page_pmd(
    vma: VmAreaStruct, pmd: Ptep, pgtable: PageTable, haddr: int
) -> None:
    """Replace the huge zero page by the small one, 512 times."""
    for i in range(HPAGE_PMD_NR):
        entry = pfn_pte(
            my_zero_pfn(haddr + (i << PAGE_SHIFT)), vma.vm_page_prot
        )
        set_pte(Ptep(pgtable, i), pte_mkspecial(entry))
    set_pte(pmd, mk_table(pgtable))


@kernel_function("mm/huge_memory.c")
def split_huge_page_pmd(
    vma: VmAreaStruct, pmd: Ptep, pgtable: PageTable
) -> None:
    """Give each page of the huge page a PTE, with a reference for it.

    In C this is the second half of __split_huge_pmd_locked().
    """
    old_pmd = ptep_get(pmd)
    page = pte_page(old_pmd)
    if pte_dirty(old_pmd):
        folio_mark_dirty(page_folio(page))
    folio_ref_add(page_folio(page), HPAGE_PMD_NR - 1)
    anon_exclusive = PageAnonExclusive(page)
    for i in range(HPAGE_PMD_NR):
        subpage = nth_page(page, i)
        if anon_exclusive:
            SetPageAnonExclusive(subpage)
        set_pte(Ptep(pgtable, i), split_pte(vma, subpage, old_pmd))
        atomic_inc(subpage, "_mapcount")
    page_remove_rmap(page, True)
    set_pte(pmd, mk_table(pgtable))


def split_pte(vma: VmAreaStruct, subpage: Page, old_pmd: int) -> int:
    """The entry of one page of a huge page, with the bits that its PMD had.

    In C this is in the middle of __split_huge_pmd_locked(). The dirty bit is
    not carried over: the folio was marked dirty.
    """
    entry = maybe_mkwrite(mk_pte(subpage, vma.vm_page_prot), vma)
    if not pte_write(old_pmd):
        entry = pte_wrprotect(entry)
    if not pte_young(old_pmd):
        entry = pte_mkold(entry)
    return entry


@kernel_function("mm/pgtable-generic.c")
def pgtable_trans_huge_deposit(pmdp: Ptep, pgtable: PageTable) -> None:
    """Set a page table aside, for when a huge page has to be split."""
    pmdp.table.pmd_huge_pte = (*pmdp.table.pmd_huge_pte, pgtable)


@kernel_function("mm/pgtable-generic.c")
def pgtable_trans_huge_withdraw(pmdp: Ptep) -> PageTable | None:
    """A page table that was set aside, or None."""
    if not pmdp.table.pmd_huge_pte:
        return None
    pgtable, *rest = pmdp.table.pmd_huge_pte
    pmdp.table.pmd_huge_pte = tuple(rest)
    return pgtable


@kernel_function("mm/huge_memory.c")
def zap_deposited_table(pmd: Ptep) -> None:
    """Free the page table that was set aside, if one was."""
    pgtable = pgtable_trans_huge_withdraw(pmd)
    if pgtable is not None:
        pte_free(pgtable)


@kernel_function("mm/huge_memory.c")
def zap_huge_pmd(vma: VmAreaStruct, pmd: Ptep) -> None:
    """Unmap a huge page: it loses the mapping and its reference."""
    spin_lock(pmd.table, "ptl")
    orig_pmd = ptep_get(pmd)
    set_pte(pmd, 0)
    zap_deposited_table(pmd)
    if is_huge_zero_pmd(orig_pmd):
        spin_unlock(pmd.table, "ptl")
        return
    page = pte_page(orig_pmd)
    page_remove_rmap(page, True)
    vma.vm_mm.rss_anon -= HPAGE_PMD_NR
    spin_unlock(pmd.table, "ptl")
    put_page(page)


@kernel_function("mm/huge_memory.c")
def copy_huge_pmd(
    dst_vma: VmAreaStruct,
    src_vma: VmAreaStruct,
    dst_pmd: Ptep,
    src_pmd: Ptep,
    addr: int,
) -> int:
    """Share a huge page with the child, read-only in both.

    Returns: -EAGAIN after a split, when it may be pinned and has to be copied
    page by page; -ENOMEM when there was no memory for that.
    """
    spin_lock(src_pmd.table, "ptl")
    pmd = ptep_get(src_pmd)
    if is_huge_zero_pmd(pmd):
        mm_get_huge_zero_page(dst_vma.vm_mm)
    else:
        src_page = pte_page(pmd)
        folio_ref_inc(page_folio(src_page))
        if page_try_dup_anon_rmap(src_page, True, src_vma):
            put_page(src_page)
            spin_unlock(src_pmd.table, "ptl")
            return __split_huge_pmd(src_vma, src_pmd, addr) or -EAGAIN
        dst_vma.vm_mm.rss_anon += HPAGE_PMD_NR
    set_pte(src_pmd, pte_wrprotect(pmd))
    set_pte(dst_pmd, pte_mkold(pte_wrprotect(pmd)))
    spin_unlock(src_pmd.table, "ptl")
    return 0
