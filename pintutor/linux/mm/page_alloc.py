"""Giving out frames and taking them back (mm/page_alloc.c).

A freed frame is filled with a poison byte and goes to the head of the free
list, so that whoever still uses it soon meets foreign bytes. Huge pages come
from the top of memory, and go to a list of their own.

Not modelled: watermarks, reclaim when memory is short.
"""

from pintutor.linux.globals import Zone, this_kernel
from pintutor.linux.include.linux.huge_mm import HPAGE_PMD_NR, HPAGE_PMD_ORDER
from pintutor.linux.include.linux.mm import folio_nr_pages, page_folio
from pintutor.linux.include.linux.mm_types import PAGE_SIZE, Folio, Page
from pintutor.linux.include.linux.page_flags import (
    PG_buddy,
    PG_head,
    folio_test_large,
)
from pintutor.linux.include.linux.page_ref import (
    folio_ref_inc,
    folio_ref_sub_and_test,
    set_page_count,
)
from pintutor.linux.mm.page_order import free_block, rmqueue_block
from pintutor.linux.mm.page_scatter import rmqueue_pcplist
from pintutor.linux.mm.page_zone import GFP_KERNEL, gfp_zone, page_zone
from pintutor.sim.errors import KernelBug
from pintutor.sim.function import kernel_function
from pintutor.sim.locks import spin_lock, spin_unlock
from pintutor.sim.trace import trace_event

POISON = b"\xaa" * PAGE_SIZE
"""What a freed frame holds (PAGE_POISON)."""

ZEROES = bytes(PAGE_SIZE)
"""What a fresh frame holds."""


@kernel_function("mm/page_alloc.c")
def alloc_page(*, gfp: int = GFP_KERNEL) -> Page | None:
    """A zeroed frame with one reference, or None when memory is full."""
    kernel = this_kernel()
    zone = gfp_zone(gfp)
    spin_lock(zone, "lock")
    page = rmqueue_pcplist(zone)
    spin_unlock(zone, "lock")
    if page is None and zone is not kernel.zone:
        return alloc_page()
    if page is None:
        return None
    page.flags = 0
    page.data = ZEROES
    set_page_count(Folio(page), 1)
    trace_event("kmem:mm_page_alloc", pfn=page.pfn, order=0)
    return page


@kernel_function("mm/page_alloc.c")
def alloc_pages(order: int, *, gfp: int = GFP_KERNEL) -> Page | None:
    """The head of 2**order zeroed frames with one reference, or None.

    Its tails are made when they are first asked for: see nth_page().
    """
    page = rmqueue(gfp_zone(gfp), order)
    if page is None and gfp_zone(gfp) is not this_kernel().zone:
        page = rmqueue(this_kernel().zone, order)
    if page is None:
        return None
    prep_compound_page(page, order)
    set_page_count(Folio(page), 1)
    trace_event("kmem:mm_page_alloc", pfn=page.pfn, order=order)
    return page


def rmqueue(zone: Zone, order: int) -> Page | None:
    """The first of 2**order frames of the zone, or None without room."""
    huge = order == HPAGE_PMD_ORDER
    spin_lock(zone, "lock")
    page = rmqueue_huge(zone) if huge else rmqueue_block(zone, order)
    spin_unlock(zone, "lock")
    return page


@kernel_function("mm/page_alloc.c")
def rmqueue_huge(zone: Zone) -> Page | None:
    """The frame of a huge page: one that was freed, or from the zone's top.

    In C this is a part of rmqueue().
    """
    page = zone.free_huge
    if page is not None:
        zone.free_huge = page.buddy_next
        page.buddy_next = None
        return page
    pfn = zone.end_pfn - HPAGE_PMD_NR & -HPAGE_PMD_NR
    if pfn < max(zone.next_pfn, zone.upper_pfn):
        return None
    zone.end_pfn = pfn
    page = Page(pfn)
    this_kernel().mem_map[pfn] = page
    return page


@kernel_function("mm/page_alloc.c")
def prep_compound_page(page: Page, order: int) -> None:
    """Make 2**order zeroed frames one folio with `page` as its head."""
    page.flags = PG_head
    page.order = order
    page.data = ZEROES
    prep_compound_tails(page)


def prep_compound_tails(head: Page) -> None:
    """Make zeroed tails of those frames whose struct page has been made."""
    for tail in made_tails(head):
        tail.compound_head = head
        tail.flags = 0
        tail.data = ZEROES


def made_tails(head: Page) -> tuple[Page, ...]:
    """Those of a folio's tails whose struct page has been made."""
    frames = range(head.pfn + 1, head.pfn + folio_nr_pages(Folio(head)))
    pages = this_kernel().mem_map.items[frames.start : frames.stop]
    return tuple(page for page in pages if page is not None)


@kernel_function("mm/page_alloc.c")
def free_unref_page(page: Page) -> None:
    """Put a frame without references on the free list, poisoned.

    Errors: KernelBug when something still maps it ("Bad page state").
    """
    free_page_prepare(page)
    trace_event("kmem:mm_page_free", pfn=page.pfn, order=0)
    zone = page_zone(page)
    page.ptdesc = None
    spin_lock(zone, "lock")
    page.buddy_next = zone.free
    zone.free = page
    spin_unlock(zone, "lock")


@kernel_function("mm/page_alloc.c")
def free_compound_page(page: Page) -> None:
    """Put a huge page without references on its free list, poisoned.

    Errors: KernelBug when something still maps it, or a part of it.
    """
    free_tail_pages(page)
    free_page_prepare(page)
    trace_event("kmem:mm_page_free", pfn=page.pfn, order=page.order)
    zone = page_zone(page)
    order, page.order = page.order, 0
    spin_lock(zone, "lock")
    if order != HPAGE_PMD_ORDER:
        free_block(zone, page, order)
    else:
        page.buddy_next = zone.free_huge
        zone.free_huge = page
    spin_unlock(zone, "lock")


def free_tail_pages(head: Page) -> None:
    """Take the tails of a huge page apart."""
    for tail in made_tails(head):
        free_page_prepare(tail)
        tail.compound_head = None


def free_page_prepare(page: Page) -> None:
    """Take from a frame what it was (free_pages_prepare() in C)."""
    how = "twice" if page.flags & PG_buddy else "while mapped"
    if how == "twice" or page._mapcount != -1 or page._entire_mapcount != -1:
        raise KernelBug(f"Bad page state: pfn {page.pfn} is freed {how}")
    page.mapping = None
    page.private = 0
    page.flags = PG_buddy
    page.data = POISON


@kernel_function("mm/swap.c")
def folio_put_refs(folio: Folio, refs: int) -> None:
    """Drop `refs` references; the last one frees the folio."""
    if folio_ref_sub_and_test(folio, refs):
        if folio_test_large(folio):
            free_compound_page(folio)
        else:
            free_unref_page(folio)


@kernel_function("include/linux/mm.h")
def put_page(page: Page) -> None:
    """Drop one reference to the folio that the page belongs to."""
    folio_put_refs(page_folio(page), 1)


def get_page(page: Page) -> None:
    """Take one reference to the folio that the page belongs to."""
    folio_ref_inc(page_folio(page))
