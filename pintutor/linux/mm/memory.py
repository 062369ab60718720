"""Page faults (mm/memory.c, Linux v6.1).

Not modelled: userfaultfd, NUMA hints, memory cgroups; that the processor's own
faults, and those on pages that were swapped out, may drop mmap_lock.
"""

from pintutor.linux.arch.x86.include.pgtable import (
    mk_pte,
    pfn_pte,
    pmd_trans_huge,
    pte_mkdirty,
    pte_mkspecial,
    pte_mkwrite,
    pte_mkyoung,
    pte_none,
    pte_present,
    pte_write,
    ptep_get,
    set_pte,
)
from pintutor.linux.include.linux.mm import (
    VM_SHARED,
    VM_WRITE,
    vma_is_anonymous,
)
from pintutor.linux.include.linux.mm_types import (
    FAULT_FLAG_UNSHARE,
    FAULT_FLAG_WRITE,
    VM_FAULT_FALLBACK,
    VM_FAULT_OOM,
    VM_FAULT_SIGBUS,
    Page,
    VmAreaStruct,
)
from pintutor.linux.include.linux.page_flags import SetPageUptodate
from pintutor.linux.include.linux.pgtable import my_zero_pfn
from pintutor.linux.include.linux.vm_fault import VmFault
from pintutor.linux.mm.do_fault import do_fault
from pintutor.linux.mm.huge_memory import (
    do_huge_pmd_anonymous_page,
    huge_pmd_set_accessed,
    hugepage_vma_check,
)
from pintutor.linux.mm.huge_wp import do_huge_pmd_wp_page
from pintutor.linux.mm.page_alloc import alloc_page, put_page
from pintutor.linux.mm.page_zone import GFP_HIGHUSER_MOVABLE
from pintutor.linux.mm.pagetable import pmd_alloc, pte_alloc
from pintutor.linux.mm.rmap import (
    anon_vma_prepare,
    lru_cache_add_inactive_or_unevictable,
    page_add_new_anon_rmap,
)
from pintutor.linux.mm.swap_fault import do_swap_page
from pintutor.linux.mm.wp_page import do_wp_page
from pintutor.sim.function import kernel_function
from pintutor.sim.locks import spin_lock, spin_unlock


@kernel_function("mm/memory.c")
def handle_mm_fault(vma: VmAreaStruct, address: int, flags: int) -> int:
    """Handle a fault at an address of the range.

    Returns: VM_FAULT_* bits, 0 when the access can be tried again.
    """
    return __handle_mm_fault(vma, address, flags)


@kernel_function("mm/memory.c")
def __handle_mm_fault(vma: VmAreaStruct, address: int, flags: int) -> int:
    """Make the upper page tables, then try a huge page before a small one."""
    pmd = pmd_alloc(vma.vm_mm, address)
    if pmd is None:
        return VM_FAULT_OOM
    vmf = VmFault(vma, address, flags, pmd, ptep_get(pmd), pmd)
    ret = handle_pmd_fault(vmf)
    if not ret & VM_FAULT_FALLBACK:
        return ret
    return handle_pte_fault(vmf)


@kernel_function("mm/memory.c")
def handle_pmd_fault(vmf: VmFault) -> int:
    """Handle the fault with a huge page; VM_FAULT_FALLBACK where there is none.

    In C this is the end of __handle_mm_fault().
    """
    if pte_none(vmf.orig_pmd) and hugepage_vma_check(vmf.vma):
        return do_huge_pmd_anonymous_page(vmf)
    if not pmd_trans_huge(vmf.orig_pmd):
        return VM_FAULT_FALLBACK
    if vmf.flags & (FAULT_FLAG_WRITE | FAULT_FLAG_UNSHARE):
        if not pte_write(vmf.orig_pmd):
            return do_huge_pmd_wp_page(vmf)
    huge_pmd_set_accessed(vmf)
    return 0


@kernel_function("mm/memory.c")
def handle_pte_fault(vmf: VmFault) -> int:
    """Decide by the entry which kind of fault this is."""
    pte = pte_alloc(vmf.pmd, vmf.address)
    if pte is None:
        return VM_FAULT_OOM
    vmf.pte = pte
    vmf.orig_pte = ptep_get(pte)
    if pte_none(vmf.orig_pte):
        if vma_is_anonymous(vmf.vma):
            return do_anonymous_page(vmf)
        return do_fault(vmf)
    if not pte_present(vmf.orig_pte):
        return do_swap_page(vmf)

    spin_lock(vmf.pte.table, "ptl")
    entry = vmf.orig_pte
    if ptep_get(vmf.pte) != entry:
        spin_unlock(vmf.pte.table, "ptl")
        return 0
    if vmf.flags & (FAULT_FLAG_WRITE | FAULT_FLAG_UNSHARE):
        if not pte_write(entry):
            return do_wp_page(vmf)
        if vmf.flags & FAULT_FLAG_WRITE:
            entry = pte_mkdirty(entry)
    entry = pte_mkyoung(entry)
    if entry != vmf.orig_pte:
        set_pte(vmf.pte, entry)
    spin_unlock(vmf.pte.table, "ptl")
    return 0


@kernel_function("mm/memory.c")
def do_anonymous_page(vmf: VmFault) -> int:
    """Map a page where none is: for a read the zero page, else a fresh one."""
    vma = vmf.vma
    if vma.vm_flags & VM_SHARED:
        return VM_FAULT_SIGBUS
    if not vmf.flags & FAULT_FLAG_WRITE:
        entry = pte_mkspecial(
            pfn_pte(my_zero_pfn(vmf.address), vma.vm_page_prot)
        )
        return set_pte_if_none(vmf, entry, None)

    anon_vma_prepare(vma)
    page = alloc_page(gfp=GFP_HIGHUSER_MOVABLE)
    if page is None:
        return VM_FAULT_OOM
    SetPageUptodate(page)
    entry = pte_mkyoung(mk_pte(page, vma.vm_page_prot))
    if vma.vm_flags & VM_WRITE:
        entry = pte_mkwrite(pte_mkdirty(entry))
    return set_pte_if_none(vmf, entry, page)


@kernel_function("mm/memory.c")
def set_pte_if_none(vmf: VmFault, entry: int, page: Page | None) -> int:
    """Install the entry unless another fault was faster.

    In C this is the end of do_anonymous_page().
    """
    spin_lock(vmf.pte.table, "ptl")
    if not pte_none(ptep_get(vmf.pte)):
        spin_unlock(vmf.pte.table, "ptl")
        if page is not None:
            put_page(page)
        return 0
    if page is not None:
        vmf.vma.vm_mm.rss_anon += 1
        page_add_new_anon_rmap(page, vmf.vma, vmf.address)
        lru_cache_add_inactive_or_unevictable(page, vmf.vma)
    set_pte(vmf.pte, entry)
    spin_unlock(vmf.pte.table, "ptl")
    return 0
