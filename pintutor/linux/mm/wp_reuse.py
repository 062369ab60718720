"""Writing to a page mapped read-only, without a copy (mm/memory.c, v6.1).

A page that nobody else has is taken over. A shared page of a file is written in
place, after its file system was told.
"""

from pintutor.linux.arch.x86.include.pgtable import (
    pte_mkdirty,
    pte_mkyoung,
    ptep_get,
    set_pte,
)
from pintutor.linux.include.linux.mm import page_folio
from pintutor.linux.include.linux.mm_types import (
    VM_FAULT_NOPAGE,
    Page,
)
from pintutor.linux.include.linux.page_flags import (
    PageKsm,
    folio_test_swapcache,
)
from pintutor.linux.include.linux.page_ref import folio_ref_count, folio_ref_inc
from pintutor.linux.include.linux.pgtable import maybe_mkwrite
from pintutor.linux.include.linux.vm_fault import VmFault
from pintutor.linux.mm.do_fault import (
    do_page_mkwrite,
    fault_dirty_shared_page,
    has_page_mkwrite,
)
from pintutor.linux.mm.folio import folio_lock, folio_trylock, folio_unlock
from pintutor.linux.mm.page_alloc import put_page
from pintutor.linux.mm.swapfile import folio_free_swap
from pintutor.sim.function import kernel_function
from pintutor.sim.locks import spin_lock, spin_unlock


@kernel_function("mm/memory.c")
def wp_can_take_over(page: Page) -> bool:
    """True when nobody else refers to the page: no copy is needed.

    The swap cache gives up its reference if no entry names the slot. A page of
    KSM is always copied, for ksmd may find it again at any time.

    In C this is the middle of do_wp_page(), and in v6.12
    wp_can_reuse_anon_folio().
    """
    folio = page_folio(page)
    if PageKsm(folio) or folio_ref_count(folio) > 3:
        return False
    if folio_ref_count(folio) > 1 + folio_test_swapcache(folio):
        return False
    if not folio_trylock(folio):
        return False
    if folio_test_swapcache(folio):
        folio_free_swap(folio)
    alone = not PageKsm(folio) and folio_ref_count(folio) == 1
    folio_unlock(folio)
    return alone


@kernel_function("mm/memory.c")
def wp_page_reuse(vmf: VmFault) -> None:
    """Make the entry writable: the page stays where it is."""
    entry = pte_mkyoung(vmf.orig_pte)
    set_pte(vmf.pte, maybe_mkwrite(pte_mkdirty(entry), vmf.vma))


@kernel_function("mm/memory.c")
def wp_page_shared(vmf: VmFault, page: Page) -> int:
    """Make a shared page of a file writable, after its file system was told.

    Context: the page-table lock is held, and dropped here.
    """
    vmf.page = page
    folio_ref_inc(page_folio(page))
    if has_page_mkwrite(vmf.vma):
        spin_unlock(vmf.pte.table, "ptl")
        ret = do_page_mkwrite(vmf)
        if ret:
            put_page(page)
            return ret
        ret = finish_mkwrite_fault(vmf)
        if ret:
            folio_unlock(page_folio(page))
            put_page(page)
            return ret
    else:
        wp_page_reuse(vmf)
        spin_unlock(vmf.pte.table, "ptl")
        folio_lock(page_folio(page))
    fault_dirty_shared_page(page)
    put_page(page)
    return 0


@kernel_function("mm/memory.c")
def finish_mkwrite_fault(vmf: VmFault) -> int:
    """Make the entry writable, or VM_FAULT_NOPAGE when it has changed."""
    ret = VM_FAULT_NOPAGE
    spin_lock(vmf.pte.table, "ptl")
    if ptep_get(vmf.pte) == vmf.orig_pte:
        wp_page_reuse(vmf)
        ret = 0
    spin_unlock(vmf.pte.table, "ptl")
    return ret
