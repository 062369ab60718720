"""A fault on a page that was swapped out (mm/memory.c, Linux v6.1).

The folio is read back into the swap cache and mapped. Who swapped it out as the
only owner is the only owner again. Others are so when nobody else has a
reference, and else get a copy at the first write, as after fork.

Not modelled: devices so fast that the cache is skipped (SWP_SYNCHRONOUS_IO) or
whose pages may not change while they are written (SWP_STABLE_WRITES);
copying a page of KSM at once where several had swapped it out.
"""

from pintutor.linux.arch.x86.include.pgtable import (
    mk_pte,
    pte_mkdirty,
    ptep_get,
    set_pte,
)
from pintutor.linux.include.linux.mm_types import (
    FAULT_FLAG_WRITE,
    VM_FAULT_OOM,
    Folio,
    Page,
)
from pintutor.linux.include.linux.page_flags import (
    PageKsm,
    folio_test_swapcache,
)
from pintutor.linux.include.linux.page_ref import folio_ref_count
from pintutor.linux.include.linux.pgtable import maybe_mkwrite
from pintutor.linux.include.linux.vm_fault import VmFault
from pintutor.linux.mm.folio import folio_lock, folio_unlock
from pintutor.linux.mm.page_alloc import put_page
from pintutor.linux.mm.rmap import page_add_anon_rmap
from pintutor.linux.mm.swap_state import (
    folio_file_page,
    swap_cache_get_folio,
    swapin_readahead,
)
from pintutor.linux.mm.swapfile import (
    folio_free_swap,
    swap_free,
    vm_swap_full,
)
from pintutor.linux.mm.swapops import (
    non_swap_entry,
    pte_swp_exclusive,
    pte_to_swp_entry,
)
from pintutor.linux.mm.wp_page import do_wp_page
from pintutor.sim.atomic import wait_until
from pintutor.sim.function import kernel_function
from pintutor.sim.locks import spin_lock, spin_unlock


@kernel_function("mm/memory.c")
def do_swap_page(vmf: VmFault) -> int:
    """Bring the page back that the entry names, and map it."""
    entry = pte_to_swp_entry(vmf.orig_pte)
    if non_swap_entry(entry):
        migration_entry_wait(vmf)
        return 0

    folio = swap_cache_get_folio(entry)
    if folio is None:
        folio = swapin_readahead(entry)
    if folio is None:
        return VM_FAULT_OOM
    folio_lock(folio)
    if not folio_test_swapcache(folio):
        return out_page(folio)
    page = folio_file_page(folio, entry)
    spin_lock(vmf.pte.table, "ptl")
    if ptep_get(vmf.pte) != vmf.orig_pte:
        spin_unlock(vmf.pte.table, "ptl")
        return out_page(folio)

    map_swapped_page(vmf, folio, page, entry)
    folio_unlock(folio)
    if vmf.flags & FAULT_FLAG_WRITE:
        return do_wp_page(vmf)
    spin_unlock(vmf.pte.table, "ptl")
    return 0


@kernel_function("mm/migrate.c")
def migration_entry_wait(vmf: VmFault) -> None:
    """Wait until the page has been moved."""
    table, nr = vmf.pte
    wait_until(
        lambda: table.entries[nr] != vmf.orig_pte,
        table.entries,
        nr,
        "wait",
        "the page is being moved, and nobody else runs",
    )


def out_page(folio: Folio) -> int:
    """Let go of the folio: the fault will be tried again."""
    folio_unlock(folio)
    put_page(folio)
    return 0


@kernel_function("mm/memory.c")
def map_swapped_page(
    vmf: VmFault, folio: Folio, page: Page, entry: int
) -> None:
    """Replace the swap entry by one that maps the page.

    In C this is the middle of do_swap_page(). The fault's reference to the
    folio becomes that of the entry.
    """
    exclusive = pte_swp_exclusive(vmf.orig_pte)
    swap_free(entry)
    if should_try_to_free_swap(folio, vmf.flags):
        folio_free_swap(folio)
    vmf.vma.vm_mm.rss_anon += 1
    pte = mk_pte(page, vmf.vma.vm_page_prot)
    if not PageKsm(folio) and (exclusive or folio_ref_count(folio) == 1):
        exclusive = True
        pte = mk_exclusive_pte(vmf, pte)
    vmf.orig_pte = pte
    page_add_anon_rmap(page, vmf.vma, vmf.address, exclusive=exclusive)
    set_pte(vmf.pte, pte)


@kernel_function("mm/memory.c")
def mk_exclusive_pte(vmf: VmFault, pte: int) -> int:
    """The entry for a page that nobody else has: writable for a write.

    In C this is in the middle of do_swap_page().
    """
    if vmf.flags & FAULT_FLAG_WRITE:
        pte = maybe_mkwrite(pte_mkdirty(pte), vmf.vma)
        vmf.flags &= ~FAULT_FLAG_WRITE
    return pte


def should_try_to_free_swap(folio: Folio, fault_flags: int) -> bool:
    """True when the slot should be given up: swap is rare, or for a write.

    For a write, if the cache and the fault alone have references: without the
    cache the page need not be copied.
    """
    if not folio_test_swapcache(folio):
        return False
    if vm_swap_full():
        return True
    if not fault_flags & FAULT_FLAG_WRITE or PageKsm(folio):
        return False
    return folio_ref_count(folio) == 2
