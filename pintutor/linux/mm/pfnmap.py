"""Mapping frames that mm does not count: a device's memory (mm/memory.c, v6.1).

remap_pfn_range() fills a whole range at once; vmf_insert_mixed() maps one frame
when it is touched. Either entry is special, as there is no struct page behind
it: nobody can take a reference. GUP refuses the first kind of range as a whole;
in the second kind it may meet pages too, so it looks, and stops at such an
entry.

Not modelled: caching attributes, huge entries, pages in a mixed range.
"""

from pintutor.linux.arch.x86.include.pgtable import (
    pfn_pte,
    pte_mkspecial,
    pte_none,
    ptep_get,
    set_pte,
)
from pintutor.linux.include.linux.mm import (
    VM_DONTEXPAND,
    VM_IO,
    VM_MIXEDMAP,
    VM_PFNMAP,
    is_cow_mapping,
)
from pintutor.linux.include.linux.mm_types import (
    PAGE_SHIFT,
    PAGE_SIZE,
    VM_FAULT_NOPAGE,
    VM_FAULT_OOM,
    VM_FAULT_SIGBUS,
    VmAreaStruct,
)
from pintutor.linux.include.linux.pgtable import IO_PFN
from pintutor.linux.include.linux.vm_fault import VmFault
from pintutor.linux.include.uapi.errno import EINVAL, ENOMEM
from pintutor.linux.mm.pagetable import pmd_alloc, pte_alloc
from pintutor.sim.function import kernel_function
from pintutor.sim.locks import spin_lock, spin_unlock


@kernel_function("drivers/char/mem.c")
def mmap_mem(vma: VmAreaStruct) -> int:
    """Map the memory of a device: at once, or for VM_MIXEDMAP when touched.

    The one is how /dev/mem does it, the other how a driver with a fault handler
    may. Returns: 0 or -ENOMEM.
    """
    if vma.vm_flags & VM_MIXEDMAP:
        vma.vm_flags |= VM_DONTEXPAND
        return 0
    size = vma.vm_end - vma.vm_start
    pfn = IO_PFN + vma.vm_pgoff
    return remap_pfn_range(vma, vma.vm_start, pfn, size)


@kernel_function("mm/memory.c")
def remap_pfn_range(vma: VmAreaStruct, addr: int, pfn: int, size: int) -> int:
    """Map frames from `pfn` on; 0, -ENOMEM, or -EINVAL.

    In a private range all of it has to be mapped in one go: the offset is where
    vm_normal_page() would find which frames are not copies.
    """
    end = addr + size
    if is_cow_mapping(vma.vm_flags):
        if addr != vma.vm_start or end != vma.vm_end:
            return -EINVAL
        vma.vm_pgoff = pfn
    vma.vm_flags |= VM_IO | VM_PFNMAP | VM_DONTEXPAND
    for address in range(addr, end, PAGE_SIZE):
        frame = pfn + (address - addr >> PAGE_SHIFT)
        if insert_pfn(vma, address, frame):
            return -ENOMEM
    return 0


@kernel_function("mm/memory.c")
def insert_pfn(vma: VmAreaStruct, addr: int, pfn: int) -> int:
    """Map one frame with a special entry, unless one is there; 0 or -ENOMEM.

    remap_pfn_range() has a loop of its own for this in C: remap_pte_range().
    """
    pmd = pmd_alloc(vma.vm_mm, addr)
    pte = None if pmd is None else pte_alloc(pmd, addr)
    if pte is None:
        return -ENOMEM
    spin_lock(pte.table, "ptl")
    if pte_none(ptep_get(pte)):
        set_pte(pte, pte_mkspecial(pfn_pte(pfn, vma.vm_page_prot)))
    spin_unlock(pte.table, "ptl")
    return 0


@kernel_function("a driver")
def dev_fault(vmf: VmFault) -> int:
    """Answer a fault in device memory: map the frame if the range is mixed."""
    vma = vmf.vma
    if not vma.vm_flags & VM_MIXEDMAP:
        return VM_FAULT_SIGBUS
    offset = vmf.address - vma.vm_start >> PAGE_SHIFT
    return vmf_insert_mixed(vma, vmf.address, IO_PFN + vma.vm_pgoff + offset)


@kernel_function("mm/memory.c")
def vmf_insert_mixed(vma: VmAreaStruct, addr: int, pfn: int) -> int:
    """Map one frame of a mixed range; the access is tried again then."""
    err = insert_pfn(vma, addr & -PAGE_SIZE, pfn)
    return VM_FAULT_OOM if err else VM_FAULT_NOPAGE
