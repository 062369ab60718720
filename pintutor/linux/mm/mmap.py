"""Mapping and unmapping ranges of an address space (mm/mmap.c).

Not modelled: that a fresh mapping joins its neighbours, resource limits.
"""

from pintutor.linux.arch.x86.include.pgtable import (
    PMD_SIZE,
    TASK_SIZE_MAX,
)
from pintutor.linux.arch.x86.mm.pgprot import vm_get_page_prot
from pintutor.linux.fs.inode import ihold
from pintutor.linux.include.linux.file import FMODE_READ, FMODE_WRITE
from pintutor.linux.include.linux.fs import Inode, mapping_can_writeback
from pintutor.linux.include.linux.mm import (
    VM_DEVICE,
    VM_MAYEXEC,
    VM_MAYREAD,
    VM_MAYSHARE,
    VM_MAYWRITE,
    VM_SHARED,
    VM_WRITE,
)
from pintutor.linux.include.linux.mm_types import (
    PAGE_SHIFT,
    PAGE_SIZE,
    MmStruct,
    VmAreaStruct,
)
from pintutor.linux.include.uapi.errno import EACCES, EINVAL, ENOMEM
from pintutor.linux.mm.pfnmap import mmap_mem
from pintutor.linux.mm.shmem import shmem_file_setup
from pintutor.linux.mm.split_vma import link_vma
from pintutor.linux.mm.zap_page_range import free_pgtables, unmap_vmas
from pintutor.sim.function import kernel_function
from pintutor.sim.locks import down_write, up_write

MMAP_BASE = 0x7F00_0000_0000
"""Where the first range goes; each starts a page table of its own."""


def find_vma(mm: MmStruct, addr: int) -> VmAreaStruct | None:
    """The first range that ends after `addr`; it may begin after it too."""
    return next((vma for vma in mm.mmap if addr < vma.vm_end), None)


def vma_lookup(mm: MmStruct, addr: int) -> VmAreaStruct | None:
    """The range that contains `addr`."""
    vma = find_vma(mm, addr)
    return vma if vma is not None and vma.vm_start <= addr else None


@kernel_function("mm/mmap.c")
def get_unmapped_area(mm: MmStruct, length: int) -> int:
    """First address from MMAP_BASE up where `length` bytes fit, or -ENOMEM.

    Ranges start at multiples of 2 MiB, so that none shares a page table.
    """
    addr = MMAP_BASE
    for vma in mm.mmap:
        if addr + length <= vma.vm_start:
            break
        addr = max(addr, (vma.vm_end + PMD_SIZE - 1) & -PMD_SIZE)
    return addr if addr + length <= TASK_SIZE_MAX else -ENOMEM


@kernel_function("mm/mmap.c")
def do_mmap(
    mm: MmStruct,
    addr: int,
    length: int,
    vm_flags: int,
    *,
    file: Inode | None = None,
    f_mode: int = FMODE_READ | FMODE_WRITE,
    pgoff: int = 0,
) -> int:
    """Map `length` bytes of zeroes or of a file at `addr`, or where it fits.

    Returns: the address; -EINVAL for an empty or unaligned range, -ENOMEM when
    it does not fit or meets another range, -EACCES when the file was not opened
    for what the range is to share.
    """
    if length <= 0 or addr % PAGE_SIZE:
        return -EINVAL
    length = (length + PAGE_SIZE - 1) & -PAGE_SIZE
    down_write(mm, "mmap_lock")
    if addr == 0:
        addr = get_unmapped_area(mm, length)
    vm_flags = may_flags(vm_flags, f_mode)
    found = find_vma(mm, addr) if addr > 0 else None
    if addr < 0 or addr + length > TASK_SIZE_MAX:
        addr = -ENOMEM
    elif found is not None and found.vm_start < addr + length:
        addr = -ENOMEM
    elif vm_flags < 0:
        addr = vm_flags
    else:
        addr = mmap_region(mm, addr, length, vm_flags, file, pgoff)
    up_write(mm, "mmap_lock")
    return addr


@kernel_function("mm/mmap.c")
def may_flags(vm_flags: int, f_mode: int) -> int:
    """The flags of a range with what may become of them, or -EACCES.

    What shares a file that was opened for reading only can never be written,
    so it loses VM_SHARED. In C this is a part of do_mmap().
    """
    vm_flags |= VM_MAYREAD | VM_MAYWRITE | VM_MAYEXEC
    if not vm_flags & VM_SHARED:
        return vm_flags
    vm_flags |= VM_MAYSHARE
    if f_mode & FMODE_WRITE:
        return vm_flags
    if vm_flags & VM_WRITE:
        return -EACCES
    return vm_flags & ~(VM_MAYWRITE | VM_SHARED)


@kernel_function("mm/mmap.c")
def mmap_region(
    mm: MmStruct,
    addr: int,
    length: int,
    vm_flags: int,
    file: Inode | None,
    pgoff: int,
) -> int:
    """Insert the range; no page and no page table is made yet.

    Shared anonymous memory is a file of tmpfs without a name. A device may map
    its frames at once: in C that is the call through file->f_op->mmap.

    Returns: the address, or -ENOMEM.
    """
    if file is not None:
        ihold(file)
    elif vm_flags & (VM_SHARED | VM_DEVICE) == VM_SHARED:
        file = shmem_file_setup("", length)
    elif not vm_flags & VM_DEVICE:
        pgoff = addr >> PAGE_SHIFT
    vma = VmAreaStruct(
        mm, addr, addr + length, vm_flags, 0, vm_file=file, vm_pgoff=pgoff
    )
    vma_set_page_prot(vma)
    if vm_flags & VM_DEVICE and mmap_mem(vma):
        unmap_vmas(vma)
        free_pgtables(vma)
        return -ENOMEM
    link_vma(mm, vma)
    return addr


@kernel_function("mm/mmap.c")
def vma_set_page_prot(vma: VmAreaStruct) -> None:
    """Fill in the bits that fresh entries of the range get."""
    vm_flags = vma.vm_flags
    if vma_wants_writenotify(vma):
        vm_flags &= ~VM_SHARED
    vma.vm_page_prot = vm_get_page_prot(vm_flags)


@kernel_function("mm/mmap.c")
def vma_wants_writenotify(vma: VmAreaStruct) -> bool:
    """True when the first write to each page has to fault: it is tracked."""
    if vma.vm_flags & (VM_WRITE | VM_SHARED) != VM_WRITE | VM_SHARED:
        return False
    return vma.vm_file is not None and mapping_can_writeback(
        vma.vm_file.i_mapping
    )
