"""Giving out frames and taking them back (mm/page_alloc.c).

A freed frame is filled with a poison byte and goes to the head of the free
list, so that whoever still uses it soon meets foreign bytes, as with per-CPU
lists in Linux.

Not modelled: orders above 0, zones, watermarks and reclaim.
"""

from pintutor.linux.globals import this_kernel
from pintutor.linux.include.linux.mm_types import PAGE_SIZE, Folio, Page
from pintutor.linux.include.linux.page_flags import PG_buddy
from pintutor.linux.include.linux.page_ref import (
    folio_ref_sub_and_test,
    set_page_count,
)
from pintutor.sim.errors import KernelBug
from pintutor.sim.function import kernel_function
from pintutor.sim.trace import trace_event

POISON = b"\xaa" * PAGE_SIZE
"""What a freed frame holds (PAGE_POISON)."""

ZEROES = bytes(PAGE_SIZE)
"""What a fresh frame holds."""


@kernel_function("mm/page_alloc.c")
def alloc_page() -> Page | None:
    """A zeroed frame with one reference, or None when memory is full."""
    kernel = this_kernel()
    zone = kernel.zone
    page = zone.free
    if page is not None:
        zone.free = page.buddy_next
        page.buddy_next = None
    elif zone.next_pfn < zone.end_pfn:
        page = Page(zone.next_pfn)
        kernel.mem_map[page.pfn] = page
        zone.next_pfn += 1
    else:
        return None
    page.flags = 0
    page.data = ZEROES
    set_page_count(Folio(page), 1)
    trace_event("kmem:mm_page_alloc", pfn=page.pfn, order=0)
    return page


@kernel_function("mm/page_alloc.c")
def free_unref_page(page: Page) -> None:
    """Put a frame without references on the free list, poisoned.

    Errors: KernelBug when something still maps it ("Bad page state").
    """
    if page._mapcount != -1:
        raise KernelBug(f"Bad page state: pfn {page.pfn} is freed while mapped")
    trace_event("kmem:mm_page_free", pfn=page.pfn, order=0)
    zone = this_kernel().zone
    page.mapping = None
    page.ptdesc = None
    page.flags = PG_buddy
    page.data = POISON
    page.buddy_next = zone.free
    zone.free = page


@kernel_function("mm/swap.c")
def folio_put_refs(folio: Folio, refs: int) -> None:
    """Drop `refs` references; the last one frees the folio."""
    if folio_ref_sub_and_test(folio, refs):
        free_unref_page(folio)


@kernel_function("include/linux/mm.h")
def put_page(page: Page) -> None:
    """Drop one reference to the folio that the page belongs to."""
    folio = Folio(page if page.compound_head is None else page.compound_head)
    folio_put_refs(folio, 1)
