"""A page swapped out as exclusive comes back writable, also for a read.

Nobody else has the page, so its first write needs no decision: it would fault
only to be let through. Now the entry is made writable at once where the range
is; it stays clean until somebody writes.

Linux kernel commit c18160dba5ff ("mm: swap: reuse exclusive folio directly
instead of wp page faults") (in v6.11).
"""

from pintutor.linux.arch.x86.include.pgtable import pte_mkdirty, pte_mkwrite
from pintutor.linux.include.linux.mm import VM_WRITE
from pintutor.linux.include.linux.mm_types import FAULT_FLAG_WRITE
from pintutor.linux.include.linux.vm_fault import VmFault
from pintutor.linux.mm import swap_fault
from pintutor.patches.patch import Patch

PATCH = Patch(
    "swapin-writable",
    "mm: swap: reuse exclusive folio directly instead of wp page faults",
    commit="c18160dba5ff",
    release="v6.11",
    author="Barry Song",
)


@PATCH.replaces(swap_fault.mk_exclusive_pte)
def mk_exclusive_pte(vmf: VmFault, pte: int) -> int:
    """The entry for a page that nobody else has: writable if the range is.

    In C this is in the middle of do_swap_page().
    """
    if vmf.vma.vm_flags & VM_WRITE:
        pte = pte_mkwrite(pte)
        if vmf.flags & FAULT_FLAG_WRITE:
            pte = pte_mkdirty(pte)
            vmf.flags &= ~FAULT_FLAG_WRITE
    return pte
