"""Page faults (mm/memory.c, Linux v6.1).

Not modelled: swap, userfaultfd, NUMA hints, memory cgroups, retries that drop
mmap_lock, files.
"""

from dataclasses import dataclass

from pintutor.linux.arch.x86.include.pgtable import (
    mk_pte,
    pfn_pte,
    pte_mkdirty,
    pte_mkspecial,
    pte_mkwrite,
    pte_mkyoung,
    pte_none,
    pte_pfn,
    pte_present,
    pte_write,
    ptep_get,
    set_pte,
)
from pintutor.linux.include.linux.mm import VM_SHARED, VM_WRITE, page_folio
from pintutor.linux.include.linux.mm_types import Page, Ptep, VmAreaStruct
from pintutor.linux.include.linux.page_flags import (
    PageAnon,
    PageAnonExclusive,
    SetPageUptodate,
)
from pintutor.linux.include.linux.page_ref import folio_ref_count, folio_ref_inc
from pintutor.linux.include.linux.pgtable import (
    is_zero_pfn,
    maybe_mkwrite,
    my_zero_pfn,
    vm_normal_page,
)
from pintutor.linux.mm.page_alloc import alloc_page, put_page
from pintutor.linux.mm.pagetable import pte_alloc
from pintutor.linux.mm.rmap import (
    anon_vma_prepare,
    lru_cache_add_inactive_or_unevictable,
    page_add_new_anon_rmap,
    page_move_anon_rmap,
    page_remove_rmap,
)
from pintutor.sim.function import kernel_function
from pintutor.sim.locks import spin_lock, spin_unlock
from pintutor.sim.objects import KObject

FAULT_FLAG_WRITE = 0x1
FAULT_FLAG_USER = 0x40
FAULT_FLAG_UNSHARE = 0x400

VM_FAULT_OOM = 0x1
VM_FAULT_SIGBUS = 0x2
VM_FAULT_SIGSEGV = 0x40
VM_FAULT_ERROR = VM_FAULT_OOM | VM_FAULT_SIGBUS | VM_FAULT_SIGSEGV


@dataclass(slots=True, eq=False)
class VmFault(KObject):
    """struct vm_fault: one page fault on its way."""

    vma: VmAreaStruct
    address: int
    flags: int
    """FAULT_FLAG_* bits."""
    pte: Ptep
    orig_pte: int
    """The entry when the fault began."""


@kernel_function("mm/memory.c")
def handle_mm_fault(vma: VmAreaStruct, address: int, flags: int) -> int:
    """Handle a fault at an address of the range.

    Returns: VM_FAULT_* bits, 0 when the access can be tried again.
    """
    return __handle_mm_fault(vma, address, flags)


@kernel_function("mm/memory.c")
def __handle_mm_fault(vma: VmAreaStruct, address: int, flags: int) -> int:
    """Make the page tables of the address, then handle its entry."""
    pte = pte_alloc(vma.vm_mm, address)
    if pte is None:
        return VM_FAULT_OOM
    return handle_pte_fault(VmFault(vma, address, flags, pte, ptep_get(pte)))


@kernel_function("mm/memory.c")
def handle_pte_fault(vmf: VmFault) -> int:
    """Decide by the entry which kind of fault this is."""
    if pte_none(vmf.orig_pte):
        return do_anonymous_page(vmf)
    assert pte_present(vmf.orig_pte), "swap is not modelled"

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
    page = alloc_page()
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


@kernel_function("mm/memory.c")
def do_wp_page(vmf: VmFault) -> int:
    """Handle a write to, or an unsharing of, a page that is mapped read-only.

    Context: the page-table lock is held, and dropped here.
    """
    unshare = vmf.flags & FAULT_FLAG_UNSHARE
    page = vm_normal_page(vmf.vma, vmf.address, vmf.orig_pte)
    if page is None:
        spin_unlock(vmf.pte.table, "ptl")
        return 0 if unshare else wp_page_copy(vmf, None)

    if PageAnon(page) and (PageAnonExclusive(page) or wp_can_take_over(page)):
        if not PageAnonExclusive(page):
            page_move_anon_rmap(page, vmf.vma)
        if not unshare:
            wp_page_reuse(vmf)
        spin_unlock(vmf.pte.table, "ptl")
        return 0

    folio_ref_inc(page_folio(page))
    spin_unlock(vmf.pte.table, "ptl")
    return wp_page_copy(vmf, page)


@kernel_function("mm/memory.c")
def wp_can_take_over(page: Page) -> bool:
    """True when nobody else refers to the page: no copy is needed.

    In C this is the middle of do_wp_page(), and in v6.12
    wp_can_reuse_anon_folio().
    """
    return folio_ref_count(page_folio(page)) == 1


@kernel_function("mm/memory.c")
def wp_page_reuse(vmf: VmFault) -> None:
    """Make the entry writable: the page stays where it is."""
    entry = pte_mkyoung(vmf.orig_pte)
    set_pte(vmf.pte, maybe_mkwrite(pte_mkdirty(entry), vmf.vma))


@kernel_function("mm/memory.c")
def wp_page_copy(vmf: VmFault, old_page: Page | None) -> int:
    """Give the address a copy of its page; the old page keeps its other owners.

    Context: the caller holds a reference to `old_page`; it is dropped here.
    """
    anon_vma_prepare(vmf.vma)
    new_page = alloc_page()
    if new_page is None:
        if old_page is not None:
            put_page(old_page)
        return VM_FAULT_OOM
    if not is_zero_pfn(pte_pfn(vmf.orig_pte)):
        assert old_page is not None, "only special entries have no page"
        new_page.data = old_page.data
    SetPageUptodate(new_page)

    spin_lock(vmf.pte.table, "ptl")
    if ptep_get(vmf.pte) == vmf.orig_pte:
        wp_page_install(vmf, old_page, new_page)
    else:
        put_page(new_page)
    spin_unlock(vmf.pte.table, "ptl")
    if old_page is not None:
        put_page(old_page)
    return 0


@kernel_function("mm/memory.c")
def wp_page_install(
    vmf: VmFault, old_page: Page | None, new_page: Page
) -> None:
    """Point the entry at the copy and take the old page's mapping away.

    In C this is the middle of wp_page_copy().
    """
    vma = vmf.vma
    entry = pte_mkyoung(mk_pte(new_page, vma.vm_page_prot))
    if not vmf.flags & FAULT_FLAG_UNSHARE:
        entry = maybe_mkwrite(pte_mkdirty(entry), vma)
    page_add_new_anon_rmap(new_page, vma, vmf.address)
    lru_cache_add_inactive_or_unevictable(new_page, vma)
    set_pte(vmf.pte, entry)
    if old_page is None:
        vma.vm_mm.rss_anon += 1
        return
    page_remove_rmap(old_page)
    put_page(old_page)
