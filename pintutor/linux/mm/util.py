"""Charging memory that a task keeps resident (mm/util.c).

Not modelled: setrlimit(), and CAP_IPC_LOCK, with which nothing is refused.
"""

from pintutor.linux.include.linux.bug import warn_on_once
from pintutor.linux.include.linux.mm_types import PAGE_SHIFT, MmStruct
from pintutor.linux.include.uapi.errno import ENOMEM
from pintutor.sim.function import kernel_function

MLOCK_LIMIT = 8 << 20
"""RLIMIT_MEMLOCK of every task [bytes] (include/uapi/linux/resource.h)."""


def rlimit_memlock() -> int:
    """How much a task may keep resident: rlimit(RLIMIT_MEMLOCK) [pages]."""
    return MLOCK_LIMIT >> PAGE_SHIFT


@kernel_function("mm/util.c")
def __account_locked_vm(mm: MmStruct, pages: int, inc: bool) -> int:
    """Charge pages to an address space or take them off; 0, or -ENOMEM.

    Context: mmap_lock is held for writing.
    """
    locked_vm = mm.locked_vm
    if inc:
        if locked_vm + pages > rlimit_memlock():
            return -ENOMEM
        mm.locked_vm = locked_vm + pages
    else:
        warn_on_once(pages > locked_vm, "__account_locked_vm: underflow")
        mm.locked_vm = locked_vm - pages
    return 0
