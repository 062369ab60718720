"""tmpfs: files that live in memory alone (mm/shmem.c, Linux v6.1).

Memory that is mapped shared and anonymous is a file of tmpfs without a name.

Not modelled: swapping out, huge pages, limits, seals.
"""

from pintutor.linux.fs.inode import new_inode
from pintutor.linux.include.linux.fs import TMPFS, Inode
from pintutor.linux.include.linux.mm_types import (
    PAGE_SIZE,
    VM_FAULT_OOM,
    VM_FAULT_SIGBUS,
    Folio,
)
from pintutor.linux.include.linux.page_flags import (
    PG_swapbacked,
    SetPageUptodate,
)
from pintutor.linux.include.linux.pagemap import linear_page_index
from pintutor.linux.include.linux.vm_fault import VmFault
from pintutor.linux.include.uapi.errno import EINVAL, ENOMEM
from pintutor.linux.mm.filemap import filemap_add_folio, filemap_get_folio
from pintutor.linux.mm.folio import folio_lock, folio_unlock
from pintutor.linux.mm.page_alloc import alloc_page, put_page
from pintutor.linux.mm.page_zone import GFP_HIGHUSER_MOVABLE
from pintutor.sim.function import kernel_function


@kernel_function("mm/shmem.c")
def shmem_file_setup(name: str, size: int) -> Inode:
    """A file of tmpfs with a length in bytes, and no page yet."""
    return new_inode(name, TMPFS, size)


@kernel_function("mm/shmem.c")
def shmem_get_folio(inode: Inode, index: int) -> Folio | int:
    """That page of the file, locked and referenced; a hole gets a zeroed one.

    Returns: -EINVAL beyond the end of the file, -ENOMEM without memory.
    """
    if index * PAGE_SIZE >= inode.i_size:
        return -EINVAL
    folio = filemap_get_folio(inode.i_mapping, index)
    if folio is not None:
        folio_lock(folio)
        return folio
    page = alloc_page(gfp=GFP_HIGHUSER_MOVABLE)
    if page is None:
        return -ENOMEM
    folio = Folio(page)
    folio.flags |= PG_swapbacked
    folio_lock(folio)
    err = filemap_add_folio(inode.i_mapping, folio, index)
    if err:
        folio_unlock(folio)
        put_page(folio)
        return err
    SetPageUptodate(folio)
    return folio


@kernel_function("mm/shmem.c")
def shmem_fault(vmf: VmFault) -> int:
    """Find the page of the file or make it.

    Returns: 0 with vmf.page locked and referenced; VM_FAULT_SIGBUS beyond the
    end of the file.
    """
    inode = vmf.vma.vm_file
    assert inode is not None, "a file is mapped"
    index = linear_page_index(vmf.vma, vmf.address)
    folio = shmem_get_folio(inode, index)
    if isinstance(folio, int):
        return VM_FAULT_OOM if folio == -ENOMEM else VM_FAULT_SIGBUS
    vmf.page = folio
    return 0
