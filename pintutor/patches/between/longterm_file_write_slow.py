"""A long-term pin may not write to a file that is written back.

Write-back makes every entry of a page read-only, so that the file system hears
of the next write. A device with a pin writes without a fault: the page turns
dirty behind the file system's back, or its new contents are never written. For
a short time that is a race; for a pin that lasts it is the rule. So such pins
are refused, where the mapping is shared and its file system tracks writes.

v6.1 does not have vma_needs_dirty_tracking() either: it has the same tests
within vma_wants_writenotify(). Here it comes with this patch.

Linux kernel commit 8ac268436e6d ("mm/gup: disallow FOLL_LONGTERM GUP-nonfast
writing to file-backed mappings") (in v6.5).
"""

from pintutor.linux.include.linux.fs import mapping_can_writeback
from pintutor.linux.include.linux.mm import (
    FOLL_ANON,
    FOLL_FORCE,
    FOLL_LONGTERM,
    FOLL_PIN,
    FOLL_WRITE,
    VM_IO,
    VM_MAYREAD,
    VM_PFNMAP,
    VM_READ,
    VM_SHARED,
    VM_WRITE,
    is_cow_mapping,
    vma_is_anonymous,
)
from pintutor.linux.include.linux.mm_types import VmAreaStruct
from pintutor.linux.include.uapi.errno import EFAULT
from pintutor.linux.mm import gup_slow
from pintutor.patches.patch import Patch

PATCH = Patch(
    "longterm-file-write-slow",
    "mm/gup: disallow FOLL_LONGTERM GUP-nonfast writing to file-backed"
    " mappings",
    commit="8ac268436e6d",
    release="v6.5",
    author="Lorenzo Stoakes",
)


@PATCH.adds("mm/mmap.c")
def vma_needs_dirty_tracking(vma: VmAreaStruct) -> bool:
    """True when the file system has to know which pages were written to."""
    if vma.vm_flags & (VM_WRITE | VM_SHARED) != VM_WRITE | VM_SHARED:
        return False
    return vma.vm_file is not None and mapping_can_writeback(
        vma.vm_file.i_mapping
    )


@PATCH.adds("mm/gup.c")
def writable_file_mapping_allowed(vma: VmAreaStruct, gup_flags: int) -> bool:
    """True unless this is a pin for long on pages that are tracked."""
    if gup_flags & (FOLL_PIN | FOLL_LONGTERM) != FOLL_PIN | FOLL_LONGTERM:
        return True
    return not vma_needs_dirty_tracking(vma)


@PATCH.replaces(gup_slow.check_vma_flags)
def check_vma_flags(vma: VmAreaStruct, gup_flags: int) -> int:
    """0 when the range lets this call have its pages, else -EFAULT."""
    vm_flags = vma.vm_flags
    vma_anon = vma_is_anonymous(vma)
    if vm_flags & (VM_IO | VM_PFNMAP):
        return -EFAULT
    if gup_flags & FOLL_ANON and not vma_anon:
        return -EFAULT
    if gup_flags & FOLL_WRITE:
        if not vma_anon and not writable_file_mapping_allowed(vma, gup_flags):
            return -EFAULT
        if not vm_flags & VM_WRITE:
            if not gup_flags & FOLL_FORCE:
                return -EFAULT
            if not is_cow_mapping(vm_flags):
                return -EFAULT
    elif not vm_flags & VM_READ:
        if not gup_flags & FOLL_FORCE:
            return -EFAULT
        if not vm_flags & VM_MAYREAD:
            return -EFAULT
    return 0
