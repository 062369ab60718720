"""Unmapping parts of an address space (mm/mmap.c, Linux v6.1)."""

from pintutor.linux.arch.x86.include.pgtable import (
    TASK_SIZE_MAX,
)
from pintutor.linux.fs.inode import iput
from pintutor.linux.include.linux.mm_types import (
    PAGE_SIZE,
    MmStruct,
    VmAreaStruct,
)
from pintutor.linux.include.uapi.errno import EINVAL, ENOMEM
from pintutor.linux.mm.mmap import vma_lookup
from pintutor.linux.mm.split_vma import split_vma
from pintutor.linux.mm.zap_page_range import free_pgtables, unmap_vmas
from pintutor.sim.function import kernel_function
from pintutor.sim.locks import down_write, up_write


@kernel_function("mm/mmap.c")
def remove_vma(vma: VmAreaStruct) -> None:
    """Let go of the file that a range mapped."""
    if vma.vm_file is not None:
        iput(vma.vm_file)


@kernel_function("mm/mmap.c")
def do_munmap(mm: MmStruct, start: int, length: int) -> int:
    """Unmap what is mapped of `length` bytes at `start`.

    Pages lose a reference, and tables that become empty are freed.

    Returns: 0; -EINVAL for an empty or unaligned range, -ENOMEM when a range or
    a huge page cannot be cut.
    """
    if start % PAGE_SIZE or start > TASK_SIZE_MAX:
        return -EINVAL
    if not 0 < length <= TASK_SIZE_MAX - start:
        return -EINVAL
    end = start + (length + PAGE_SIZE - 1 & -PAGE_SIZE)
    down_write(mm, "mmap_lock")
    ret = split_edges(mm, start, end)
    gone = [vma for vma in mm.mmap if start <= vma.vm_start < end]
    for vma in gone if not ret else ():
        mm.mmap = tuple(each for each in mm.mmap if each is not vma)
        unmap_vmas(vma)
        free_pgtables(vma)
        remove_vma(vma)
    up_write(mm, "mmap_lock")
    return ret


@kernel_function("mm/mmap.c")
def split_edges(mm: MmStruct, start: int, end: int) -> int:
    """Cut the ranges that reach over start or end; 0 or -ENOMEM.

    In C this is in the middle of do_mas_align_munmap().
    """
    for edge in (start, end):
        vma = vma_lookup(mm, edge)
        if vma is not None and vma.vm_start < edge:
            if split_vma(mm, vma, edge, new_below=False):
                return -ENOMEM
    return 0
