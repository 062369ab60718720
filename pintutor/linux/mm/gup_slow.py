"""GUP's slow path: under mmap_lock, faulting pages in (mm/gup.c, v6.1).

What calls it, and takes mmap_lock again where a fault dropped it, is in
gup_locked.py.

Not modelled: VM_FAULT_COMPLETED, signals that are not fatal, protection keys,
DAX.
"""

from pintutor.linux.globals import current
from pintutor.linux.include.linux.mm import (
    FOLL_ANON,
    FOLL_FORCE,
    FOLL_NOFAULT,
    FOLL_NOWAIT,
    FOLL_TRIED,
    FOLL_WRITE,
    VM_IO,
    VM_MAYREAD,
    VM_PFNMAP,
    VM_READ,
    VM_WRITE,
    is_cow_mapping,
    vma_is_anonymous,
)
from pintutor.linux.include.linux.mm_types import (
    FAULT_FLAG_UNSHARE,
    FAULT_FLAG_WRITE,
    PAGE_SIZE,
    VM_FAULT_ERROR,
    VM_FAULT_OOM,
    MmStruct,
    PageArray,
    VmAreaStruct,
)
from pintutor.linux.include.linux.sched import fatal_signal_pending
from pintutor.linux.include.linux.vm_fault import (
    FAULT_FLAG_ALLOW_RETRY,
    FAULT_FLAG_RETRY_NOWAIT,
    FAULT_FLAG_TRIED,
    VM_FAULT_RETRY,
)
from pintutor.linux.include.uapi.errno import (
    EBUSY,
    EEXIST,
    EFAULT,
    EINTR,
    EMLINK,
    ENOMEM,
)
from pintutor.linux.mm.gup_follow import follow_page_mask
from pintutor.linux.mm.memory import handle_mm_fault
from pintutor.linux.mm.mmap import vma_lookup
from pintutor.sim.function import kernel_function
from pintutor.sim.objects import KArray


@kernel_function("mm/gup.c")
def __get_user_pages(
    mm: MmStruct,
    start: int,
    nr_pages: int,
    gup_flags: int,
    pages: PageArray,
    locked: KArray[int] | None,
) -> int:
    """Get page after page, faulting in what is missing.

    Without an array nothing is taken unless `gup_flags` say so: the pages are
    faulted in and counted, also those that have no struct page. With `locked`
    a fault may drop mmap_lock. Returns: how many pages were had; the error that
    ended the walk only when there is none, and 0 for -EBUSY.
    """
    i = 0
    vma = None
    while i < nr_pages:
        if vma is None or start >= vma.vm_end:
            vma = vma_lookup(mm, start)
            ret = -EFAULT if vma is None else check_vma_flags(vma, gup_flags)
            if vma is None or ret:
                return i or ret
        if fatal_signal_pending(current()):
            return i or -EINTR
        page = follow_page_mask(vma, start, gup_flags)
        if page is None or page == -EMLINK:
            ret = faultin_page(vma, start, gup_flags, page == -EMLINK, locked)
            if ret:
                return i or (0 if ret == -EBUSY else ret)
            continue
        if isinstance(page, int) and (page != -EEXIST or pages):
            return i or page
        if pages and not isinstance(page, int):
            pages[i] = page
        i, start = i + 1, start + PAGE_SIZE
    return i


@kernel_function("mm/gup.c")
def check_vma_flags(vma: VmAreaStruct, gup_flags: int) -> int:
    """0 when the range lets this call have its pages, else -EFAULT."""
    vm_flags = vma.vm_flags
    if vm_flags & (VM_IO | VM_PFNMAP):
        return -EFAULT
    if gup_flags & FOLL_ANON and not vma_is_anonymous(vma):
        return -EFAULT
    if gup_flags & FOLL_WRITE:
        if not vm_flags & VM_WRITE:
            if not gup_flags & FOLL_FORCE:
                return -EFAULT
            if not is_cow_mapping(vm_flags):
                return -EFAULT
    elif not vm_flags & VM_READ:
        if not gup_flags & FOLL_FORCE:
            return -EFAULT
        if not vm_flags & VM_MAYREAD:
            return -EFAULT
    return 0


@kernel_function("mm/gup.c")
def faultin_page(
    vma: VmAreaStruct,
    address: int,
    flags: int,
    unshare: bool,
    locked: KArray[int] | None,
) -> int:
    """Fault the page in, or unshare it; 0 when the entry can be read again.

    Errors: -EBUSY when it has to be tried again; mmap_lock is dropped then, and
    `locked` is 0, except with FOLL_NOWAIT.
    """
    if flags & FOLL_NOFAULT:
        return -EFAULT
    fault_flags = 0
    if flags & FOLL_WRITE:
        fault_flags |= FAULT_FLAG_WRITE
    if locked is not None:
        fault_flags |= FAULT_FLAG_ALLOW_RETRY
    if flags & FOLL_NOWAIT:
        fault_flags |= FAULT_FLAG_ALLOW_RETRY | FAULT_FLAG_RETRY_NOWAIT
    if flags & FOLL_TRIED:
        fault_flags |= FAULT_FLAG_TRIED
    if unshare:
        fault_flags |= FAULT_FLAG_UNSHARE
    ret = handle_mm_fault(vma, address, fault_flags)
    if ret & VM_FAULT_ERROR:
        return -ENOMEM if ret & VM_FAULT_OOM else -EFAULT
    if ret & VM_FAULT_RETRY:
        if locked is not None and not fault_flags & FAULT_FLAG_RETRY_NOWAIT:
            locked[0] = 0
        return -EBUSY
    return 0
