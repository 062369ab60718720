"""What fork does to page tables (mm/memory.c, Linux v6.1).

Parent and child share their anonymous pages afterwards, read-only in both,
until one of them writes. A page that may be pinned is not shared: the child
gets a copy at once, so that the pin stays with the parent's page.

A huge page is shared as a whole, or else split and treated page by page.

Not modelled: the wait for memory outside the lock, swap entries.
"""

from pintutor.linux.arch.x86.include.pgtable import (
    PMD_SIZE,
    mk_pte,
    pmd_trans_huge,
    pte_mkclean,
    pte_mkdirty,
    pte_mkold,
    pte_none,
    pte_write,
    pte_wrprotect,
    ptep_get,
    set_pte,
)
from pintutor.linux.include.linux.mm import (
    VM_PFNMAP,
    VM_SHARED,
    is_cow_mapping,
    page_folio,
)
from pintutor.linux.include.linux.mm_types import (
    PAGE_SIZE,
    Page,
    Ptep,
    VmAreaStruct,
)
from pintutor.linux.include.linux.page_flags import PageAnon, SetPageUptodate
from pintutor.linux.include.linux.page_ref import folio_ref_inc
from pintutor.linux.include.linux.pgtable import (
    addr_end,
    maybe_mkwrite,
    vm_normal_page,
)
from pintutor.linux.include.uapi.errno import EAGAIN, ENOMEM
from pintutor.linux.mm.file_rmap import page_add_file_rmap
from pintutor.linux.mm.huge_split import copy_huge_pmd
from pintutor.linux.mm.page_alloc import alloc_page, put_page
from pintutor.linux.mm.pagetable import find_pmd, find_pte, pmd_alloc, pte_alloc
from pintutor.linux.mm.rmap import (
    lru_cache_add_inactive_or_unevictable,
    page_add_new_anon_rmap,
    page_try_dup_anon_rmap,
)
from pintutor.sim.function import kernel_function
from pintutor.sim.locks import (
    spin_lock,
    spin_unlock,
    write_seqcount_begin,
    write_seqcount_end,
)


@kernel_function("mm/memory.c")
def vma_needs_copy(src_vma: VmAreaStruct) -> bool:
    """True when faults could not fill the child's tables just as well."""
    if src_vma.vm_flags & VM_PFNMAP:
        return True
    return src_vma.anon_vma is not None


@kernel_function("mm/memory.c")
def copy_page_range(dst_vma: VmAreaStruct, src_vma: VmAreaStruct) -> int:
    """Fill the child's page tables from the parent's; 0 or -ENOMEM."""
    if not vma_needs_copy(src_vma):
        return 0
    src_mm = src_vma.vm_mm
    is_cow = is_cow_mapping(src_vma.vm_flags)
    if is_cow:
        write_seqcount_begin(src_mm, "write_protect_seq")
    ret = 0
    addr = src_vma.vm_start
    while addr < src_vma.vm_end and not ret:
        next_ = addr_end(addr, src_vma.vm_end, PMD_SIZE)
        ret = copy_pmd(dst_vma, src_vma, addr, next_)
        addr = next_
    if is_cow:
        write_seqcount_end(src_mm, "write_protect_seq")
    return ret


@kernel_function("mm/memory.c")
def copy_pmd(
    dst_vma: VmAreaStruct, src_vma: VmAreaStruct, addr: int, end: int
) -> int:
    """Copy what one PMD maps in addr..end: a huge page, or a table of entries.

    In C this is the loop body of copy_pmd_range().
    """
    src_pmd = find_pmd(src_vma.vm_mm, addr)
    if src_pmd is None or pte_none(ptep_get(src_pmd)):
        return 0
    dst_pmd = pmd_alloc(dst_vma.vm_mm, addr)
    if dst_pmd is None:
        return -ENOMEM
    if pmd_trans_huge(ptep_get(src_pmd)):
        err = copy_huge_pmd(dst_vma, src_vma, dst_pmd, src_pmd, addr)
        if err != -EAGAIN:
            return err
    for address in range(addr, end, PAGE_SIZE):
        ret = copy_pte(dst_vma, src_vma, dst_pmd, address)
        if ret:
            return ret
    return 0


@kernel_function("mm/memory.c")
def copy_pte(
    dst_vma: VmAreaStruct, src_vma: VmAreaStruct, dst_pmd: Ptep, addr: int
) -> int:
    """Copy one entry, if there is one.

    In C this is the loop body of copy_pte_range().
    """
    src_pte = find_pte(src_vma.vm_mm, addr)
    if src_pte is None or pte_none(ptep_get(src_pte)):
        return 0
    dst_pte = pte_alloc(dst_pmd, addr)
    if dst_pte is None:
        return -ENOMEM
    spin_lock(src_pte.table, "ptl")
    ret = copy_present_pte(dst_vma, src_vma, dst_pte, src_pte, addr)
    spin_unlock(src_pte.table, "ptl")
    return ret


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
    new_page = alloc_page()
    if new_page is None:
        return -ENOMEM
    new_page.data = page.data
    SetPageUptodate(new_page)
    page_add_new_anon_rmap(new_page, dst_vma, addr)
    lru_cache_add_inactive_or_unevictable(new_page, dst_vma)
    dst_vma.vm_mm.rss_anon += 1
    pte = mk_pte(new_page, dst_vma.vm_page_prot)
    set_pte(dst_pte, maybe_mkwrite(pte_mkdirty(pte), dst_vma))
    return 0
