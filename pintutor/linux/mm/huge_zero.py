"""The huge zero page: what reading untouched memory sees (mm/huge_memory.c).

Unlike the small zero page it is made when it is first wanted, and counted: by
the address spaces that have used it, each once, and by one unit of the kernel.
Mapping it counts nothing.

Not modelled: the shrinker, which would free it when nobody uses it.
"""

from pintutor.linux.arch.x86.include.pgtable import pte_pfn
from pintutor.linux.globals import this_kernel
from pintutor.linux.include.linux.huge_mm import HPAGE_PMD_ORDER
from pintutor.linux.include.linux.mm import MMF_HUGE_ZERO_PAGE
from pintutor.linux.include.linux.mm_types import MmStruct, Page
from pintutor.linux.mm.page_alloc import alloc_pages
from pintutor.sim.atomic import (
    atomic_add_unless,
    atomic_set,
    atomic_sub_and_test,
    write_once,
)
from pintutor.sim.errors import KernelBug
from pintutor.sim.function import kernel_function


def is_huge_zero_pmd(pmd: int) -> bool:
    """True for a PMD that maps the huge zero page."""
    page = this_kernel().huge_zero_page
    return page is not None and pte_pfn(pmd) == page.pfn


@kernel_function("mm/huge_memory.c")
def get_huge_zero_page() -> bool:
    """Count one user more, the first makes the page; false without memory."""
    kernel = this_kernel()
    if atomic_add_unless(kernel, "huge_zero_refcount", 1, 0):
        return True
    zero_page = alloc_pages(HPAGE_PMD_ORDER)
    if zero_page is None:
        return False
    write_once(kernel, "huge_zero_page", zero_page)
    atomic_set(kernel, "huge_zero_refcount", 2)
    return True


@kernel_function("mm/huge_memory.c")
def put_huge_zero_page() -> None:
    """Count one user less; the kernel's own unit stays."""
    if atomic_sub_and_test(1, this_kernel(), "huge_zero_refcount"):
        raise KernelBug("put_huge_zero_page: the last unit is the kernel's")


@kernel_function("mm/huge_memory.c")
def mm_get_huge_zero_page(mm: MmStruct) -> Page | None:
    """The huge zero page, used by this address space from now on, or None."""
    if not mm.flags & MMF_HUGE_ZERO_PAGE:
        if not get_huge_zero_page():
            return None
        mm.flags |= MMF_HUGE_ZERO_PAGE
    return this_kernel().huge_zero_page


@kernel_function("mm/huge_memory.c")
def mm_put_huge_zero_page(mm: MmStruct) -> None:
    """Count an address space that ends no longer."""
    if mm.flags & MMF_HUGE_ZERO_PAGE:
        put_huge_zero_page()
