"""From a page of a file to the entries that map it (mm/rmap.c, Linux v6.1).

In C each file has a tree of the ranges that map it, i_mmap. Here the ranges of
all tasks are looked through.

Not modelled: the same for anonymous pages; huge pages of files.
"""

from pintutor.linux.arch.x86.include.pgtable import (
    pte_dirty,
    pte_mkclean,
    pte_pfn,
    pte_present,
    pte_write,
    pte_wrprotect,
    ptep_get,
    set_pte,
)
from pintutor.linux.globals import this_kernel
from pintutor.linux.include.linux.mm import (
    VM_SHARED,
    folio_mapped,
    folio_mapping,
)
from pintutor.linux.include.linux.mm_types import (
    PAGE_SHIFT,
    AddressSpace,
    Folio,
    Page,
    VmAreaStruct,
)
from pintutor.linux.mm.pagetable import find_pte
from pintutor.sim.atomic import atomic_inc
from pintutor.sim.function import kernel_function
from pintutor.sim.locks import spin_lock, spin_unlock


def i_mmap(mapping: AddressSpace) -> tuple[VmAreaStruct, ...]:
    """The ranges that map pages of the file: mapping->i_mmap in C."""
    return tuple(
        vma
        for task in this_kernel().tasks
        for vma in task.mm.mmap
        if vma.vm_file is not None and vma.vm_file.i_mapping is mapping
    )


def vma_address(index: int, vma: VmAreaStruct) -> int | None:
    """Where the range maps that page of its file, or None."""
    address = vma.vm_start + (index - vma.vm_pgoff << PAGE_SHIFT)
    return address if vma.vm_start <= address < vma.vm_end else None


@kernel_function("mm/rmap.c")
def page_add_file_rmap(page: Page) -> None:
    """Count one more mapping of a page of a file."""
    atomic_inc(page, "_mapcount")


@kernel_function("mm/rmap.c")
def folio_mkclean(folio: Folio) -> int:
    """Make every shared entry of the folio clean and read-only.

    Who writes to it afterwards faults first, and the file system hears of it.
    Whoever holds the page and writes by its address does not fault.

    Context: the folio is locked.
    Returns: how many entries were dirty or writable.
    """
    if not folio_mapped(folio):
        return 0
    mapping = folio_mapping(folio)
    if mapping is None:
        return 0
    cleaned = 0
    for vma in i_mmap(mapping):
        address = vma_address(folio.index, vma)
        if vma.vm_flags & VM_SHARED and address is not None:
            cleaned += page_mkclean_one(folio, vma, address)
    return cleaned


@kernel_function("mm/rmap.c")
def page_mkclean_one(folio: Folio, vma: VmAreaStruct, address: int) -> bool:
    """Make one entry clean and read-only; true when it was not both."""
    pte = find_pte(vma.vm_mm, address)
    if pte is None:
        return False
    spin_lock(pte.table, "ptl")
    entry = ptep_get(pte)
    mapped = pte_present(entry) and pte_pfn(entry) == folio.pfn
    found = mapped and (pte_dirty(entry) or pte_write(entry))
    if found:
        set_pte(pte, pte_mkclean(pte_wrprotect(entry)))
    spin_unlock(pte.table, "ptl")
    return found
