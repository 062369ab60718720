"""Joining ranges that have become alike (mm/mmap.c, Linux v6.1).

Not modelled: policies, userfaultfd contexts and names, which also keep ranges
apart; that a fresh mapping joins its neighbours.
"""

from pintutor.linux.fs.inode import iput
from pintutor.linux.include.linux.fs import Inode
from pintutor.linux.include.linux.mm import VM_SPECIAL
from pintutor.linux.include.linux.mm_types import (
    PAGE_SHIFT,
    AddressSpace,
    MmStruct,
    VmAreaStruct,
)
from pintutor.linux.include.uapi.errno import ENOMEM
from pintutor.linux.mm.split_vma import split_huge_pmd_if_needed, split_vma
from pintutor.sim.function import kernel_function


def is_mergeable_vma(
    vma: VmAreaStruct, file: Inode | None, vm_flags: int
) -> bool:
    """True when the range maps that file, or none, with these flags."""
    return vma.vm_flags == vm_flags and vma.vm_file is file


def is_mergeable_anon_vma(
    anon_vma1: AddressSpace | None, anon_vma2: AddressSpace | None
) -> bool:
    """True when the pages of two ranges can have one owner."""
    if anon_vma1 is None or anon_vma2 is None:
        return True
    return anon_vma1 is anon_vma2


def can_vma_merge_before(
    vma: VmAreaStruct,
    vm_flags: int,
    anon_vma: AddressSpace | None,
    file: Inode | None,
    vm_pgoff: int,
) -> bool:
    """True when what ends at the offset can become the beginning of `vma`."""
    if not is_mergeable_vma(vma, file, vm_flags):
        return False
    if not is_mergeable_anon_vma(anon_vma, vma.anon_vma):
        return False
    return vma.vm_pgoff == vm_pgoff


def can_vma_merge_after(
    vma: VmAreaStruct,
    vm_flags: int,
    anon_vma: AddressSpace | None,
    file: Inode | None,
    vm_pgoff: int,
) -> bool:
    """True when what begins at the offset can become the end of `vma`."""
    if not is_mergeable_vma(vma, file, vm_flags):
        return False
    if not is_mergeable_anon_vma(anon_vma, vma.anon_vma):
        return False
    pages = vma.vm_end - vma.vm_start >> PAGE_SHIFT
    return vma.vm_pgoff + pages == vm_pgoff


@kernel_function("mm/mmap.c")
def vma_merge(
    mm: MmStruct,
    prev: VmAreaStruct | None,
    addr: int,
    end: int,
    vm_flags: int,
    anon_vma: AddressSpace | None,
    file: Inode | None,
    pgoff: int,
) -> VmAreaStruct | None:
    """Let a neighbour take over addr..end, which gets the flags that it has.

    Returns: the range that holds addr..end now; None when nobody can take it.
    """
    if vm_flags & VM_SPECIAL:
        return None
    next_ = next((each for each in mm.mmap if each.vm_start == end), None)
    if prev is not None and (
        prev.vm_end != addr
        or not can_vma_merge_after(prev, vm_flags, anon_vma, file, pgoff)
    ):
        prev = None
    pgoff += end - addr >> PAGE_SHIFT
    if next_ is not None and not can_vma_merge_before(
        next_, vm_flags, anon_vma, file, pgoff
    ):
        next_ = None
    if prev and next_ and is_mergeable_anon_vma(prev.anon_vma, next_.anon_vma):
        end = next_.vm_end
    if res := prev or next_:
        addr, end = min(addr, res.vm_start), max(end, res.vm_end)
        if not __vma_adjust(mm, res, addr, end, anon_vma):
            return res
    return None


@kernel_function("mm/mmap.c")
def __vma_adjust(
    mm: MmStruct,
    vma: VmAreaStruct,
    start: int,
    end: int,
    anon_vma: AddressSpace | None,
) -> int:
    """Let `vma` reach from start to end, at the cost of its neighbours.

    Returns: 0, or -ENOMEM when a huge page cannot be split at an edge.
    """
    others = [each for each in mm.mmap if each is not vma]
    lose = [one for one in others if start < one.vm_end and one.vm_start < end]
    for other in lose:
        if split_huge_pmd_if_needed(other, start):
            return -ENOMEM
        if split_huge_pmd_if_needed(other, end):
            return -ENOMEM
    for other in lose:
        if start <= other.vm_start and other.vm_end <= end:
            remove_next(mm, other)
        elif other.vm_start < start:
            other.vm_end = start
        else:
            other.vm_pgoff += end - other.vm_start >> PAGE_SHIFT
            other.vm_start = end
        anon_vma = anon_vma or other.anon_vma
    vma.vm_pgoff -= vma.vm_start - start >> PAGE_SHIFT
    vma.vm_start = start
    vma.vm_end = end
    if vma.anon_vma is None:
        vma.anon_vma = anon_vma
    return 0


@kernel_function("mm/mmap.c")
def remove_next(mm: MmStruct, vma: VmAreaStruct) -> None:
    """Take a range away that another one has swallowed.

    In C this is the end of __vma_adjust().
    """
    mm.mmap = tuple(each for each in mm.mmap if each is not vma)
    if vma.vm_file is not None:
        iput(vma.vm_file)


@kernel_function("mm/mmap.c")
def vma_modify_flags(
    prev: VmAreaStruct | None,
    vma: VmAreaStruct,
    start: int,
    end: int,
    new_flags: int,
) -> VmAreaStruct | None:
    """A range of start..end alone, or the neighbour that takes it over.

    v6.1 has these lines in each caller, v6.12 the function. Setting the flags
    is left to the caller. Returns: None when there is no memory to cut it.
    """
    mm = vma.vm_mm
    pgoff = vma.vm_pgoff + (start - vma.vm_start >> PAGE_SHIFT)
    merged = vma_merge(
        mm, prev, start, end, new_flags, vma.anon_vma, vma.vm_file, pgoff
    )
    if merged is not None:
        return merged
    if start != vma.vm_start and split_vma(mm, vma, start, new_below=True):
        return None
    if end != vma.vm_end and split_vma(mm, vma, end, new_below=False):
        return None
    return vma
