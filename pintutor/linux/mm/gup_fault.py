"""Faulting in without taking pages: fault_in_*(), fixup_user_fault(), and
get_dump_page() (mm/gup.c, v6.1).

What is faulted in may be gone again at once; nothing is held. Who copies while
it holds locks calls these in between, and tries again.

Not modelled: that fixup_user_fault() may drop mmap_lock; memory tags below a
page.
"""

from pintutor.linux.arch.x86.mm.mmu import user_load, user_store
from pintutor.linux.globals import current
from pintutor.linux.include.linux.mm import (
    FOLL_DUMP,
    FOLL_FORCE,
    FOLL_GET,
    VM_READ,
    VM_WRITE,
)
from pintutor.linux.include.linux.mm_types import (
    FAULT_FLAG_WRITE,
    PAGE_MASK,
    PAGE_SIZE,
    VM_FAULT_ERROR,
    VM_FAULT_OOM,
    MmStruct,
    Page,
    PageArray,
    VmAreaStruct,
)
from pintutor.linux.include.linux.sched import fatal_signal_pending
from pintutor.linux.include.uapi.errno import EFAULT, EINTR, ENOMEM
from pintutor.linux.mm.gup_locked import __get_user_pages_locked
from pintutor.linux.mm.memory import handle_mm_fault
from pintutor.linux.mm.mmap import vma_lookup
from pintutor.sim.function import kernel_function
from pintutor.sim.locks import down_read, up_read
from pintutor.sim.objects import KArray


def vma_permits_fault(vma: VmAreaStruct, fault_flags: int) -> bool:
    """True when the range lets user space do what the fault is for."""
    needed = VM_WRITE if fault_flags & FAULT_FLAG_WRITE else VM_READ
    return bool(needed & vma.vm_flags)


@kernel_function("mm/gup.c")
def fixup_user_fault(mm: MmStruct, address: int, fault_flags: int) -> int:
    """Fault in as the processor would; 0, or why that cannot be.

    Context: the caller holds mmap_lock.
    """
    vma = vma_lookup(mm, address)
    if vma is None:
        return -EFAULT
    if not vma_permits_fault(vma, fault_flags):
        return -EFAULT
    if fatal_signal_pending(current()):
        return -EINTR
    ret = handle_mm_fault(vma, address, fault_flags)
    if ret & VM_FAULT_ERROR:
        return -ENOMEM if ret & VM_FAULT_OOM else -EFAULT
    return 0


@kernel_function("mm/gup.c")
def fault_in_writeable(uaddr: int, size: int) -> int:
    """Fault in for writing, by writing a 0 into each page.

    Returns: how many bytes at the end of the range could not be had.
    """
    end = uaddr + size
    while uaddr < end:
        if user_store(uaddr, b"\0") is not None:
            return end - uaddr
        uaddr = (uaddr & PAGE_MASK) + PAGE_SIZE
    return 0


@kernel_function("mm/gup.c")
def fault_in_safe_writeable(uaddr: int, size: int) -> int:
    """Fault in for writing without writing.

    Returns: how many bytes at the end of the range could not be had.
    """
    mm = current().mm
    end = uaddr + size
    down_read(mm, "mmap_lock")
    while uaddr < end:
        if fixup_user_fault(mm, uaddr, FAULT_FLAG_WRITE):
            break
        uaddr = (uaddr & PAGE_MASK) + PAGE_SIZE
    up_read(mm, "mmap_lock")
    return max(end - uaddr, 0)


@kernel_function("mm/gup.c")
def fault_in_readable(uaddr: int, size: int) -> int:
    """Fault in for reading, by reading a byte of each page.

    Returns: how many bytes at the end of the range could not be had.
    """
    end = uaddr + size
    while uaddr < end:
        if isinstance(user_load(uaddr, 1), str):
            return end - uaddr
        uaddr = (uaddr & PAGE_MASK) + PAGE_SIZE
    return 0


@kernel_function("mm/gup.c")
def get_dump_page(addr: int) -> Page | None:
    """A page for a core dump, referenced; None for a hole or a page of zeroes.

    Context: mmap_lock is taken and dropped here.
    """
    mm = current().mm
    pages = PageArray(KArray[Page | None]([None]))
    locked = KArray([1])
    down_read(mm, "mmap_lock")
    flags = FOLL_FORCE | FOLL_DUMP | FOLL_GET
    ret = __get_user_pages_locked(mm, addr, 1, pages, locked, flags)
    if locked[0]:
        up_read(mm, "mmap_lock")
    return pages[0] if ret == 1 else None
