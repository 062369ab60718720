"""What fork does to page tables (mm/memory.c, Linux v6.1).

Parent and child share their anonymous pages afterwards, read-only in both,
until one of them writes. A page that may be pinned is not shared: the child
gets a copy at once, so that the pin stays with the parent's page.

A huge page is shared as a whole, or else split and treated page by page.

Not modelled: the wait for memory outside the lock.
"""

from pintutor.linux.arch.x86.include.pgtable import (
    PMD_SIZE,
    pmd_trans_huge,
    pte_none,
    pte_present,
    ptep_get,
)
from pintutor.linux.include.linux.mm import (
    VM_DEVICE,
    is_cow_mapping,
)
from pintutor.linux.include.linux.mm_types import (
    PAGE_SIZE,
    Ptep,
    VmAreaStruct,
)
from pintutor.linux.include.linux.pgtable import (
    addr_end,
)
from pintutor.linux.include.uapi.errno import EAGAIN, ENOMEM
from pintutor.linux.mm.copy_pte import copy_nonpresent_pte, copy_present_pte
from pintutor.linux.mm.huge_split import copy_huge_pmd
from pintutor.linux.mm.pagetable import find_pmd, find_pte, pmd_alloc, pte_alloc
from pintutor.sim.function import kernel_function
from pintutor.sim.locks import (
    spin_lock,
    spin_unlock,
    write_seqcount_begin,
    write_seqcount_end,
)


@kernel_function("mm/memory.c")
def vma_needs_copy(src_vma: VmAreaStruct) -> bool:
    """True when faults could not fill the child's tables just as well."""
    if src_vma.vm_flags & VM_DEVICE:
        return True
    return src_vma.anon_vma is not None


@kernel_function("mm/memory.c")
def copy_page_range(dst_vma: VmAreaStruct, src_vma: VmAreaStruct) -> int:
    """Fill the child's page tables from the parent's; 0 or -ENOMEM."""
    if not vma_needs_copy(src_vma):
        return 0
    src_mm = src_vma.vm_mm
    is_cow = is_cow_mapping(src_vma.vm_flags)
    if is_cow:
        write_seqcount_begin(src_mm, "write_protect_seq")
    ret = 0
    addr = src_vma.vm_start
    while addr < src_vma.vm_end and not ret:
        next_ = addr_end(addr, src_vma.vm_end, PMD_SIZE)
        ret = copy_pmd(dst_vma, src_vma, addr, next_)
        addr = next_
    if is_cow:
        write_seqcount_end(src_mm, "write_protect_seq")
    return ret


@kernel_function("mm/memory.c")
def copy_pmd(
    dst_vma: VmAreaStruct, src_vma: VmAreaStruct, addr: int, end: int
) -> int:
    """Copy what one PMD maps in addr..end: a huge page, or a table of entries.

    In C this is the loop body of copy_pmd_range().
    """
    src_pmd = find_pmd(src_vma.vm_mm, addr)
    if src_pmd is None or pte_none(ptep_get(src_pmd)):
        return 0
    dst_pmd = pmd_alloc(dst_vma.vm_mm, addr)
    if dst_pmd is None:
        return -ENOMEM
    if pmd_trans_huge(ptep_get(src_pmd)):
        err = copy_huge_pmd(dst_vma, src_vma, dst_pmd, src_pmd, addr)
        if err != -EAGAIN:
            return err
    for address in range(addr, end, PAGE_SIZE):
        ret = copy_pte(dst_vma, src_vma, dst_pmd, address)
        if ret:
            return ret
    return 0


@kernel_function("mm/memory.c")
def copy_pte(
    dst_vma: VmAreaStruct, src_vma: VmAreaStruct, dst_pmd: Ptep, addr: int
) -> int:
    """Copy one entry, if there is one.

    In C this is the loop body of copy_pte_range().
    """
    src_pte = find_pte(src_vma.vm_mm, addr)
    if src_pte is None or pte_none(ptep_get(src_pte)):
        return 0
    dst_pte = pte_alloc(dst_pmd, addr)
    if dst_pte is None:
        return -ENOMEM
    spin_lock(src_pte.table, "ptl")
    if pte_present(ptep_get(src_pte)):
        ret = copy_present_pte(dst_vma, src_vma, dst_pte, src_pte, addr)
    else:
        ret = copy_nonpresent_pte(dst_vma, src_vma, dst_pte, src_pte)
    spin_unlock(src_pte.table, "ptl")
    return ret
