"""What the processor does when user space touches memory.

There is no such file in the kernel: this is the hardware that walks the
tables, sets the accessed and dirty bits and, where the entry forbids the
access, calls the kernel's page-fault handler and tries again.
"""

from pintutor.linux.arch.x86.include.pgtable import (
    TASK_SIZE_MAX,
    pmd_trans_huge,
    pte_access_permitted,
    pte_mkdirty,
    pte_mkyoung,
    pte_page,
    pte_pfn,
    ptep_get,
    set_pte,
)
from pintutor.linux.arch.x86.mm.fault import (
    X86_PF_USER,
    X86_PF_WRITE,
    do_user_addr_fault,
)
from pintutor.linux.globals import current
from pintutor.linux.include.linux.highmem import memcpy_to_page
from pintutor.linux.include.linux.mm import nth_page
from pintutor.linux.include.linux.mm_types import PAGE_MASK, Page
from pintutor.linux.include.linux.pgtable import device_frame, pfn_valid
from pintutor.linux.mm.pagetable import find_leaf, subpage
from pintutor.sim.atomic import read_once
from pintutor.sim.function import kernel_function


@kernel_function("the processor")
def user_load(address: int, size: int) -> bytes | str:
    """Read `size` bytes of one page as the current task.

    Returns: the bytes, or the name of the signal that the task gets.
    """
    page = translate(address, False)
    if isinstance(page, str):
        return page
    offset = address & ~PAGE_MASK
    data: bytes = read_once(page, "data")
    return data[offset : offset + size]


@kernel_function("the processor")
def user_store(address: int, data: bytes) -> str | None:
    """Write bytes into one page as the current task.

    Returns: the name of the signal that the task gets, or None.
    """
    page = translate(address, True)
    if isinstance(page, str):
        return page
    memcpy_to_page(page, address & ~PAGE_MASK, data)
    return None


def frame(pte: int) -> Page:
    """The frame behind an entry, be it one that Linux has no page for."""
    pfn = pte_pfn(pte)
    return pte_page(pte) if pfn_valid(pfn) else device_frame(pfn)


@kernel_function("the processor")
def translate(address: int, write: bool) -> Page | str:
    """The page at the address, faulted in as often as needed, or a signal."""
    while True:
        user = address < TASK_SIZE_MAX
        ptep = find_leaf(current().mm, address) if user else None
        pte = 0 if ptep is None else ptep_get(ptep)
        if ptep is not None and pte_access_permitted(pte, write):
            used = pte_mkyoung(pte_mkdirty(pte) if write else pte)
            if used != pte:
                set_pte(ptep, used)
            if pmd_trans_huge(pte):
                return nth_page(pte_page(pte), subpage(address))
            return frame(pte)
        error_code = X86_PF_USER | (X86_PF_WRITE if write else 0)
        signal = do_user_addr_fault(error_code, address)
        if signal is not None:
            return signal
