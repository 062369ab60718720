"""Advice about ranges of memory (mm/madvise.c, Linux v6.1).

Not modelled: advice for a part of a range that needs a range of its own; a call
over several ranges; all advice but the few kinds here.
"""

from pintutor.linux.include.linux.mm import (
    VM_DONTCOPY,
    VM_HUGEPAGE,
    VM_NOHUGEPAGE,
    VM_WIPEONFORK,
    vma_is_anonymous,
)
from pintutor.linux.include.linux.mm_types import (
    PAGE_SIZE,
    MmStruct,
    VmAreaStruct,
)
from pintutor.linux.include.uapi.errno import EINVAL, ENOMEM
from pintutor.linux.mm.mmap import vma_lookup
from pintutor.linux.mm.zap_page_range import zap_page_range
from pintutor.sim.function import kernel_function
from pintutor.sim.locks import down_read, down_write, up_read, up_write

MADV_DONTNEED = 4
MADV_DONTFORK = 10
MADV_HUGEPAGE = 14
MADV_NOHUGEPAGE = 15
MADV_WIPEONFORK = 18


@kernel_function("mm/madvise.c")
def do_madvise(mm: MmStruct, start: int, length: int, behavior: int) -> int:
    """Take advice about `length` bytes at `start`.

    Returns: 0; -EINVAL for an unaligned start or unknown advice, -ENOMEM where
    nothing is mapped.
    """
    if start % PAGE_SIZE:
        return -EINVAL
    end = (start + length + PAGE_SIZE - 1) & -PAGE_SIZE
    vma = vma_lookup(mm, start)
    if vma is None or end > vma.vm_end:
        return -ENOMEM
    if behavior == MADV_DONTNEED:
        down_read(mm, "mmap_lock")
        ret = zap_page_range(vma, start, end - start)
        up_read(mm, "mmap_lock")
        return ret
    down_write(mm, "mmap_lock")
    ret = madvise_vma_behavior(vma, behavior)
    up_write(mm, "mmap_lock")
    return ret


@kernel_function("mm/madvise.c")
def madvise_vma_behavior(vma: VmAreaStruct, behavior: int) -> int:
    """Set the flags of the range that the advice asks for."""
    new_flags = vma.vm_flags
    if behavior == MADV_DONTFORK:
        new_flags |= VM_DONTCOPY
    elif behavior == MADV_WIPEONFORK:
        if not vma_is_anonymous(vma):
            return -EINVAL
        new_flags |= VM_WIPEONFORK
    elif behavior == MADV_HUGEPAGE:
        new_flags = new_flags & ~VM_NOHUGEPAGE | VM_HUGEPAGE
    elif behavior == MADV_NOHUGEPAGE:
        new_flags = new_flags & ~VM_HUGEPAGE | VM_NOHUGEPAGE
    else:
        return -EINVAL
    vma.vm_flags = new_flags
    return 0
