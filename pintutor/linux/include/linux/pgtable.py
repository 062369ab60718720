"""Steps of a walk, and the zero page's entries (include/linux/pgtable.h).

Not modelled: machines with several coloured zero pages; x86 has one.
"""

from pintutor.linux.arch.x86.include.pgtable import (
    pte_mkwrite,
    pte_page,
    pte_special,
)
from pintutor.linux.globals import this_kernel
from pintutor.linux.include.linux.mm import VM_WRITE
from pintutor.linux.include.linux.mm_types import Page, VmAreaStruct


def addr_end(addr: int, end: int, size: int) -> int:
    """End of the part of addr..end that one entry of `size` bytes covers."""
    boundary = (addr + size) & -size
    return boundary if boundary - 1 < end - 1 else end


def ZERO_PAGE(vaddr: int) -> Page:
    """The zero page that a read fault maps at `vaddr`."""
    page = this_kernel().empty_zero_page
    assert page is not None, "the machine has booted"
    return page


def my_zero_pfn(addr: int) -> int:
    """Frame number of the zero page for `addr`."""
    return ZERO_PAGE(addr).pfn


def is_zero_pfn(pfn: int) -> bool:
    """True for the frame of the zero page."""
    return pfn == ZERO_PAGE(0).pfn


def vm_normal_page(vma: VmAreaStruct, addr: int, pte: int) -> Page | None:
    """The page behind a present entry that mm counts; None for special ones."""
    return None if pte_special(pte) else pte_page(pte)


def maybe_mkwrite(pte: int, vma: VmAreaStruct) -> int:
    """The entry, writable if the range is."""
    return pte_mkwrite(pte) if vma.vm_flags & VM_WRITE else pte
