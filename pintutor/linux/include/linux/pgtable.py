"""Steps of a walk, and the zero page's entries (include/linux/pgtable.h).

x86 has one zero page. Where the cache tells virtual addresses apart, as on some
MIPS processors, there are several, and bits of the address choose one: then a
read finds its page by the colour that the address has. Both forms are one here,
as a mask of 0 chooses the first.
"""

from pintutor.linux.arch.x86.include.pgtable import (
    pte_mkwrite,
    pte_page,
    pte_special,
)
from pintutor.linux.globals import Kernel, this_kernel
from pintutor.linux.include.linux.mm import VM_WRITE
from pintutor.linux.include.linux.mm_types import (
    PAGE_SHIFT,
    Page,
    VmAreaStruct,
)

IO_PFN = 0xFD000
"""First frame of a device's memory, which has no struct page."""

IO_FRAMES = 64
"""How many there are."""


def addr_end(addr: int, end: int, size: int) -> int:
    """End of the part of addr..end that one entry of `size` bytes covers."""
    boundary = (addr + size) & -size
    return boundary if boundary - 1 < end - 1 else end


def ZERO_PAGE(vaddr: int) -> Page:
    """The zero page that a read fault maps at `vaddr`."""
    kernel = this_kernel()
    page = kernel.empty_zero_page
    assert page is not None, "the machine has booted"
    colour = (vaddr & kernel.zero_page_mask) >> PAGE_SHIFT
    found = kernel.mem_map[page.pfn + colour]
    assert found is not None, "each colour has its page"
    return found


def zero_pages(kernel: Kernel) -> tuple[Page, ...]:
    """The zero pages, by colour; x86 has one. In C nothing lists them."""
    zero = kernel.empty_zero_page
    if zero is None:
        return ()
    colours = (kernel.zero_page_mask >> PAGE_SHIFT) + 1
    found = kernel.mem_map.items[zero.pfn : zero.pfn + colours]
    return tuple(page for page in found if page is not None)


def pfn_valid(pfn: int) -> bool:
    """True when the frame has a struct page (include/linux/mmzone.h)."""
    return pfn < len(this_kernel().mem_map)


def device_frame(pfn: int) -> Page:
    """The bytes of a device's frame, as the processor sees them."""
    return this_kernel().io_mem[pfn - IO_PFN]


def my_zero_pfn(addr: int) -> int:
    """Frame number of the zero page for `addr`."""
    return ZERO_PAGE(addr).pfn


def is_zero_pfn(pfn: int) -> bool:
    """True for the frame of a zero page."""
    offset_from_zero_pfn = pfn - ZERO_PAGE(0).pfn
    mask = this_kernel().zero_page_mask
    return 0 <= offset_from_zero_pfn <= mask >> PAGE_SHIFT


def vm_normal_page(vma: VmAreaStruct, addr: int, pte: int) -> Page | None:
    """The page behind a present entry that mm counts; None for special ones."""
    return None if pte_special(pte) else pte_page(pte)


def maybe_mkwrite(pte: int, vma: VmAreaStruct) -> int:
    """The entry, writable if the range is."""
    return pte_mkwrite(pte) if vma.vm_flags & VM_WRITE else pte
