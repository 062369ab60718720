"""Which pages are mapped, and by whom (mm/rmap.c).

Not modelled: walking from a page to the entries that map it.
"""

from pintutor.linux.include.linux.mm import page_needs_cow_for_dma
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
    atomic_set(page, "_mapcount", 0)
    page.mapping = vma.anon_vma
    page.index = address >> PAGE_SHIFT
    SetPageAnonExclusive(page)


@kernel_function("mm/rmap.c")
def page_move_anon_rmap(page: Page, vma: VmAreaStruct) -> None:
    """Let the range take the anonymous page over: it is exclusive again."""
    page.mapping = vma.anon_vma
    SetPageAnonExclusive(page)


@kernel_function("include/linux/rmap.h")
def page_try_dup_anon_rmap(page: Page, vma: VmAreaStruct) -> int:
    """Count one more mapping of an anonymous page, which is shared from now on.

    Returns: -EBUSY for a page that may be pinned: it must stay exclusive.
    """
    if PageAnonExclusive(page):
        if page_needs_cow_for_dma(vma, page):
            return -EBUSY
        ClearPageAnonExclusive(page)
    atomic_inc(page, "_mapcount")
    return 0


@kernel_function("mm/rmap.c")
def page_remove_rmap(page: Page) -> None:
    """Count one mapping of the page less."""
    atomic_dec(page, "_mapcount")


@kernel_function("mm/swap.c")
def lru_cache_add_inactive_or_unevictable(
    page: Page, vma: VmAreaStruct
) -> None:
    """Put the page on the LRU list.

    Not modelled: the per-CPU batch, where a page waits with a reference more.
    """
    page.flags |= PG_lru
