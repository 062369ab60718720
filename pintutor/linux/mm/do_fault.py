"""Faults on pages of files (mm/memory.c, Linux v6.1).

A read maps the page of the file itself. A write maps it too where the mapping
is shared, after the file system was told; where it is private, a copy.

Not modelled: mapping neighbours that are in the cache, huge pages of files,
waiting until some dirty pages were written, MM_FILEPAGES.
"""

from pintutor.linux.arch.x86.include.pgtable import (
    mk_pte,
    pte_mkdirty,
    pte_mkyoung,
    ptep_get,
    set_pte,
)
from pintutor.linux.fs.ext4 import ext4_page_mkwrite
from pintutor.linux.include.linux.fs import ON_DISK, TMPFS
from pintutor.linux.include.linux.mm import VM_SHARED, page_folio
from pintutor.linux.include.linux.mm_types import (
    FAULT_FLAG_WRITE,
    VM_FAULT_NOPAGE,
    VM_FAULT_OOM,
    Page,
    VmAreaStruct,
)
from pintutor.linux.include.linux.page_flags import SetPageUptodate
from pintutor.linux.include.linux.pgtable import maybe_mkwrite
from pintutor.linux.include.linux.vm_fault import VmFault
from pintutor.linux.mm.file_rmap import page_add_file_rmap
from pintutor.linux.mm.filemap_fault import filemap_fault
from pintutor.linux.mm.folio import folio_unlock
from pintutor.linux.mm.page_alloc import alloc_page, put_page
from pintutor.linux.mm.page_writeback import folio_mark_dirty
from pintutor.linux.mm.page_zone import GFP_HIGHUSER_MOVABLE
from pintutor.linux.mm.pfnmap import dev_fault
from pintutor.linux.mm.rmap import (
    anon_vma_prepare,
    lru_cache_add_inactive_or_unevictable,
    page_add_new_anon_rmap,
)
from pintutor.linux.mm.shmem import shmem_fault
from pintutor.sim.atomic import read_once
from pintutor.sim.function import kernel_function
from pintutor.sim.locks import spin_lock, spin_unlock


def has_page_mkwrite(vma: VmAreaStruct) -> bool:
    """True when the file system wants to hear of writes.

    In C: vma->vm_ops->page_mkwrite is set.
    """
    return vma.vm_file is not None and vma.vm_file.i_sb in ON_DISK


@kernel_function("mm/memory.c")
def do_fault(vmf: VmFault) -> int:
    """Map a page of a file, or a private copy of it, where none is mapped."""
    if not vmf.flags & FAULT_FLAG_WRITE:
        return do_read_fault(vmf)
    if not vmf.vma.vm_flags & VM_SHARED:
        return do_cow_fault(vmf)
    return do_shared_fault(vmf)


@kernel_function("mm/memory.c")
def do_read_fault(vmf: VmFault) -> int:
    """Map the page of the file; its entry is writable only where that may be.

    A file on tmpfs does not care when it is written to, so a shared mapping of
    it is writable at once.
    """
    ret = __do_fault(vmf)
    if ret:
        return ret
    page = fault_page(vmf)
    ret = finish_fault(vmf, page)
    folio_unlock(page_folio(page))
    if ret:
        put_page(page)
    return ret


@kernel_function("mm/memory.c")
def do_cow_fault(vmf: VmFault) -> int:
    """Map a private copy of the page of the file, for a write to it."""
    anon_vma_prepare(vmf.vma)
    cow_page = alloc_page(gfp=GFP_HIGHUSER_MOVABLE)
    if cow_page is None:
        return VM_FAULT_OOM
    vmf.cow_page = cow_page
    ret = __do_fault(vmf)
    if ret:
        put_page(cow_page)
        return ret
    page = fault_page(vmf)
    cow_page.data = read_once(page, "data")
    SetPageUptodate(cow_page)
    ret = finish_fault(vmf, cow_page)
    folio_unlock(page_folio(page))
    put_page(page)
    if ret:
        put_page(cow_page)
    return ret


@kernel_function("mm/memory.c")
def do_shared_fault(vmf: VmFault) -> int:
    """Map the page of the file for a write: tell the file system, mark it."""
    ret = __do_fault(vmf)
    if ret:
        return ret
    page = fault_page(vmf)
    if has_page_mkwrite(vmf.vma):
        folio_unlock(page_folio(page))
        ret = do_page_mkwrite(vmf)
        if ret:
            put_page(page)
            return ret
    ret = finish_fault(vmf, page)
    if ret:
        folio_unlock(page_folio(page))
        put_page(page)
        return ret
    fault_dirty_shared_page(page)
    return 0


@kernel_function("mm/memory.c")
def __do_fault(vmf: VmFault) -> int:
    """Get the page of the file, locked and referenced, into vmf.page.

    A device has no page to give: it maps its frame and is done.

    In C: the call through vma->vm_ops->fault.
    """
    file = vmf.vma.vm_file
    if file is None:
        return dev_fault(vmf)
    return shmem_fault(vmf) if file.i_sb == TMPFS else filemap_fault(vmf)


def fault_page(vmf: VmFault) -> Page:
    """The page that __do_fault() has found: vmf->page."""
    assert vmf.page is not None, "the fault has found its page"
    return vmf.page


@kernel_function("mm/memory.c")
def finish_fault(vmf: VmFault, page: Page) -> int:
    """Install the entry, or VM_FAULT_NOPAGE if another fault was faster."""
    ret = VM_FAULT_NOPAGE
    spin_lock(vmf.pte.table, "ptl")
    if ptep_get(vmf.pte) == vmf.orig_pte:
        do_set_pte(vmf, page)
        ret = 0
    spin_unlock(vmf.pte.table, "ptl")
    return ret


@kernel_function("mm/memory.c")
def do_set_pte(vmf: VmFault, page: Page) -> None:
    """Write the entry for a page of a file, or for a private copy of one."""
    vma = vmf.vma
    write = vmf.flags & FAULT_FLAG_WRITE
    entry = pte_mkyoung(mk_pte(page, vma.vm_page_prot))
    if write:
        entry = maybe_mkwrite(pte_mkdirty(entry), vma)
    if write and not vma.vm_flags & VM_SHARED:
        vma.vm_mm.rss_anon += 1
        page_add_new_anon_rmap(page, vma, vmf.address)
        lru_cache_add_inactive_or_unevictable(page, vma)
    else:
        page_add_file_rmap(page)
    set_pte(vmf.pte, entry)


@kernel_function("mm/memory.c")
def do_page_mkwrite(vmf: VmFault) -> int:
    """Tell the file system that the page is about to be written to.

    Returns: 0 with the page locked, or why it cannot be.
    """
    assert vmf.vma.vm_file is not None, "a file is mapped"
    return ext4_page_mkwrite(vmf.vma.vm_file, vmf)


@kernel_function("mm/memory.c")
def fault_dirty_shared_page(page: Page) -> None:
    """Mark a page dirty that was made writable, and unlock it."""
    folio_mark_dirty(page_folio(page))
    folio_unlock(page_folio(page))
