"""GUP's slow path: under mmap_lock, faulting pages in (mm/gup.c, v6.1).

Not modelled: faults that drop mmap_lock, signals that are not fatal, protection
keys, DAX.
"""

from pintutor.linux.globals import current
from pintutor.linux.include.linux.bug import warn_on_once
from pintutor.linux.include.linux.mm import (
    FOLL_ANON,
    FOLL_FORCE,
    FOLL_GET,
    FOLL_LONGTERM,
    FOLL_NOFAULT,
    FOLL_PIN,
    FOLL_TOUCH,
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
from pintutor.linux.include.uapi.errno import (
    EAGAIN,
    EEXIST,
    EFAULT,
    EINTR,
    EINVAL,
    EMLINK,
    ENOMEM,
)
from pintutor.linux.mm.gup import mm_set_has_pinned_flag
from pintutor.linux.mm.gup_follow import follow_page_mask
from pintutor.linux.mm.gup_longterm import check_and_migrate_movable_pages
from pintutor.linux.mm.memory import handle_mm_fault
from pintutor.linux.mm.mmap import vma_lookup
from pintutor.linux.mm.page_zone import memalloc_pin_restore, memalloc_pin_save
from pintutor.sim.function import kernel_function
from pintutor.sim.locks import down_read, up_read


@kernel_function("mm/gup.c")
def __gup_longterm_unlocked(
    start: int, nr_pages: int, gup_flags: int, pages: PageArray
) -> int:
    """The slow part of a fast call: take mmap_lock and get what is left."""
    if gup_flags & FOLL_LONGTERM:
        mm = current().mm
        down_read(mm, "mmap_lock")
        ret = __gup_longterm_locked(mm, start, nr_pages, pages, gup_flags)
        up_read(mm, "mmap_lock")
        return ret
    return get_user_pages_unlocked(start, nr_pages, pages, gup_flags)


@kernel_function("mm/gup.c")
def get_user_pages_unlocked(
    start: int, nr_pages: int, pages: PageArray, gup_flags: int
) -> int:
    """Get pages, taking and dropping mmap_lock here."""
    if warn_on_once(
        bool(gup_flags & FOLL_LONGTERM),
        "get_user_pages_unlocked: FOLL_LONGTERM",
    ):
        return -EINVAL
    mm = current().mm
    down_read(mm, "mmap_lock")
    flags = gup_flags | FOLL_TOUCH
    ret = __get_user_pages_locked(mm, start, nr_pages, pages, flags)
    up_read(mm, "mmap_lock")
    return ret


@kernel_function("mm/gup.c")
def __gup_longterm_locked(
    mm: MmStruct, start: int, nr_pages: int, pages: PageArray, gup_flags: int
) -> int:
    """Get pages; for a long-term pin they are moved to where they may stay."""
    if not gup_flags & FOLL_LONGTERM:
        return __get_user_pages_locked(mm, start, nr_pages, pages, gup_flags)
    if warn_on_once(
        not gup_flags & FOLL_PIN, "__gup_longterm_locked: FOLL_LONGTERM alone"
    ):
        return -EINVAL
    flags = memalloc_pin_save()
    rc = -EAGAIN
    while rc == -EAGAIN:
        nr_pinned_pages = __get_user_pages_locked(
            mm, start, nr_pages, pages, gup_flags
        )
        if nr_pinned_pages <= 0:
            rc = nr_pinned_pages
            break
        rc = check_and_migrate_movable_pages(nr_pinned_pages, pages)
    memalloc_pin_restore(flags)
    return rc or nr_pinned_pages


@kernel_function("mm/gup.c")
def __get_user_pages_locked(
    mm: MmStruct, start: int, nr_pages: int, pages: PageArray, flags: int
) -> int:
    """Get pages with mmap_lock held; an array alone means FOLL_GET."""
    if flags & FOLL_PIN:
        mm_set_has_pinned_flag(mm)
    if pages and not flags & FOLL_PIN:
        flags |= FOLL_GET
    return __get_user_pages(mm, start, nr_pages, flags, pages)


@kernel_function("mm/gup.c")
def __get_user_pages(
    mm: MmStruct, start: int, nr_pages: int, gup_flags: int, pages: PageArray
) -> int:
    """Get page after page, faulting in what is missing.

    Without an array nothing is taken unless `gup_flags` say so: the pages are
    faulted in and counted, also those that have no struct page.

    Returns: how many pages were had; the error that ended the walk only when
    there is none.
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
            ret = faultin_page(vma, start, gup_flags, page == -EMLINK)
            if ret:
                return i or ret
            continue
        if isinstance(page, int) and (page != -EEXIST or pages):
            return i or page
        if pages and not isinstance(page, int):
            pages[i] = page
        i += 1
        start += PAGE_SIZE
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
    vma: VmAreaStruct, address: int, flags: int, unshare: bool
) -> int:
    """Fault the page in, or unshare it; 0 when the entry can be read again."""
    if flags & FOLL_NOFAULT:
        return -EFAULT
    fault_flags = 0
    if flags & FOLL_WRITE:
        fault_flags |= FAULT_FLAG_WRITE
    if unshare:
        fault_flags |= FAULT_FLAG_UNSHARE
    ret = handle_mm_fault(vma, address, fault_flags)
    if ret & VM_FAULT_ERROR:
        return -ENOMEM if ret & VM_FAULT_OOM else -EFAULT
    return 0
