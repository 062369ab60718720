"""Changing what may be done with mapped memory (mm/mprotect.c, Linux v6.1).

A range of which a part changes is cut; one that becomes like its neighbour is
joined with it. What happens to the entries is in change_protection.py.

Not modelled: protection keys, PROT_GROWSDOWN and PROT_GROWSUP, accounting of
memory that may be written.
"""

from pintutor.linux.globals import current
from pintutor.linux.include.linux.mm import (
    MM_CP_TRY_CHANGE_WRITABLE,
    VM_ACCESS_FLAGS,
    VM_SHARED,
    VM_WRITE,
)
from pintutor.linux.include.linux.mm_types import (
    PAGE_SIZE,
    MmStruct,
    VmAreaStruct,
)
from pintutor.linux.include.uapi.errno import EACCES, EINVAL, ENOMEM
from pintutor.linux.mm.change_protection import change_protection
from pintutor.linux.mm.mmap import (
    find_vma,
    vma_set_page_prot,
    vma_wants_writenotify,
)
from pintutor.linux.mm.vma_merge import vma_modify_flags
from pintutor.sim.function import kernel_function
from pintutor.sim.locks import down_write, up_write

_U64 = (1 << 64) - 1


@kernel_function("mm/mprotect.c")
def mprotect_fixup(
    vma: VmAreaStruct,
    prev: VmAreaStruct | None,
    start: int,
    end: int,
    newflags: int,
) -> VmAreaStruct | int:
    """Give a part of one range other permissions: join or cut it, then entries.

    Returns: the range that start..end is now in (*pprev in C), or -ENOMEM.
    """
    if newflags == vma.vm_flags:
        return vma
    found = vma_modify_flags(prev, vma, start, end, newflags)
    if found is None:
        return -ENOMEM
    vma = found
    vma.vm_flags = newflags
    if vma.vm_flags & VM_SHARED:
        try_change_writable = vma_wants_writenotify(vma)
    else:
        try_change_writable = bool(vma.vm_flags & VM_WRITE)
    vma_set_page_prot(vma)
    cp_flags = MM_CP_TRY_CHANGE_WRITABLE if try_change_writable else 0
    change_protection(vma, start, end, vma.vm_page_prot, cp_flags)
    return vma


@kernel_function("mm/mprotect.c")
def do_mprotect_pkey(start: int, length: int, prot: int) -> int:
    """Change the permissions of memory of the current task.

    `prot` is of VM_READ, VM_WRITE and VM_EXEC, which PROT_* are equal to.

    Returns: 0; -EINVAL for an unaligned start, -ENOMEM where nothing is mapped,
    -EACCES for what may never be written. What came before an error is changed.
    """
    if start % PAGE_SIZE:
        return -EINVAL
    if not length:
        return 0
    end = start + (length + PAGE_SIZE - 1 & -PAGE_SIZE) & _U64
    if end <= start:
        return -ENOMEM
    mm = current().mm
    down_write(mm, "mmap_lock")
    error = mprotect_ranges(mm, start, end, prot)
    up_write(mm, "mmap_lock")
    return error


@kernel_function("mm/mprotect.c")
def mprotect_ranges(mm: MmStruct, start: int, end: int, prot: int) -> int:
    """Change range after range, until end or a hole.

    In C this is the loop of do_mprotect_pkey().
    """
    vma = find_vma(mm, start)
    if vma is None or vma.vm_start > start:
        return -ENOMEM
    at = mm.mmap.index(vma)
    prev = mm.mmap[at - 1] if at and start == vma.vm_start else None
    while True:
        newflags = prot | vma.vm_flags & ~VM_ACCESS_FLAGS
        if newflags & ~(newflags >> 4) & VM_ACCESS_FLAGS:
            return -EACCES
        tmp = min(vma.vm_end, end)
        fixed = mprotect_fixup(vma, prev, start, tmp, newflags)
        if isinstance(fixed, int):
            return fixed
        prev, start = fixed, max(tmp, fixed.vm_end)
        if start >= end:
            return 0
        vma = find_vma(mm, start)
        if vma is None or vma.vm_start != start:
            return -ENOMEM
