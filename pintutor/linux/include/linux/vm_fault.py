"""struct vm_fault: one page fault on its way (include/linux/mm.h).

Here are also the flags of faults that may be tried again; the others are in
mm_types.py, as all are in C.
"""

from __future__ import annotations

from dataclasses import dataclass

from pintutor.linux.include.linux.mm_types import Page, Ptep, VmAreaStruct
from pintutor.sim.objects import KObject

FAULT_FLAG_ALLOW_RETRY = 0x4
"""The fault may drop mmap_lock, and then has to be tried again."""
FAULT_FLAG_RETRY_NOWAIT = 0x8
"""Rather than wait the fault gives up, and keeps mmap_lock."""
FAULT_FLAG_TRIED = 0x20
"""This is not the first attempt."""

VM_FAULT_RETRY = 0x400
"""Not done: try again, with mmap_lock taken anew if it was dropped."""


@dataclass(slots=True, eq=False)
class VmFault(KObject):
    """struct vm_fault: one page fault on its way."""

    vma: VmAreaStruct
    address: int
    flags: int
    """FAULT_FLAG_* bits."""
    pmd: Ptep
    orig_pmd: int
    """The PMD when the fault began."""
    pte: Ptep
    """Entry of the page; the PMD as long as there is no table below it."""
    orig_pte: int = 0
    """The entry when it was first looked at."""
    page: Page | None = None
    """The page that the fault is about, once it was found."""
    cow_page: Page | None = None
    """The page that gets a private copy of it."""
