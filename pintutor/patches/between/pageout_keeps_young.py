"""MADV_PAGEOUT leaves the accessed bits alone.

It used to clear the accessed bit of each page, so that reclaim would not take
the page to be in use and keep it. But where it stayed for another reason, it
looked unused though it was not. Now reclaim is told not to look at all.

Linux kernel commit 2864f3d0f583 ("mm: madvise: pageout: ignore references
rather than clearing young") (in v6.10).
"""

from pintutor.linux.arch.x86.include.pgtable import (
    pte_mkold,
    pte_page,
    pte_present,
    pte_young,
    ptep_get,
    set_pte,
)
from pintutor.linux.include.linux.mm import folio_mapcount, page_folio
from pintutor.linux.include.linux.mm_types import Folio, Ptep, VmAreaStruct
from pintutor.linux.include.linux.page_flags import folio_test_large
from pintutor.linux.include.linux.pgtable import vm_normal_page
from pintutor.linux.mm import madvise_pageout
from pintutor.linux.mm.huge_zero import is_huge_zero_pmd
from pintutor.linux.mm.swap_lru import folio_isolate_lru, folio_test_lru
from pintutor.patches.patch import Patch

PATCH = Patch(
    "pageout-keeps-young",
    "mm: madvise: pageout: ignore references rather than clearing young",
    commit="2864f3d0f583",
    release="v6.10",
    author="Barry Song",
)


@PATCH.replaces(madvise_pageout.madvise_pmd)
def madvise_pmd(pmd: Ptep, pageout: bool) -> tuple[Folio, ...]:
    """Do it for a huge page; returns it if it was isolated to be reclaimed.

    In C this is in madvise_cold_or_pageout_pte_range().
    """
    orig_pmd = ptep_get(pmd)
    if is_huge_zero_pmd(orig_pmd):
        return ()
    folio = page_folio(pte_page(orig_pmd))
    if folio_mapcount(folio) != 1:
        return ()
    if not pageout and pte_young(orig_pmd):
        set_pte(pmd, pte_mkold(orig_pmd))
    if pageout and folio_isolate_lru(folio):
        return (folio,)
    return ()


@PATCH.replaces(madvise_pageout.madvise_pte)
def madvise_pte(
    pte: Ptep, addr: int, vma: VmAreaStruct, pageout: bool
) -> tuple[Folio, ...]:
    """Do it for one page; returns it if it was isolated to be reclaimed.

    In C this is the loop body of madvise_cold_or_pageout_pte_range().
    """
    ptent = ptep_get(pte)
    if not pte_present(ptent):
        return ()
    page = vm_normal_page(vma, addr, ptent)
    if page is None or folio_test_large(page_folio(page)):
        return ()
    folio = page_folio(page)
    if not folio_test_lru(folio) or folio_mapcount(folio) != 1:
        return ()
    if not pageout and pte_young(ptent):
        set_pte(pte, pte_mkold(ptent))
    if pageout and folio_isolate_lru(folio):
        return (folio,)
    return ()
