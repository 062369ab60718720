"""Kernel addresses, and memory that only they join (mm/vmalloc.c, v6.1).

All of memory is mapped side by side from PAGE_OFFSET on. vmalloc() maps single
frames one after the other elsewhere, so that what adjoins by address need not
adjoin in memory.

Not modelled: the kernel's own page tables, modules, lazy unmapping, kernel
addresses of less than a page (the slab allocators).
"""

from pintutor.linux.globals import this_kernel
from pintutor.linux.include.linux.math import DIV_ROUND_UP
from pintutor.linux.include.linux.mm import nth_page
from pintutor.linux.include.linux.mm_types import (
    PAGE_MASK,
    PAGE_SHIFT,
    PAGE_SIZE,
    Page,
)
from pintutor.linux.include.linux.page_flags import PG_buddy
from pintutor.linux.include.linux.vmalloc import VmStruct
from pintutor.linux.mm.page_alloc import alloc_page, put_page
from pintutor.sim.errors import KernelBug, UseAfterFree
from pintutor.sim.function import kernel_function
from pintutor.sim.objects import KArray

PAGE_OFFSET = 0xFFFF888000000000
"""Where the mapping of all memory begins [bytes]."""
VMALLOC_START = 0xFFFFC90000000000
VMALLOC_END = 0xFFFFE90000000000


def page_address(page: Page) -> int:
    """The address of the page in the mapping of all memory."""
    return PAGE_OFFSET + (page.pfn << PAGE_SHIFT)


def is_vmalloc_or_module_addr(addr: int) -> bool:
    """True for an address that vmalloc() gives out."""
    return VMALLOC_START <= addr < VMALLOC_END


@kernel_function("arch/x86/include/asm/page.h")
def virt_to_page(addr: int) -> Page:
    """The page at an address in the mapping of all memory."""
    pfn = addr - PAGE_OFFSET >> PAGE_SHIFT
    mem_map = this_kernel().mem_map
    page = mem_map[pfn] if 0 <= pfn < len(mem_map) else None
    if page is not None:
        return page
    head = 0 <= pfn < len(mem_map) and _head_below(pfn)
    if not head:
        raise KernelBug(f"unable to handle page fault for address: {addr:#x}")
    return nth_page(head, pfn - head.pfn)


def _head_below(pfn: int) -> Page | None:
    """The head of the folio that the frame is a tail of, if it is one."""
    for order in range(1, 10):
        head = this_kernel().mem_map[pfn & -(1 << order)]
        if head is not None and pfn - head.pfn < 1 << head.order:
            return head
    return None


@kernel_function("mm/vmalloc.c")
def vmalloc_to_page(vmalloc_addr: int) -> Page:
    """The page at an address that vmalloc() gave out."""
    for area in this_kernel().vmlist:
        if area.addr <= vmalloc_addr < area.addr + area.size:
            return area.pages[vmalloc_addr - area.addr >> PAGE_SHIFT]
    where = f"{vmalloc_addr:#x}"
    raise KernelBug(f"unable to handle page fault for address: {where}")


@kernel_function("mm/vmalloc.c")
def vmalloc(size: int) -> int:
    """The address of `size` bytes in frames of their own; 0 without memory."""
    nr_pages = DIV_ROUND_UP(size, PAGE_SIZE)
    pages: tuple[Page, ...] = ()
    for _ in range(nr_pages):
        page = alloc_page()
        if page is None:
            for had in pages:
                put_page(had)
            return 0
        pages = (*pages, page)
    addr = get_vm_area()
    area = VmStruct(addr, nr_pages << PAGE_SHIFT, KArray(pages))
    kernel = this_kernel()
    kernel.vmlist = (*kernel.vmlist, area)
    return addr


def get_vm_area() -> int:
    """Free addresses beyond all others, with an unmapped page before them."""
    ends = [area.addr + area.size for area in this_kernel().vmlist]
    return max(ends, default=VMALLOC_START - PAGE_SIZE) + PAGE_SIZE


@kernel_function("mm/vmalloc.c")
def vfree(addr: int) -> None:
    """Unmap what vmalloc() gave out and drop its frames."""
    kernel = this_kernel()
    freed = next(area for area in kernel.vmlist if area.addr == addr)
    kernel.vmlist = tuple(one for one in kernel.vmlist if one is not freed)
    for page in freed.pages:
        put_page(page)


@kernel_function("mm/vmalloc.c")
def kernel_page(addr: int) -> Page:
    """The page at any kernel address, as the processor finds it.

    Errors: UseAfterFree when its frame is free.
    """
    if is_vmalloc_or_module_addr(addr):
        page = vmalloc_to_page(addr & PAGE_MASK)
    else:
        page = virt_to_page(addr & PAGE_MASK)
    if page.flags & PG_buddy:
        raise UseAfterFree(f"free frame {page.pfn} is touched at {addr:#x}")
    return page
