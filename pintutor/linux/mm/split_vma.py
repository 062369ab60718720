"""Cutting a range in two (mm/mmap.c, Linux v6.1).

Not modelled: the limit on how many ranges a task may have.
"""

from pintutor.linux.arch.x86.include.pgtable import pmd_trans_huge, ptep_get
from pintutor.linux.fs.inode import ihold
from pintutor.linux.include.linux.huge_mm import (
    HPAGE_PMD_MASK,
    HPAGE_PMD_SIZE,
)
from pintutor.linux.include.linux.mm_types import (
    PAGE_SHIFT,
    MmStruct,
    VmAreaStruct,
)
from pintutor.linux.include.uapi.errno import ENOMEM
from pintutor.linux.mm.huge_split import __split_huge_pmd
from pintutor.linux.mm.pagetable import find_pmd
from pintutor.sim.function import kernel_function


@kernel_function("mm/huge_memory.c")
def split_huge_pmd_if_needed(vma: VmAreaStruct, address: int) -> int:
    """Split the PMD of a huge page that an edge at `address` would cut.

    Returns: 0, or -ENOMEM, which cannot happen in C: see huge_split.py.
    """
    if not address & ~HPAGE_PMD_MASK:
        return 0
    haddr = address & HPAGE_PMD_MASK
    if haddr < vma.vm_start or haddr + HPAGE_PMD_SIZE > vma.vm_end:
        return 0
    pmd = find_pmd(vma.vm_mm, address)
    if pmd is None or not pmd_trans_huge(ptep_get(pmd)):
        return 0
    return __split_huge_pmd(vma, pmd, address)


@kernel_function("mm/mmap.c")
def split_vma(
    mm: MmStruct, vma: VmAreaStruct, addr: int, *, new_below: bool
) -> int:
    """Cut a range in two at `addr`; `vma` stays one part of it.

    It is the part above when `new_below`, else the part below.

    Returns: 0 or -ENOMEM.
    """
    if split_huge_pmd_if_needed(vma, addr):
        return -ENOMEM
    pgoff = vma.vm_pgoff + (addr - vma.vm_start >> PAGE_SHIFT)
    new = VmAreaStruct(
        mm,
        vma.vm_start if new_below else addr,
        addr if new_below else vma.vm_end,
        vma.vm_flags,
        vma.vm_page_prot,
        vma.anon_vma,
        vma.vm_file,
        vma.vm_pgoff if new_below else pgoff,
    )
    if vma.vm_file is not None:
        ihold(vma.vm_file)
    if new_below:
        vma.vm_start = addr
        vma.vm_pgoff = pgoff
    else:
        vma.vm_end = addr
    link_vma(mm, new)
    return 0


def link_vma(mm: MmStruct, vma: VmAreaStruct) -> None:
    """Put the range in its place among those of the address space.

    In C this is vma_mas_store(), and before v6.1 a red-black tree and a list.
    """
    mm.mmap = tuple(sorted((*mm.mmap, vma), key=lambda each: each.vm_start))
