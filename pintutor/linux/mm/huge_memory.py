"""Faults that map huge pages (mm/huge_memory.c, Linux v6.1).

A range with VM_HUGEPAGE gets a page of 2 MiB where a whole aligned piece of it
lies in the range, as with /sys/kernel/mm/transparent_hugepage/enabled set to
`madvise`. Its entry is a PMD with the bit PSE. What ends such a mapping is in
huge_split.py, writing to one that is read-only in huge_wp.py.

Not modelled: splitting the huge page itself, the page table that is
set aside for a split, ranges that always get huge pages, files.
"""

from pintutor.linux.arch.x86.include.pgtable import (
    mk_pte,
    pmd_mkhuge,
    pte_mkdirty,
    pte_mkyoung,
    pte_modify,
    pte_none,
    ptep_get,
    set_pte,
)
from pintutor.linux.include.linux.huge_mm import (
    HPAGE_PMD_MASK,
    HPAGE_PMD_NR,
    HPAGE_PMD_ORDER,
    HPAGE_PMD_SIZE,
)
from pintutor.linux.include.linux.mm import (
    VM_HUGEPAGE,
    VM_NOHUGEPAGE,
    vma_is_anonymous,
)
from pintutor.linux.include.linux.mm_types import (
    FAULT_FLAG_WRITE,
    VM_FAULT_FALLBACK,
    Page,
    Ptep,
    VmAreaStruct,
)
from pintutor.linux.include.linux.page_flags import SetPageUptodate
from pintutor.linux.include.linux.pgtable import maybe_mkwrite
from pintutor.linux.include.linux.vm_fault import VmFault
from pintutor.linux.mm.huge_zero import mm_get_huge_zero_page
from pintutor.linux.mm.page_alloc import alloc_pages, put_page
from pintutor.linux.mm.page_zone import GFP_HIGHUSER_MOVABLE
from pintutor.linux.mm.rmap import (
    anon_vma_prepare,
    lru_cache_add_inactive_or_unevictable,
    page_add_new_anon_rmap,
)
from pintutor.sim.function import kernel_function
from pintutor.sim.locks import spin_lock, spin_unlock


def hugepage_vma_check(vma: VmAreaStruct) -> bool:
    """True when the range is anonymous and was advised to have huge pages."""
    if vma.vm_flags & VM_NOHUGEPAGE or not vma_is_anonymous(vma):
        return False
    return bool(vma.vm_flags & VM_HUGEPAGE)


def transhuge_vma_suitable(vma: VmAreaStruct, haddr: int) -> bool:
    """True when the range holds a whole huge page at `haddr`."""
    return vma.vm_start <= haddr and haddr + HPAGE_PMD_SIZE <= vma.vm_end


def mk_huge_pmd(page: Page, prot: int) -> int:
    """An entry for a huge page."""
    return pmd_mkhuge(mk_pte(page, prot))


@kernel_function("mm/huge_memory.c")
def do_huge_pmd_anonymous_page(vmf: VmFault) -> int:
    """Map a huge page where none is: for a read the zero one, else a fresh one.

    Returns: VM_FAULT_FALLBACK when small pages have to do.
    """
    vma = vmf.vma
    haddr = vmf.address & HPAGE_PMD_MASK
    if not transhuge_vma_suitable(vma, haddr):
        return VM_FAULT_FALLBACK
    anon_vma_prepare(vma)
    if not vmf.flags & FAULT_FLAG_WRITE:
        zero_page = mm_get_huge_zero_page(vma.vm_mm)
        if zero_page is None:
            return VM_FAULT_FALLBACK
        spin_lock(vmf.pmd.table, "ptl")
        set_huge_zero_page(vma, vmf.pmd, zero_page)
        spin_unlock(vmf.pmd.table, "ptl")
        return 0

    page = alloc_pages(HPAGE_PMD_ORDER, gfp=GFP_HIGHUSER_MOVABLE)
    if page is None:
        return VM_FAULT_FALLBACK
    return __do_huge_pmd_anonymous_page(vmf, page)


@kernel_function("mm/huge_memory.c")
def set_huge_zero_page(vma: VmAreaStruct, pmd: Ptep, zero_page: Page) -> None:
    """Map the huge zero page unless another fault was faster."""
    if not pte_none(ptep_get(pmd)):
        return
    set_pte(pmd, mk_huge_pmd(zero_page, vma.vm_page_prot))


@kernel_function("mm/huge_memory.c")
def __do_huge_pmd_anonymous_page(vmf: VmFault, page: Page) -> int:
    """Map a fresh huge page unless another fault was faster."""
    vma = vmf.vma
    haddr = vmf.address & HPAGE_PMD_MASK
    SetPageUptodate(page)
    spin_lock(vmf.pmd.table, "ptl")
    if not pte_none(ptep_get(vmf.pmd)):
        spin_unlock(vmf.pmd.table, "ptl")
        put_page(page)
        return 0
    entry = mk_huge_pmd(page, vma.vm_page_prot)
    entry = maybe_mkwrite(pte_mkdirty(entry), vma)
    page_add_new_anon_rmap(page, vma, haddr)
    lru_cache_add_inactive_or_unevictable(page, vma)
    set_pte(vmf.pmd, entry)
    vma.vm_mm.rss_anon += HPAGE_PMD_NR
    spin_unlock(vmf.pmd.table, "ptl")
    return 0


@kernel_function("mm/huge_memory.c")
def change_huge_pmd(
    vma: VmAreaStruct, pmd: Ptep, addr: int, newprot: int, cp_flags: int
) -> int:
    """Give the PMD of a huge page other permissions; returns its pages."""
    spin_lock(pmd.table, "ptl")
    entry = pte_modify(ptep_get(pmd), newprot)
    set_pte(pmd, entry)
    spin_unlock(pmd.table, "ptl")
    return HPAGE_PMD_NR


@kernel_function("mm/huge_memory.c")
def huge_pmd_set_accessed(vmf: VmFault) -> None:
    """Set the bits for an access that the entry permits by now."""
    spin_lock(vmf.pmd.table, "ptl")
    if ptep_get(vmf.pmd) == vmf.orig_pmd:
        touch_pmd(vmf.pmd, vmf.flags & FAULT_FLAG_WRITE)
    spin_unlock(vmf.pmd.table, "ptl")


@kernel_function("mm/huge_memory.c")
def touch_pmd(pmd: Ptep, write: int) -> None:
    """Mark the entry accessed, and dirty for a write."""
    old = ptep_get(pmd)
    entry = pte_mkyoung(pte_mkdirty(old) if write else old)
    if entry != old:
        set_pte(pmd, entry)
