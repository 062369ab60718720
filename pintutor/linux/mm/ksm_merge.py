"""KSM: mapping one page in place of another (mm/ksm.c, Linux v6.1).

The page is made read-only first, and stops being exclusive. That must not
happen to a page that somebody else holds, who could go on writing to it. So
the entry is cleared and every CPU flushes; then the count is compared with
what entries and the swap cache explain.
"""

from pintutor.linux.arch.x86.include.pgtable import (
    mk_pte,
    pte_dirty,
    pte_mkclean,
    pte_page,
    pte_present,
    pte_write,
    pte_wrprotect,
    ptep_get,
    set_pte,
)
from pintutor.linux.arch.x86.mm.tlb import flush_tlb_mm_range
from pintutor.linux.include.linux.ksm import KsmRmapItem
from pintutor.linux.include.linux.mm import (
    folio_mapped,
    page_folio,
    page_mapcount,
)
from pintutor.linux.include.linux.mm_types import (
    PAGE_SHIFT,
    AddressSpace,
    Page,
    Ptep,
    VmAreaStruct,
)
from pintutor.linux.include.linux.page_flags import (
    PageAnon,
    PageAnonExclusive,
    folio_test_dirty,
    folio_test_swapcache,
)
from pintutor.linux.include.linux.page_ref import folio_ref_count
from pintutor.linux.include.uapi.errno import EFAULT
from pintutor.linux.mm.folio import folio_trylock, folio_unlock
from pintutor.linux.mm.ksm_tree import find_mergeable_vma, pages_identical
from pintutor.linux.mm.page_alloc import get_page, put_page
from pintutor.linux.mm.page_writeback import folio_mark_dirty
from pintutor.linux.mm.pagetable import find_pte
from pintutor.linux.mm.rmap import (
    page_add_anon_rmap,
    page_remove_rmap,
    page_try_share_anon_rmap,
)
from pintutor.linux.mm.swapfile import folio_free_swap
from pintutor.sim.function import kernel_function
from pintutor.sim.locks import down_read, spin_lock, spin_unlock, up_read
from pintutor.sim.objects import KArray


@kernel_function("mm/ksm.c")
def try_to_merge_with_ksm_page(
    rmap_item: KsmRmapItem, page: Page, kpage: Page | None
) -> int:
    """Map `kpage` instead of the page, or make it one of KSM; 0 or -EFAULT."""
    mm, err = rmap_item.mm, -EFAULT
    down_read(mm, "mmap_lock")
    vma = find_mergeable_vma(mm, rmap_item.address)
    if vma is not None:
        err = try_to_merge_one_page(vma, page, kpage)
    up_read(mm, "mmap_lock")
    return err


@kernel_function("mm/ksm.c")
def try_to_merge_one_page(
    vma: VmAreaStruct, page: Page, kpage: Page | None
) -> int:
    """Do it under the page's lock, which is not waited for; 0 or -EFAULT."""
    if page is kpage:
        return 0
    if not PageAnon(page):
        return -EFAULT
    if not folio_trylock(page_folio(page)):
        return -EFAULT

    orig_pte, err = KArray([0]), -EFAULT
    if write_protect_page(vma, page, orig_pte) == 0:
        if kpage is None:
            set_page_stable_node(page)
            err = 0
        elif pages_identical(page, kpage):
            err = replace_page(vma, page, kpage, orig_pte[0])
    folio_unlock(page_folio(page))
    return err


@kernel_function("mm/ksm.c")
def set_page_stable_node(page: Page) -> None:
    """Make the page one of KSM, and dirty, so that it is swapped if need be.

    In C the node is made by stable_tree_insert(), which comes soon.
    """
    page.mapping = AddressSpace("ksm", anonymous=True, kpfn=page.pfn)
    if not folio_test_dirty(page_folio(page)):
        folio_mark_dirty(page_folio(page))


@kernel_function("mm/ksm.c")
def write_protect_page(
    vma: VmAreaStruct, page: Page, orig_pte: KArray[int]
) -> int:
    """Make the page's entry read-only and store it; -EFAULT if it has to stay.

    Context: the page is locked, and ksmd has a reference to it.
    """
    ptep = find_pte(vma.vm_mm, page.index << PAGE_SHIFT)
    if ptep is None:
        return -EFAULT
    err = -EFAULT
    spin_lock(ptep.table, "ptl")
    pte = ptep_get(ptep)
    if pte_present(pte) and pte_page(pte) is page:
        err = wrprotect_pte(page, ptep)
    orig_pte[0] = ptep_get(ptep)
    spin_unlock(ptep.table, "ptl")
    return err


@kernel_function("mm/ksm.c")
def wrprotect_pte(page: Page, ptep: Ptep) -> int:
    """Make one entry read-only, unless somebody holds the page.

    In C this is the middle of write_protect_page().
    """
    folio, entry = page_folio(page), ptep_get(ptep)
    anon_exclusive = PageAnonExclusive(page)
    if not (pte_write(entry) or pte_dirty(entry) or anon_exclusive):
        return 0

    swapped = folio_test_swapcache(folio)
    entry = ptep_clear_flush(ptep)
    if page_mapcount(page) + 1 + swapped != folio_ref_count(folio):
        set_pte(ptep, entry)
        return -EFAULT
    if anon_exclusive and page_try_share_anon_rmap(page):
        set_pte(ptep, entry)
        return -EFAULT
    if pte_dirty(entry):
        folio_mark_dirty(folio)
    set_pte(ptep, pte_mkclean(pte_wrprotect(entry)))
    return 0


@kernel_function("mm/pgtable-generic.c")
def ptep_clear_flush(ptep: Ptep) -> int:
    """Clear an entry and have every CPU flush; returns what it was."""
    pte = ptep_get(ptep)
    set_pte(ptep, 0)
    flush_tlb_mm_range()
    return pte


@kernel_function("mm/ksm.c")
def replace_page(
    vma: VmAreaStruct, page: Page, kpage: Page, orig_pte: int
) -> int:
    """Map the KSM page where the page was; -EFAULT if its entry has changed."""
    addr = page.index << PAGE_SHIFT
    ptep = find_pte(vma.vm_mm, addr)
    if ptep is None:
        return -EFAULT
    spin_lock(ptep.table, "ptl")
    if ptep_get(ptep) != orig_pte:
        spin_unlock(ptep.table, "ptl")
        return -EFAULT

    get_page(kpage)
    page_add_anon_rmap(kpage, vma, addr)
    newpte = mk_pte(kpage, vma.vm_page_prot)
    ptep_clear_flush(ptep)
    set_pte(ptep, newpte)
    page_remove_rmap(page, False)
    if not folio_mapped(page_folio(page)):
        folio_free_swap(page_folio(page))
    put_page(page)
    spin_unlock(ptep.table, "ptl")
    return 0
