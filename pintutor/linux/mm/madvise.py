"""Advice about ranges of memory (mm/madvise.c, Linux v6.1).

Not modelled: all advice but the few kinds here.
"""

from pintutor.linux.include.linux.mm import (
    VM_DONTCOPY,
    VM_HUGEPAGE,
    VM_NOHUGEPAGE,
    VM_PFNMAP,
    VM_WIPEONFORK,
    vma_is_anonymous,
)
from pintutor.linux.include.linux.mm_types import (
    PAGE_SIZE,
    MmStruct,
    VmAreaStruct,
)
from pintutor.linux.include.uapi.errno import EINVAL, ENOMEM
from pintutor.linux.mm.ksm_break import (
    MADV_MERGEABLE,
    MADV_UNMERGEABLE,
    ksm_madvise,
)
from pintutor.linux.mm.madvise_pageout import madvise_cold_or_pageout
from pintutor.linux.mm.mmap import find_vma
from pintutor.linux.mm.vma_merge import vma_modify_flags
from pintutor.linux.mm.zap_page_range import zap_page_range
from pintutor.sim.function import kernel_function
from pintutor.sim.locks import down_read, down_write, up_read, up_write

MADV_DONTNEED = 4
MADV_DONTFORK = 10
MADV_HUGEPAGE = 14
MADV_NOHUGEPAGE = 15
MADV_WIPEONFORK = 18
MADV_COLD = 20
MADV_PAGEOUT = 21


@kernel_function("mm/madvise.c")
def do_madvise(mm: MmStruct, start: int, length: int, behavior: int) -> int:
    """Take advice about `length` bytes at `start`.

    Returns: 0; -EINVAL for an unaligned start or unknown advice, -ENOMEM where
    nothing is mapped or there is no memory. What is mapped besides a hole
    is advised all the same.
    """
    if start % PAGE_SIZE:
        return -EINVAL
    end = (start + length + PAGE_SIZE - 1) & -PAGE_SIZE
    write = behavior not in (MADV_DONTNEED, MADV_COLD, MADV_PAGEOUT)
    if write:
        down_write(mm, "mmap_lock")
    else:
        down_read(mm, "mmap_lock")
    error = madvise_walk_vmas(mm, start, end, behavior)
    if write:
        up_write(mm, "mmap_lock")
    else:
        up_read(mm, "mmap_lock")
    return error


@kernel_function("mm/madvise.c")
def madvise_walk_vmas(mm: MmStruct, start: int, end: int, behavior: int) -> int:
    """Take the advice for range after range; -ENOMEM for a hole, at the end."""
    unmapped_error = 0
    while start < end:
        vma = find_vma(mm, start)
        if vma is None or vma.vm_start >= end:
            return -ENOMEM
        if start < vma.vm_start:
            unmapped_error = -ENOMEM
            start = vma.vm_start
        tmp = min(vma.vm_end, end)
        error = madvise_vma_behavior(vma, start, tmp, behavior)
        if error:
            return error
        start = tmp
    return unmapped_error


@kernel_function("mm/madvise.c")
def madvise_vma_behavior(
    vma: VmAreaStruct, start: int, end: int, behavior: int
) -> int:
    """Take the advice for a part of one range."""
    if behavior == MADV_DONTNEED:
        if vma.vm_flags & VM_PFNMAP:
            return -EINVAL
        return zap_page_range(vma, start, end - start)
    if behavior in (MADV_COLD, MADV_PAGEOUT):
        pageout = behavior == MADV_PAGEOUT
        return madvise_cold_or_pageout(vma, start, end, pageout)
    if behavior in (MADV_MERGEABLE, MADV_UNMERGEABLE):
        new_flags = ksm_madvise(vma, start, end, behavior)
    else:
        new_flags = flags_advised(vma, behavior)
    if new_flags < 0:
        return new_flags
    return madvise_update_vma(vma, start, end, new_flags)


@kernel_function("mm/madvise.c")
def flags_advised(vma: VmAreaStruct, behavior: int) -> int:
    """The flags that the advice gives a range, or -EINVAL.

    In C this is in the middle of madvise_vma_behavior().
    """
    new_flags = vma.vm_flags
    if behavior == MADV_DONTFORK:
        return new_flags | VM_DONTCOPY
    if behavior == MADV_WIPEONFORK:
        return new_flags | VM_WIPEONFORK if vma_is_anonymous(vma) else -EINVAL
    if behavior == MADV_HUGEPAGE:
        return new_flags & ~VM_NOHUGEPAGE | VM_HUGEPAGE
    if behavior == MADV_NOHUGEPAGE:
        return new_flags & ~VM_HUGEPAGE | VM_NOHUGEPAGE
    return -EINVAL


@kernel_function("mm/madvise.c")
def madvise_update_vma(
    vma: VmAreaStruct, start: int, end: int, new_flags: int
) -> int:
    """Give a part of one range other flags: join or cut it; 0 or -ENOMEM."""
    if new_flags == vma.vm_flags:
        return 0
    mm = vma.vm_mm
    prev = next((each for each in mm.mmap if each.vm_end == start), None)
    found = vma_modify_flags(prev, vma, start, end, new_flags)
    if found is None:
        return -ENOMEM
    found.vm_flags = new_flags
    return 0
