"""What fork does to one entry of a page table (mm/memory.c, Linux v6.1).

Not modelled: the wait for memory outside the lock.
"""

from pintutor.linux.arch.x86.include.pgtable import (
    mk_pte,
    pte_mkclean,
    pte_mkdirty,
    pte_mkold,
    pte_write,
    pte_wrprotect,
    ptep_get,
    set_pte,
)
from pintutor.linux.include.linux.mm import (
    VM_SHARED,
    is_cow_mapping,
    page_folio,
)
from pintutor.linux.include.linux.mm_types import Page, Ptep, VmAreaStruct
from pintutor.linux.include.linux.page_flags import PageAnon, SetPageUptodate
from pintutor.linux.include.linux.page_ref import folio_ref_inc
from pintutor.linux.include.linux.pgtable import maybe_mkwrite, vm_normal_page
from pintutor.linux.include.uapi.errno import ENOMEM
from pintutor.linux.mm.file_rmap import page_add_file_rmap
from pintutor.linux.mm.page_alloc import alloc_page, put_page
from pintutor.linux.mm.page_zone import GFP_HIGHUSER_MOVABLE
from pintutor.linux.mm.rmap import (
    lru_cache_add_inactive_or_unevictable,
    page_add_new_anon_rmap,
    page_try_dup_anon_rmap,
)
from pintutor.linux.mm.swapfile import swap_duplicate
from pintutor.linux.mm.swapops import (
    make_readable_migration_entry,
    non_swap_entry,
    pte_swp_clear_exclusive,
    pte_swp_exclusive,
    pte_to_swp_entry,
    swp_entry_to_pte,
)
from pintutor.sim.atomic import read_once
from pintutor.sim.function import kernel_function


@kernel_function("mm/memory.c")
def copy_nonpresent_pte(
    dst_vma: VmAreaStruct, src_vma: VmAreaStruct, dst_pte: Ptep, src_pte: Ptep
) -> int:
    """Let the child name the slot of a swapped page too; it is shared now.

    Context: fork holds mmap_lock for writing and waits for no migration, so
    entries of pages that are being moved are copied read-only.
    """
    pte = ptep_get(src_pte)
    entry = pte_to_swp_entry(pte)
    if not non_swap_entry(entry):
        if swap_duplicate(entry) < 0:
            return -ENOMEM
        if pte_swp_exclusive(pte):
            pte = pte_swp_clear_exclusive(pte)
            set_pte(src_pte, pte)
    elif is_cow_mapping(src_vma.vm_flags):
        pte = swp_entry_to_pte(make_readable_migration_entry(entry))
        set_pte(src_pte, pte)
    set_pte(dst_pte, pte)
    return 0


@kernel_function("mm/memory.c")
def copy_present_pte(
    dst_vma: VmAreaStruct,
    src_vma: VmAreaStruct,
    dst_pte: Ptep,
    src_pte: Ptep,
    addr: int,
) -> int:
    """Share the page behind an entry with the child, or copy it."""
    vm_flags = src_vma.vm_flags
    pte = ptep_get(src_pte)
    page = vm_normal_page(src_vma, addr, pte)
    if page is not None and PageAnon(page):
        folio_ref_inc(page_folio(page))
        if page_try_dup_anon_rmap(page, False, src_vma):
            put_page(page)
            return copy_present_page(dst_vma, dst_pte, addr, page)
        dst_vma.vm_mm.rss_anon += 1
    elif page is not None:
        folio_ref_inc(page_folio(page))
        page_add_file_rmap(page)

    if is_cow_mapping(vm_flags) and pte_write(pte):
        pte = pte_wrprotect(pte)
        set_pte(src_pte, pte)
    if vm_flags & VM_SHARED:
        pte = pte_mkclean(pte)
    set_pte(dst_pte, pte_mkold(pte))
    return 0


@kernel_function("mm/memory.c")
def copy_present_page(
    dst_vma: VmAreaStruct, dst_pte: Ptep, addr: int, page: Page
) -> int:
    """Give the child a copy of a page that may be pinned."""
    new_page = alloc_page(gfp=GFP_HIGHUSER_MOVABLE)
    if new_page is None:
        return -ENOMEM
    new_page.data = read_once(page, "data")
    SetPageUptodate(new_page)
    page_add_new_anon_rmap(new_page, dst_vma, addr)
    lru_cache_add_inactive_or_unevictable(new_page, dst_vma)
    dst_vma.vm_mm.rss_anon += 1
    pte = mk_pte(new_page, dst_vma.vm_page_prot)
    set_pte(dst_pte, maybe_mkwrite(pte_mkdirty(pte), dst_vma))
    return 0
