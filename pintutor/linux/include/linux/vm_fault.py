"""struct vm_fault: one page fault on its way (include/linux/mm.h)."""

from __future__ import annotations

from dataclasses import dataclass

from pintutor.linux.include.linux.mm_types import Page, Ptep, VmAreaStruct
from pintutor.sim.objects import KObject


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
