"""Several pages at a time (mm/page_alloc.c, mm/swap.c)."""

from pintutor.linux.include.linux.mm_types import PageArray
from pintutor.linux.mm.page_alloc import alloc_page, put_page
from pintutor.sim.function import kernel_function


@kernel_function("mm/page_alloc.c")
def alloc_pages_bulk_array(nr_pages: int, page_array: PageArray) -> int:
    """Fill an array with zeroed pages; returns how many there were."""
    for nr_populated in range(nr_pages):
        page = alloc_page()
        if page is None:
            return nr_populated
        page_array[nr_populated] = page
    return nr_pages


@kernel_function("mm/swap.c")
def release_pages(pages: PageArray, nr: int) -> None:
    """Drop one reference to each page of an array."""
    for index in range(nr):
        put_page(pages[index])
