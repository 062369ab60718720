"""Where in a file an address means (include/linux/pagemap.h)."""

from pintutor.linux.include.linux.mm_types import PAGE_SHIFT, VmAreaStruct


def linear_page_index(vma: VmAreaStruct, address: int) -> int:
    """Which page of the file the address means."""
    return (address - vma.vm_start >> PAGE_SHIFT) + vma.vm_pgoff
