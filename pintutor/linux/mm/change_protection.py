"""Giving the entries of a range other permissions (mm/mprotect.c, Linux v6.1).

Frame, dirty and accessed bits stay. In a private range entries lose their write
bit, as the first write has to copy a shared page; yet where that fault would
find a page that belongs to this task alone, and the entry is dirty, the entry
stays writable.

Not modelled: NUMA hints, userfaultfd, soft-dirty.
"""

from pintutor.linux.arch.x86.include.pgtable import (
    PMD_SIZE,
    pmd_trans_huge,
    pte_dirty,
    pte_mkwrite,
    pte_modify,
    pte_none,
    pte_present,
    pte_protnone,
    pte_write,
    ptep_get,
    set_pte,
)
from pintutor.linux.globals import this_kernel
from pintutor.linux.include.linux.huge_mm import HPAGE_PMD_SIZE
from pintutor.linux.include.linux.mm import (
    MM_CP_TRY_CHANGE_WRITABLE,
    VM_SHARED,
)
from pintutor.linux.include.linux.mm_types import (
    PAGE_SIZE,
    Ptep,
    VmAreaStruct,
)
from pintutor.linux.include.linux.page_flags import PageAnon, PageAnonExclusive
from pintutor.linux.include.linux.pgtable import addr_end, vm_normal_page
from pintutor.linux.mm.huge_memory import change_huge_pmd
from pintutor.linux.mm.pagetable import find_pmd, pte_offset
from pintutor.linux.mm.swapops import (
    is_swap_pte,
    is_writable_migration_entry,
    make_readable_exclusive_migration_entry,
    make_readable_migration_entry,
    pte_to_swp_entry,
    swp_entry_to_pte,
    swp_offset_pfn,
)
from pintutor.sim.function import kernel_function
from pintutor.sim.locks import spin_lock, spin_unlock


@kernel_function("mm/mprotect.c")
def can_change_pte_writable(vma: VmAreaStruct, addr: int, pte: int) -> bool:
    """True when a write through the entry needs no fault to get it right."""
    if pte_protnone(pte) or not pte_dirty(pte):
        return False
    if not vma.vm_flags & VM_SHARED:
        page = vm_normal_page(vma, addr, pte)
        if page is None or not PageAnon(page) or not PageAnonExclusive(page):
            return False
    return True


@kernel_function("mm/mprotect.c")
def change_pte_range(
    vma: VmAreaStruct,
    pmd: Ptep,
    addr: int,
    end: int,
    newprot: int,
    cp_flags: int,
) -> int:
    """Give entries of one table other bits; returns how many it were."""
    pages = 0
    pte = pte_offset(ptep_get(pmd), "pte", addr)
    table = pte.table
    spin_lock(table, "ptl")
    while addr != end:
        oldpte = ptep_get(pte)
        if pte_present(oldpte):
            ptent = pte_modify(oldpte, newprot)
            if cp_flags & MM_CP_TRY_CHANGE_WRITABLE and not pte_write(ptent):
                if can_change_pte_writable(vma, addr, ptent):
                    ptent = pte_mkwrite(ptent)
            set_pte(pte, ptent)
            pages += 1
        elif is_swap_pte(oldpte):
            newpte = change_migration_entry(oldpte)
            if newpte != oldpte:
                set_pte(pte, newpte)
                pages += 1
        pte, addr = pte.next(), addr + PAGE_SIZE
    spin_unlock(table, "ptl")
    return pages


def change_migration_entry(oldpte: int) -> int:
    """The entry, read-only if its page is being moved; a slot stays as it is.

    In C this is in the middle of change_pte_range().
    """
    entry = pte_to_swp_entry(oldpte)
    if not is_writable_migration_entry(entry):
        return oldpte
    page = this_kernel().mem_map[swp_offset_pfn(entry)]
    if page is not None and PageAnon(page):
        return swp_entry_to_pte(make_readable_exclusive_migration_entry(entry))
    return swp_entry_to_pte(make_readable_migration_entry(entry))


@kernel_function("mm/mprotect.c")
def change_protection(
    vma: VmAreaStruct, addr: int, end: int, newprot: int, cp_flags: int
) -> int:
    """Give the entries of addr..end other bits; returns how many it were.

    The range was cut at both ends, so a huge page lies in it as a whole. The
    loop is that of change_pmd_range() in C.
    """
    pages = 0
    while addr != end:
        next_ = addr_end(addr, end, PMD_SIZE)
        pmd = find_pmd(vma.vm_mm, addr)
        if pmd is not None and pmd_trans_huge(ptep_get(pmd)):
            assert next_ - addr == HPAGE_PMD_SIZE, "the range was cut"
            pages += change_huge_pmd(vma, pmd, addr, newprot, cp_flags)
        elif pmd is not None and not pte_none(ptep_get(pmd)):
            pages += change_pte_range(vma, pmd, addr, next_, newprot, cp_flags)
        addr = next_
    return pages
