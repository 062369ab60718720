"""Writing to a huge page that is mapped read-only (mm/huge_memory.c, v6.1).

A shared huge page is not copied as a whole: its PMD is split, and the fault
goes on with the one small page that is written.
"""

from pintutor.linux.arch.x86.include.pgtable import (
    pte_mkdirty,
    pte_mkyoung,
    pte_page,
    ptep_get,
    set_pte,
)
from pintutor.linux.include.linux.mm import page_folio
from pintutor.linux.include.linux.mm_types import (
    FAULT_FLAG_UNSHARE,
    VM_FAULT_FALLBACK,
    VM_FAULT_OOM,
)
from pintutor.linux.include.linux.page_flags import PageAnonExclusive
from pintutor.linux.include.linux.page_ref import folio_ref_count
from pintutor.linux.include.linux.pgtable import maybe_mkwrite
from pintutor.linux.include.linux.vm_fault import VmFault
from pintutor.linux.mm.huge_split import __split_huge_pmd
from pintutor.linux.mm.huge_zero import is_huge_zero_pmd
from pintutor.linux.mm.rmap import page_move_anon_rmap
from pintutor.sim.function import kernel_function
from pintutor.sim.locks import spin_lock, spin_unlock


@kernel_function("mm/huge_memory.c")
def do_huge_pmd_wp_page(vmf: VmFault) -> int:
    """Handle a write to, or an unsharing of, a huge page mapped read-only.

    Returns: VM_FAULT_FALLBACK after a split: the fault goes on with a PTE.
    """
    orig_pmd = vmf.orig_pmd
    if is_huge_zero_pmd(orig_pmd):
        return wp_huge_fallback(vmf)
    spin_lock(vmf.pmd.table, "ptl")
    if ptep_get(vmf.pmd) != orig_pmd:
        spin_unlock(vmf.pmd.table, "ptl")
        return 0
    page = pte_page(orig_pmd)
    if not PageAnonExclusive(page):
        if folio_ref_count(page_folio(page)) != 1:
            spin_unlock(vmf.pmd.table, "ptl")
            return wp_huge_fallback(vmf)
        page_move_anon_rmap(page, vmf.vma)
    if not vmf.flags & FAULT_FLAG_UNSHARE:
        entry = pte_mkyoung(orig_pmd)
        set_pte(vmf.pmd, maybe_mkwrite(pte_mkdirty(entry), vmf.vma))
    spin_unlock(vmf.pmd.table, "ptl")
    return 0


@kernel_function("mm/huge_memory.c")
def wp_huge_fallback(vmf: VmFault) -> int:
    """Split the PMD, so that the fault can go on with a small page.

    In C this is the end of do_huge_pmd_wp_page().
    """
    if __split_huge_pmd(vmf.vma, vmf.pmd, vmf.address):
        return VM_FAULT_OOM
    return VM_FAULT_FALLBACK
