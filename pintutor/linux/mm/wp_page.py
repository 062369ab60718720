"""Writing to a page mapped read-only: reuse or copy (mm/memory.c, v6.1)."""

from pintutor.linux.arch.x86.include.pgtable import (
    mk_pte,
    pte_mkdirty,
    pte_mkyoung,
    pte_pfn,
    ptep_get,
    set_pte,
)
from pintutor.linux.include.linux.mm import VM_SHARED, page_folio
from pintutor.linux.include.linux.mm_types import (
    FAULT_FLAG_UNSHARE,
    VM_FAULT_OOM,
    Page,
)
from pintutor.linux.include.linux.page_flags import (
    PageAnon,
    PageAnonExclusive,
    SetPageUptodate,
)
from pintutor.linux.include.linux.page_ref import folio_ref_inc
from pintutor.linux.include.linux.pgtable import (
    device_frame,
    is_zero_pfn,
    maybe_mkwrite,
    vm_normal_page,
)
from pintutor.linux.include.linux.vm_fault import VmFault
from pintutor.linux.mm.page_alloc import alloc_page, put_page
from pintutor.linux.mm.page_zone import GFP_HIGHUSER_MOVABLE
from pintutor.linux.mm.rmap import (
    anon_vma_prepare,
    lru_cache_add_inactive_or_unevictable,
    page_add_new_anon_rmap,
    page_move_anon_rmap,
    page_remove_rmap,
)
from pintutor.linux.mm.swapfile import (
    free_page_and_swap_cache,
)
from pintutor.linux.mm.wp_reuse import (
    wp_can_take_over,
    wp_page_reuse,
    wp_page_shared,
)
from pintutor.sim.atomic import read_once
from pintutor.sim.function import kernel_function
from pintutor.sim.locks import spin_lock, spin_unlock


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
    if unshare and not PageAnon(page):
        spin_unlock(vmf.pte.table, "ptl")
        return 0
    if vmf.vma.vm_flags & VM_SHARED:
        return wp_page_shared(vmf, page)

    folio_ref_inc(page_folio(page))
    spin_unlock(vmf.pte.table, "ptl")
    return wp_page_copy(vmf, page)


@kernel_function("mm/memory.c")
def wp_page_copy(vmf: VmFault, old_page: Page | None) -> int:
    """Give the address a copy of its page; the old page keeps its other owners.

    Context: the caller holds a reference to `old_page`; it is dropped here.
    """
    anon_vma_prepare(vmf.vma)
    new_page = alloc_page(gfp=GFP_HIGHUSER_MOVABLE)
    if new_page is None:
        if old_page is not None:
            put_page(old_page)
        return VM_FAULT_OOM
    if not is_zero_pfn(pte_pfn(vmf.orig_pte)):
        __wp_page_copy_user(new_page, old_page, vmf)
    SetPageUptodate(new_page)

    spin_lock(vmf.pte.table, "ptl")
    if ptep_get(vmf.pte) == vmf.orig_pte:
        wp_page_install(vmf, old_page, new_page)
    else:
        put_page(new_page)
    spin_unlock(vmf.pte.table, "ptl")
    if old_page is not None:
        free_page_and_swap_cache(old_page)
    return 0


@kernel_function("mm/memory.c")
def __wp_page_copy_user(dst: Page, src: Page | None, vmf: VmFault) -> None:
    """Copy a page; a device's frame is read through its mapping."""
    if src is None:
        src = device_frame(pte_pfn(vmf.orig_pte))
    dst.data = read_once(src, "data")


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
    if old_page is None or not PageAnon(old_page):
        vma.vm_mm.rss_anon += 1
    if old_page is None:
        return
    page_remove_rmap(old_page, False)
    put_page(old_page)
