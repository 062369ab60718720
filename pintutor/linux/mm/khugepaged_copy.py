"""Making one huge page of small ones: looking at the pages, and copying them
(mm/khugepaged.c, Linux v6.1).

Context, all of it: mmap_lock is held for writing, and the entry above the page
table is cleared.

Not modelled: how many empty, shared or swapped pages are too many, which by
default is more than there can be of the first.
"""

from enum import Enum

from pintutor.linux.arch.x86.include.pgtable import (
    pte_none,
    pte_page,
    pte_pfn,
    pte_present,
    pte_write,
    pte_young,
    set_pte,
)
from pintutor.linux.include.linux.huge_mm import HPAGE_PMD_NR
from pintutor.linux.include.linux.mm import (
    folio_mapcount,
    nth_page,
    page_folio,
)
from pintutor.linux.include.linux.mm_types import (
    Folio,
    MmStruct,
    Page,
    Ptep,
)
from pintutor.linux.include.linux.page_flags import (
    folio_test_large,
    folio_test_swapcache,
)
from pintutor.linux.include.linux.page_ref import folio_ref_count
from pintutor.linux.include.linux.pgtable import is_zero_pfn
from pintutor.linux.mm.folio import folio_trylock, folio_unlock
from pintutor.linux.mm.rmap import page_remove_rmap
from pintutor.linux.mm.swap_lru import folio_isolate_lru, folio_putback_lru
from pintutor.linux.mm.swapfile import free_page_and_swap_cache
from pintutor.sim.atomic import read_once
from pintutor.sim.function import kernel_function
from pintutor.sim.locks import spin_lock, spin_unlock


class ScanResult(Enum):
    """What became of it: enum scan_result."""

    SCAN_SUCCEED = "one huge page is mapped there now"
    SCAN_PMD_NULL = "no page table is there"
    SCAN_PMD_MAPPED = "a huge page is mapped there"
    SCAN_PTE_NON_PRESENT = "an entry is a swapped page's"
    SCAN_PAGE_RO = "nothing there may be written to"
    SCAN_LACK_REFERENCED_PAGE = "nothing there was accessed"
    SCAN_PAGE_COUNT = "somebody else has a reference to a page"
    SCAN_DEL_PAGE_LRU = "a page is on no LRU list"
    SCAN_PAGE_LOCK = "a page is locked"
    SCAN_PAGE_COMPOUND = "a page is a part of a huge page"
    SCAN_VMA_NULL = "nothing is mapped there"
    SCAN_VMA_CHECK = "the range may have no huge page"
    SCAN_ADDRESS_RANGE = "the range has no room for a whole huge page there"
    SCAN_ALLOC_HUGE_PAGE_FAIL = "there is no huge page to be had"


@kernel_function("mm/khugepaged.c")
def __collapse_huge_page_isolate(pte: Ptep) -> ScanResult:
    """Lock every page and take it off the LRU list, or none.

    Context: the table can be reached no more, but by a walk under way.
    """
    writable = referenced = False
    for nr in range(HPAGE_PMD_NR):
        pteval = pte.table.entries[nr]
        if pte_none(pteval) or is_zero_pfn(pte_pfn(pteval)):
            continue
        result = ScanResult.SCAN_PTE_NON_PRESENT
        if pte_present(pteval):
            result = isolate_page(page_folio(pte_page(pteval)))
        if result != ScanResult.SCAN_SUCCEED:
            release_pte_pages(pte, nr)
            return result
        referenced |= pte_young(pteval)
        writable |= pte_write(pteval)

    if writable and referenced:
        return ScanResult.SCAN_SUCCEED
    release_pte_pages(pte, HPAGE_PMD_NR)
    if not writable:
        return ScanResult.SCAN_PAGE_RO
    return ScanResult.SCAN_LACK_REFERENCED_PAGE


@kernel_function("mm/khugepaged.c")
def isolate_page(folio: Folio) -> ScanResult:
    """Lock one page and take it off the LRU list.

    In C this is in the loop of __collapse_huge_page_isolate().
    """
    if folio_test_large(folio):
        return ScanResult.SCAN_PAGE_COMPOUND
    if not folio_trylock(folio):
        return ScanResult.SCAN_PAGE_LOCK
    if not is_refcount_suitable(folio):
        folio_unlock(folio)
        return ScanResult.SCAN_PAGE_COUNT
    if not folio_isolate_lru(folio):
        folio_unlock(folio)
        return ScanResult.SCAN_DEL_PAGE_LRU
    return ScanResult.SCAN_SUCCEED


@kernel_function("mm/khugepaged.c")
def is_refcount_suitable(folio: Folio) -> bool:
    """True when entries and the swap cache explain every reference."""
    expected_refcount = folio_mapcount(folio)
    if folio_test_swapcache(folio):
        expected_refcount += 1
    return folio_ref_count(folio) == expected_refcount


@kernel_function("mm/khugepaged.c")
def release_pte_pages(pte: Ptep, count: int) -> None:
    """Put the pages of the first entries back."""
    for nr in range(count):
        pteval = pte.table.entries[nr]
        if pte_none(pteval) or is_zero_pfn(pte_pfn(pteval)):
            continue
        release_pte_page(page_folio(pte_page(pteval)))


@kernel_function("mm/khugepaged.c")
def release_pte_page(folio: Folio) -> None:
    """Unlock one page and put it back on the LRU list."""
    folio_unlock(folio)
    folio_putback_lru(folio)


@kernel_function("mm/khugepaged.c")
def __collapse_huge_page_copy(mm: MmStruct, pte: Ptep, page: Page) -> None:
    """Copy what the small pages hold, and take them away."""
    for nr in range(HPAGE_PMD_NR):
        pteval = pte.table.entries[nr]
        if pte_none(pteval):
            mm.rss_anon += 1
        elif is_zero_pfn(pte_pfn(pteval)):
            mm.rss_anon += 1
            spin_lock(pte.table, "ptl")
            set_pte(Ptep(pte.table, nr), 0)
            spin_unlock(pte.table, "ptl")
        else:
            ptep = Ptep(pte.table, nr)
            copy_small_page(ptep, pte_page(pteval), nth_page(page, nr))


@kernel_function("mm/khugepaged.c")
def copy_small_page(pte: Ptep, src_page: Page, page: Page) -> None:
    """Copy one page, and drop its mapping.

    In C this is in the loop of __collapse_huge_page_copy().
    """
    page.data = read_once(src_page, "data")
    release_pte_page(page_folio(src_page))
    spin_lock(pte.table, "ptl")
    set_pte(pte, 0)
    page_remove_rmap(src_page, False)
    spin_unlock(pte.table, "ptl")
    free_page_and_swap_cache(src_page)
