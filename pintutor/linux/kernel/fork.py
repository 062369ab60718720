"""Making a task (kernel/fork.c, Linux v6.1).

Not modelled: threads, and all that a task has besides its address space.
"""

from pintutor.linux.fs.inode import ihold
from pintutor.linux.globals import current, this_kernel
from pintutor.linux.include.linux.mm import VM_DONTCOPY, VM_WIPEONFORK
from pintutor.linux.include.linux.mm_types import (
    AddressSpace,
    MmStruct,
    TaskStruct,
    VmAreaStruct,
)
from pintutor.linux.include.uapi.errno import ENOMEM
from pintutor.linux.kernel.exit import __mmput
from pintutor.linux.mm.copy_page_range import copy_page_range
from pintutor.linux.mm.pagetable import pagetable_alloc
from pintutor.sim.function import kernel_function
from pintutor.sim.locks import down_write, up_write

MMF_INIT_MASK = 0
"""Flags of the parent's mm that the child's gets; not MMF_HAS_PINNED."""


@kernel_function("kernel/fork.c")
def kernel_clone(comm: str) -> TaskStruct | int:
    """A child of the current task with a copy of its memory, or -ENOMEM."""
    kernel = this_kernel()
    mm = dup_mm(current().mm)
    if mm is None:
        return -ENOMEM
    pid = max(task.pid for task in kernel.tasks) + 1
    child = TaskStruct(comm, pid, mm)
    kernel.tasks = (*kernel.tasks, child)
    return child


@kernel_function("kernel/fork.c")
def dup_mm(oldmm: MmStruct) -> MmStruct | None:
    """A copy of an address space, or None when memory runs out on the way."""
    pgd = pagetable_alloc("pgd")
    if pgd is None:
        return None
    mm = MmStruct(pgd, flags=oldmm.flags & MMF_INIT_MASK)
    if dup_mmap(mm, oldmm):
        __mmput(mm)
        return None
    return mm


@kernel_function("kernel/fork.c")
def dup_mmap(mm: MmStruct, oldmm: MmStruct) -> int:
    """Copy the ranges of an address space and what is mapped in them."""
    down_write(oldmm, "mmap_lock")
    retval = 0
    for mpnt in oldmm.mmap:
        if mpnt.vm_flags & VM_DONTCOPY:
            continue
        tmp = vm_area_dup(mm, mpnt)
        mm.mmap = (*mm.mmap, tmp)
        if not tmp.vm_flags & VM_WIPEONFORK:
            retval = copy_page_range(tmp, mpnt)
        if retval:
            break
    up_write(oldmm, "mmap_lock")
    return retval


@kernel_function("kernel/fork.c")
def vm_area_dup(mm: MmStruct, orig: VmAreaStruct) -> VmAreaStruct:
    """A copy of a range for another address space, with an anon_vma of its own.

    A range that is wiped on fork starts without one, as a fresh mapping does.
    """
    new = VmAreaStruct(
        mm, orig.vm_start, orig.vm_end, orig.vm_flags, orig.vm_page_prot
    )
    if orig.vm_file is not None:
        ihold(orig.vm_file)
        new.vm_file = orig.vm_file
        new.vm_pgoff = orig.vm_pgoff
    if orig.anon_vma is not None and not orig.vm_flags & VM_WIPEONFORK:
        new.anon_vma = AddressSpace("anon_vma", anonymous=True)
    return new
