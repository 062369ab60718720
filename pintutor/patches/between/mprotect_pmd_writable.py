"""The PMD of a huge page becomes writable at once too, where that is right.

What mprotect() does for the entries of small pages it did not do for a huge
page: its PMD stayed read-only, and the next write took a fault that found the
page exclusive and set the bit.

Linux kernel commit c27f479ef542 ("mm/huge_memory: try avoiding write faults
when changing PMD protection") (in v6.2).
"""

from pintutor.linux.arch.x86.include.pgtable import (
    pte_dirty,
    pte_mkwrite,
    pte_modify,
    pte_page,
    pte_protnone,
    pte_write,
    ptep_get,
    set_pte,
)
from pintutor.linux.include.linux.huge_mm import HPAGE_PMD_NR
from pintutor.linux.include.linux.mm import (
    MM_CP_TRY_CHANGE_WRITABLE,
    VM_SHARED,
)
from pintutor.linux.include.linux.mm_types import Ptep, VmAreaStruct
from pintutor.linux.include.linux.page_flags import PageAnon, PageAnonExclusive
from pintutor.linux.mm import huge_memory
from pintutor.linux.mm.huge_zero import is_huge_zero_pmd
from pintutor.patches.patch import Patch
from pintutor.sim.locks import spin_lock, spin_unlock

PATCH = Patch(
    "mprotect-pmd-writable",
    "mm/huge_memory: try avoiding write faults when changing PMD protection",
    commit="c27f479ef542",
    release="v6.2",
    author="David Hildenbrand",
)


@PATCH.adds("mm/huge_memory.c")
def can_change_pmd_writable(vma: VmAreaStruct, addr: int, pmd: int) -> bool:
    """True when a write through the PMD needs no fault to get it right."""
    if pte_protnone(pmd):
        return False
    if not vma.vm_flags & VM_SHARED:
        if is_huge_zero_pmd(pmd):
            return False
        page = pte_page(pmd)
        return PageAnon(page) and PageAnonExclusive(page)
    return pte_dirty(pmd)


@PATCH.replaces(huge_memory.change_huge_pmd)
def change_huge_pmd(
    vma: VmAreaStruct, pmd: Ptep, addr: int, newprot: int, cp_flags: int
) -> int:
    """Give the PMD of a huge page other permissions; returns its pages."""
    spin_lock(pmd.table, "ptl")
    entry = pte_modify(ptep_get(pmd), newprot)
    if (
        cp_flags & MM_CP_TRY_CHANGE_WRITABLE
        and not pte_write(entry)
        and can_change_pmd_writable(vma, addr, entry)
    ):
        entry = pte_mkwrite(entry)
    set_pte(pmd, entry)
    spin_unlock(pmd.table, "ptl")
    return HPAGE_PMD_NR
