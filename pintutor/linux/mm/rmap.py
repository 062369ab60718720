"""Which pages are mapped, and by whom (mm/rmap.c, Linux v6.1).

A PMD that maps a huge page counts once, in the folio; a PTE counts in the page
that it maps, be it a tail.

Walking from a page to the entries that map it is in rmap_walk.py.

Not modelled: PG_double_map, with which v6.1 counts a huge page mapped both
ways; the queue of huge pages to split.
"""

from pintutor.linux.include.linux.mm import (
    folio_maybe_dma_pinned,
    page_folio,
    page_needs_cow_for_dma,
)
from pintutor.linux.include.linux.mm_types import (
    PAGE_SHIFT,
    AddressSpace,
    Page,
    VmAreaStruct,
)
from pintutor.linux.include.linux.page_flags import (
    ClearPageAnonExclusive,
    PageAnonExclusive,
    PG_lru,
    PG_swapbacked,
    SetPageAnonExclusive,
    folio_test_large,
)
from pintutor.linux.include.uapi.errno import EBUSY
from pintutor.sim.atomic import atomic_dec, atomic_inc, atomic_set
from pintutor.sim.function import kernel_function


@kernel_function("mm/rmap.c")
def anon_vma_prepare(vma: VmAreaStruct) -> None:
    """Give the range an anon_vma before its first anonymous page."""
    if vma.anon_vma is None:
        vma.anon_vma = AddressSpace("anon_vma", anonymous=True)


@kernel_function("mm/rmap.c")
def page_add_new_anon_rmap(page: Page, vma: VmAreaStruct, address: int) -> None:
    """Count the first mapping of a fresh anonymous page; it is exclusive."""
    page.flags |= PG_swapbacked
    compound = folio_test_large(page_folio(page))
    atomic_set(page, "_entire_mapcount" if compound else "_mapcount", 0)
    page.mapping = vma.anon_vma
    page.index = address >> PAGE_SHIFT
    SetPageAnonExclusive(page)


@kernel_function("mm/rmap.c")
def page_move_anon_rmap(page: Page, vma: VmAreaStruct) -> None:
    """Let the range take the anonymous page over: it is exclusive again."""
    page_folio(page).mapping = vma.anon_vma
    SetPageAnonExclusive(page)


@kernel_function("include/linux/rmap.h")
def page_try_dup_anon_rmap(
    page: Page, compound: bool, vma: VmAreaStruct
) -> int:
    """Count one more mapping of an anonymous page, which is shared from now on.

    Returns: -EBUSY for a page that may be pinned: it must stay exclusive.
    """
    if PageAnonExclusive(page):
        if page_needs_cow_for_dma(vma, page):
            return -EBUSY
        ClearPageAnonExclusive(page)
    atomic_inc(page, "_entire_mapcount" if compound else "_mapcount")
    return 0


@kernel_function("include/linux/rmap.h")
def page_try_share_anon_rmap(page: Page) -> int:
    """Let an exclusive page be shared from now on.

    Context: the entry has been cleared, so GUP-fast cannot take a pin that this
    test does not see: it reads the entry again after it took one.

    Returns: -EBUSY for a page that may be pinned: it must stay exclusive.
    """
    if folio_maybe_dma_pinned(page_folio(page)):
        return -EBUSY
    ClearPageAnonExclusive(page)
    return 0


@kernel_function("mm/rmap.c")
def page_add_anon_rmap(
    page: Page,
    vma: VmAreaStruct,
    address: int,
    *,
    compound: bool = False,
    exclusive: bool = False,
) -> None:
    """Count a mapping of an anonymous page that was in no page table."""
    atomic_inc(page, "_entire_mapcount" if compound else "_mapcount")
    if page_folio(page).mapping is None:
        page.mapping = vma.anon_vma
        page.index = address >> PAGE_SHIFT
    if exclusive:
        SetPageAnonExclusive(page)


@kernel_function("mm/rmap.c")
def page_remove_rmap(page: Page, compound: bool) -> None:
    """Count one mapping of the page, or of its whole folio, less."""
    atomic_dec(page, "_entire_mapcount" if compound else "_mapcount")


@kernel_function("mm/swap.c")
def lru_cache_add_inactive_or_unevictable(
    page: Page, vma: VmAreaStruct
) -> None:
    """Put the page on the LRU list.

    Not modelled: the per-CPU batch, where a page waits with a reference more.
    """
    page.flags |= PG_lru
