"""Which pages are mapped, and by whom (mm/rmap.c).

Not modelled: walking from a page to the entries that map it.
"""

from pintutor.linux.include.linux.mm_types import (
    PAGE_SHIFT,
    AddressSpace,
    Page,
    VmAreaStruct,
)
from pintutor.linux.include.linux.page_flags import (
    PG_lru,
    PG_swapbacked,
    SetPageAnonExclusive,
)
from pintutor.sim.atomic import atomic_dec, atomic_set
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


@kernel_function("mm/rmap.c")
def page_remove_rmap(page: Page) -> None:
    """Count one mapping of the page less."""
    atomic_dec(page, "_mapcount")


@kernel_function("mm/swap.c")
def lru_cache_add_inactive_or_unevictable(page: Page, vma: VmAreaStruct) -> None:
    """Put the page on the LRU list.

    Not modelled: the per-CPU batch, in which a page waits with one reference more.
    """
    page.flags |= PG_lru
