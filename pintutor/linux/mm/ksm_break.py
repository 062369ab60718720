"""KSM: giving back a page of one's own, and advice (mm/ksm.c, Linux v6.1).

A fault as for a write copies the page: one of KSM is never taken over, however
few have it.

Not modelled: the signal that ends it early; that since v6.2 the page is looked
at without a reference.
"""

from pintutor.linux.include.linux.ksm import KsmRmapItem
from pintutor.linux.include.linux.mm import (
    FOLL_GET,
    VM_DONTEXPAND,
    VM_IO,
    VM_MAYSHARE,
    VM_MERGEABLE,
    VM_MIXEDMAP,
    VM_PFNMAP,
    VM_SHARED,
)
from pintutor.linux.include.linux.mm_types import (
    FAULT_FLAG_WRITE,
    PAGE_SIZE,
    VM_FAULT_ERROR,
    VM_FAULT_OOM,
    Page,
    VmAreaStruct,
)
from pintutor.linux.include.linux.page_flags import PageKsm
from pintutor.linux.include.uapi.errno import ENOMEM
from pintutor.linux.mm.gup_follow import follow_page_mask
from pintutor.linux.mm.ksm_tree import find_mergeable_vma
from pintutor.linux.mm.memory import handle_mm_fault
from pintutor.linux.mm.page_alloc import put_page
from pintutor.sim.function import kernel_function
from pintutor.sim.locks import down_read, up_read

MADV_MERGEABLE = 12
MADV_UNMERGEABLE = 13

NEVER_MERGED = (
    VM_SHARED | VM_MAYSHARE | VM_PFNMAP | VM_IO | VM_DONTEXPAND | VM_MIXEDMAP
)
"""Ranges for which the advice is ignored."""


@kernel_function("mm/ksm.c")
def ksm_madvise(vma: VmAreaStruct, start: int, end: int, advice: int) -> int:
    """The flags that the advice gives the range, or -ENOMEM.

    Pages of KSM in a range that is advised against it are copied first.
    """
    vm_flags = vma.vm_flags
    if advice == MADV_MERGEABLE:
        return vm_flags if vm_flags & NEVER_MERGED else vm_flags | VM_MERGEABLE
    if vm_flags & VM_MERGEABLE and vma.anon_vma is not None:
        err = unmerge_ksm_pages(vma, start, end)
        if err:
            return err
    return vm_flags & ~VM_MERGEABLE


@kernel_function("mm/ksm.c")
def unmerge_ksm_pages(vma: VmAreaStruct, start: int, end: int) -> int:
    """Copy every KSM page of start..end; 0 or -ENOMEM."""
    for addr in range(start, end, PAGE_SIZE):
        err = break_ksm(vma, addr)
        if err:
            return err
    return 0


@kernel_function("mm/ksm.c")
def break_ksm(vma: VmAreaStruct, addr: int) -> int:
    """Copy the KSM page at the address, if one is there; 0 or -ENOMEM."""
    ret = 0
    while not ret & VM_FAULT_ERROR:
        page = follow_page_mask(vma, addr, FOLL_GET)
        if not isinstance(page, Page):
            return 0
        if not PageKsm(page):
            put_page(page)
            return 0
        ret = handle_mm_fault(vma, addr, FAULT_FLAG_WRITE)
        put_page(page)
    return -ENOMEM if ret & VM_FAULT_OOM else 0


@kernel_function("mm/ksm.c")
def break_cow(rmap_item: KsmRmapItem) -> None:
    """Copy the KSM page at the place: merging has failed half-way."""
    mm, addr = rmap_item.mm, rmap_item.address
    down_read(mm, "mmap_lock")
    vma = find_mergeable_vma(mm, addr)
    if vma is not None:
        break_ksm(vma, addr)
    up_read(mm, "mmap_lock")
