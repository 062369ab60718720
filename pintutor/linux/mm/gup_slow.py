"""GUP's slow path: under mmap_lock, faulting pages in (mm/gup.c, v6.1).

Not modelled: faults that drop mmap_lock, signals, migration of long-term
pinned pages out of movable memory (no memory is movable), protection keys,
DAX.
"""

from pintutor.linux.arch.x86.include.pgtable import (
    pte_dirty,
    pte_page,
    pte_pfn,
    pte_present,
    pte_protnone,
    pte_write,
    ptep_get,
)
from pintutor.linux.globals import current
from pintutor.linux.include.linux.bug import warn_on_once
from pintutor.linux.include.linux.mm import (
    FOLL_DUMP,
    FOLL_FORCE,
    FOLL_GET,
    FOLL_LONGTERM,
    FOLL_NOFAULT,
    FOLL_PIN,
    FOLL_TOUCH,
    FOLL_WRITE,
    MMF_HAS_PINNED,
    VM_IO,
    VM_MAYREAD,
    VM_MAYSHARE,
    VM_MAYWRITE,
    VM_PFNMAP,
    VM_READ,
    VM_SHARED,
    VM_WRITE,
    gup_must_unshare,
    is_cow_mapping,
    page_folio,
)
from pintutor.linux.include.linux.mm_types import (
    PAGE_SIZE,
    MmStruct,
    Page,
    PageArray,
    Ptep,
    VmAreaStruct,
)
from pintutor.linux.include.linux.page_flags import (
    PageAnon,
    PageAnonExclusive,
    folio_test_dirty,
)
from pintutor.linux.include.linux.pgtable import is_zero_pfn, vm_normal_page
from pintutor.linux.include.uapi.errno import (
    EEXIST,
    EFAULT,
    EINVAL,
    EMLINK,
    ENOMEM,
)
from pintutor.linux.mm.gup import try_grab_page
from pintutor.linux.mm.memory import (
    FAULT_FLAG_UNSHARE,
    FAULT_FLAG_WRITE,
    VM_FAULT_OOM,
    handle_mm_fault,
)
from pintutor.linux.mm.mmap import vma_lookup
from pintutor.linux.mm.page_writeback import folio_mark_dirty
from pintutor.linux.mm.pagetable import find_pte
from pintutor.sim.function import kernel_function
from pintutor.sim.locks import down_read, spin_lock, spin_unlock, up_read


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
    """Get pages; a long-term pin would move them to where they may stay."""
    if not gup_flags & FOLL_LONGTERM:
        return __get_user_pages_locked(mm, start, nr_pages, pages, gup_flags)
    if warn_on_once(
        not gup_flags & FOLL_PIN, "__gup_longterm_locked: FOLL_LONGTERM alone"
    ):
        return -EINVAL
    return __get_user_pages_locked(mm, start, nr_pages, pages, gup_flags)


@kernel_function("mm/gup.c")
def __get_user_pages_locked(
    mm: MmStruct, start: int, nr_pages: int, pages: PageArray, flags: int
) -> int:
    """Get pages with mmap_lock held; FOLL_GET is implied unless it is a pin."""
    if flags & FOLL_PIN and not mm.flags & MMF_HAS_PINNED:
        mm.flags |= MMF_HAS_PINNED
    if not flags & FOLL_PIN:
        flags |= FOLL_GET
    return __get_user_pages(mm, start, nr_pages, flags, pages)


@kernel_function("mm/gup.c")
def __get_user_pages(
    mm: MmStruct, start: int, nr_pages: int, gup_flags: int, pages: PageArray
) -> int:
    """Get page after page, faulting in what is missing.

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
        page = follow_page_mask(vma, start, gup_flags)
        if page is None or page == -EMLINK:
            ret = faultin_page(vma, start, gup_flags, page == -EMLINK)
            if ret:
                return i or ret
            continue
        if isinstance(page, int):
            return i or page
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
def follow_page_mask(
    vma: VmAreaStruct, address: int, flags: int
) -> Page | int | None:
    """The page at the address, grabbed; None or -EMLINK to fault first."""
    ptep = find_pte(vma.vm_mm, address)
    if ptep is None:
        return None
    return follow_page_pte(vma, address, ptep, flags)


@kernel_function("mm/gup.c")
def follow_page_pte(
    vma: VmAreaStruct, address: int, ptep: Ptep, flags: int
) -> Page | int | None:
    """Look at one entry under its lock and grab the page behind it."""
    if warn_on_once(
        flags & (FOLL_PIN | FOLL_GET) == FOLL_PIN | FOLL_GET,
        "follow_page_pte: FOLL_GET and FOLL_PIN",
    ):
        return -EINVAL
    spin_lock(ptep.table, "ptl")
    page = grab_present_page(vma, address, ptep_get(ptep), flags)
    spin_unlock(ptep.table, "ptl")
    return page


@kernel_function("mm/gup.c")
def grab_present_page(
    vma: VmAreaStruct, address: int, pte: int, flags: int
) -> Page | int | None:
    """The page behind the entry with what `flags` ask for taken on it.

    In C this is the body of follow_page_pte() between lock and unlock.
    """
    if not pte_present(pte):
        return None
    if pte_protnone(pte) and not flags & FOLL_FORCE:
        return None
    page = vm_normal_page(vma, address, pte)
    if flags & FOLL_WRITE and not can_follow_write_pte(pte, page, vma, flags):
        return None
    if page is None:
        if flags & FOLL_DUMP:
            return -EFAULT
        if not is_zero_pfn(pte_pfn(pte)):
            return -EEXIST
        page = pte_page(pte)
    if not pte_write(pte) and gup_must_unshare(flags, page):
        return -EMLINK
    if not try_grab_page(page, flags):
        return -ENOMEM
    if flags & FOLL_TOUCH and flags & FOLL_WRITE:
        folio = page_folio(page)
        if not pte_dirty(pte) and not folio_test_dirty(folio):
            folio_mark_dirty(folio)
    return page


@kernel_function("mm/gup.c")
def can_follow_write_pte(
    pte: int, page: Page | None, vma: VmAreaStruct, flags: int
) -> bool:
    """True when a write may go through the entry, if need be by a debugger."""
    if pte_write(pte):
        return True
    if not flags & FOLL_FORCE:
        return False
    if vma.vm_flags & (VM_MAYSHARE | VM_SHARED):
        return False
    if not vma.vm_flags & VM_MAYWRITE:
        return False
    if vma.vm_flags & VM_WRITE:
        return False
    return page is not None and PageAnon(page) and PageAnonExclusive(page)


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
    if ret:
        return -ENOMEM if ret & VM_FAULT_OOM else -EFAULT
    return 0
