"""Faults on pages of files (mm/filemap.c, mm/internal.h, Linux v6.1).

A fault that may be tried again does not hold mmap_lock while a disk reads: it
drops the lock, waits, and has the caller start anew. One that may not wait
starts the read and gives up, with the lock held.

Not modelled: reading more than the page, waits that a signal ends. `fpin`, the
file that is kept while mmap_lock is dropped, is here true when it was dropped.
"""

from pintutor.linux.include.linux.fs import Inode
from pintutor.linux.include.linux.mm_types import (
    PAGE_SIZE,
    VM_FAULT_OOM,
    VM_FAULT_SIGBUS,
    AddressSpace,
    Folio,
)
from pintutor.linux.include.linux.page_flags import PG_uptodate
from pintutor.linux.include.linux.pagemap import linear_page_index
from pintutor.linux.include.linux.vm_fault import (
    FAULT_FLAG_ALLOW_RETRY,
    FAULT_FLAG_RETRY_NOWAIT,
    FAULT_FLAG_TRIED,
    VM_FAULT_RETRY,
    VmFault,
)
from pintutor.linux.mm.filemap import (
    filemap_add_folio,
    filemap_get_folio,
    filemap_read_folio,
)
from pintutor.linux.mm.folio import folio_lock, folio_trylock, folio_unlock
from pintutor.linux.mm.page_alloc import alloc_page, put_page
from pintutor.linux.mm.page_zone import GFP_HIGHUSER_MOVABLE
from pintutor.linux.mm.readahead import page_cache_sync_readahead
from pintutor.sim.function import kernel_function
from pintutor.sim.locks import up_read


@kernel_function("mm/filemap.c")
def filemap_fault(vmf: VmFault) -> int:
    """Find the page of the file, or read it from the disk.

    Returns: 0 with vmf.page locked and referenced; VM_FAULT_SIGBUS beyond the
    end of the file; VM_FAULT_RETRY, with mmap_lock dropped if that may be.
    """
    inode = vmf.vma.vm_file
    assert inode is not None, "a file is mapped"
    index = linear_page_index(vmf.vma, vmf.address)
    if index >= max_idx(inode):
        return VM_FAULT_SIGBUS
    folio = filemap_get_folio(inode.i_mapping, index)
    fpin = False
    if folio is None:
        fpin = do_sync_mmap_readahead(vmf, inode, index)
        folio = find_or_create_folio(inode.i_mapping, index)
    ret = 0
    while folio is not None:
        ret = lock_read_folio(vmf, inode, folio, fpin)
        if ret or vmf.page is not None:
            break
        folio = find_or_create_folio(inode.i_mapping, index)
    if folio is None:
        return VM_FAULT_RETRY if fpin else VM_FAULT_OOM
    if not ret and index >= max_idx(inode):
        vmf.page = None
        folio_unlock(folio)
        put_page(folio)
        return VM_FAULT_SIGBUS
    return ret


def max_idx(inode: Inode) -> int:
    """Pages that the file has."""
    return (inode.i_size + PAGE_SIZE - 1) // PAGE_SIZE


@kernel_function("mm/filemap.c")
def do_sync_mmap_readahead(vmf: VmFault, inode: Inode, index: int) -> bool:
    """Start to read the page; true when mmap_lock was dropped before."""
    fpin = maybe_unlock_mmap_for_io(vmf, False)
    page_cache_sync_readahead(inode, index, 1)
    return fpin


@kernel_function("mm/filemap.c")
def find_or_create_folio(mapping: AddressSpace, index: int) -> Folio | None:
    """That page of the file, referenced, made if there is none.

    In C: __filemap_get_folio() with FGP_CREAT. Returns: None without memory.
    """
    folio = filemap_get_folio(mapping, index)
    if folio is None:
        page = alloc_page(gfp=GFP_HIGHUSER_MOVABLE)
        if page is None:
            return None
        folio = Folio(page)
        if filemap_add_folio(mapping, folio, index):
            put_page(folio)
            return None
    return folio


@kernel_function("mm/filemap.c")
def lock_read_folio(
    vmf: VmFault, inode: Inode, folio: Folio, fpin: bool
) -> int:
    """Lock a page that was found and see to it that it is read.

    In C this is the part of filemap_fault() from `retry_find` on. Returns: 0
    with vmf.page set, or without to look again; else why the fault ends.
    """
    locked, fpin = lock_folio_maybe_drop_mmap(vmf, folio, fpin)
    if not locked:
        put_page(folio)
        return VM_FAULT_RETRY
    if folio.mapping is not inode.i_mapping:
        folio_unlock(folio)
        put_page(folio)
        return VM_FAULT_RETRY if fpin else 0
    if not folio.flags & PG_uptodate:
        fpin = maybe_unlock_mmap_for_io(vmf, fpin)
        error = filemap_read_folio(inode, folio)
        put_page(folio)
        if fpin:
            return VM_FAULT_RETRY
        return VM_FAULT_SIGBUS if error else 0
    if fpin:
        folio_unlock(folio)
        put_page(folio)
        return VM_FAULT_RETRY
    vmf.page = folio
    return 0


@kernel_function("mm/filemap.c")
def lock_folio_maybe_drop_mmap(
    vmf: VmFault, folio: Folio, fpin: bool
) -> tuple[bool, bool]:
    """Whether the folio is locked, and whether mmap_lock is dropped.

    It waits for the lock unless the fault may not.
    """
    if folio_trylock(folio):
        return True, fpin
    if vmf.flags & FAULT_FLAG_RETRY_NOWAIT:
        return False, fpin
    fpin = maybe_unlock_mmap_for_io(vmf, fpin)
    folio_lock(folio)
    return True, fpin


@kernel_function("mm/internal.h")
def maybe_unlock_mmap_for_io(vmf: VmFault, fpin: bool) -> bool:
    """Drop mmap_lock at the first attempt of a fault that may wait and retry.

    Returns: true when it is dropped, now or with `fpin` before.
    """
    if fpin:
        return True
    first = vmf.flags & (FAULT_FLAG_ALLOW_RETRY | FAULT_FLAG_TRIED)
    if first != FAULT_FLAG_ALLOW_RETRY or vmf.flags & FAULT_FLAG_RETRY_NOWAIT:
        return False
    up_read(vmf.vma.vm_mm, "mmap_lock")
    return True
