"""Buffers: what a file system knows of the blocks under a page (fs/buffer.c).

A page gets buffers when it is about to be written to: they say where on the
disk it goes. They hold a reference to the page, and PG_private says that they
are there.

Not modelled: the buffers one by one, their own dirty bits, blocks that are
smaller than a page.
"""

from pintutor.linux.include.linux.fs import Inode
from pintutor.linux.include.linux.mm import page_folio
from pintutor.linux.include.linux.mm_types import (
    PAGE_SHIFT,
    VM_FAULT_NOPAGE,
    AddressSpace,
    Folio,
    VmFault,
)
from pintutor.linux.include.linux.page_flags import (
    PG_private,
    folio_test_dirty,
    folio_test_private,
    folio_test_writeback,
)
from pintutor.linux.include.linux.page_ref import folio_ref_inc
from pintutor.linux.mm.folio import (
    filemap_dirty_folio,
    folio_end_writeback,
    folio_lock,
    folio_start_writeback,
    folio_unlock,
)
from pintutor.linux.mm.page_alloc import put_page
from pintutor.sim.function import kernel_function


@kernel_function("fs/buffer.c")
def create_empty_buffers(folio: Folio) -> None:
    """Give the folio buffers; they hold a reference to it."""
    folio_ref_inc(folio)
    folio.flags |= PG_private


@kernel_function("fs/buffer.c")
def drop_buffers(folio: Folio) -> None:
    """Take the buffers away, and the reference that they held."""
    folio.flags &= ~PG_private
    put_page(folio)


@kernel_function("fs/buffer.c")
def try_to_free_buffers(folio: Folio) -> bool:
    """Take the buffers away unless they are still needed; true when done."""
    if folio_test_writeback(folio) or folio_test_dirty(folio):
        return False
    drop_buffers(folio)
    return True


@kernel_function("fs/buffer.c")
def block_invalidate_folio(folio: Folio) -> None:
    """Forget the buffers of a folio that leaves its file."""
    if folio_test_private(folio):
        drop_buffers(folio)


@kernel_function("fs/buffer.c")
def block_dirty_folio(mapping: AddressSpace, folio: Folio) -> bool:
    """Mark the folio dirty, and its buffers; true when it was clean."""
    return filemap_dirty_folio(mapping, folio)


@kernel_function("fs/buffer.c")
def block_page_mkwrite(inode: Inode, vmf: VmFault) -> int:
    """Make a page ready for writes through a mapping: buffers, and dirty.

    Returns: 0 with the page locked; VM_FAULT_NOPAGE when it left the file.
    """
    assert vmf.page is not None, "the fault has found its page"
    folio = page_folio(vmf.page)
    folio_lock(folio)
    if (
        folio.mapping is not inode.i_mapping
        or folio.index << PAGE_SHIFT > inode.i_size
    ):
        folio_unlock(folio)
        return VM_FAULT_NOPAGE
    if not folio_test_private(folio):
        create_empty_buffers(folio)
    block_dirty_folio(inode.i_mapping, folio)
    return 0


@kernel_function("fs/buffer.c")
def block_write_full_page(inode: Inode, folio: Folio) -> None:
    """Write the folio to the disk, and wait until it is there."""
    assert inode.disk is not None, "the file has a disk"
    folio_start_writeback(folio)
    inode.disk[folio.index] = folio.data
    folio_end_writeback(folio)
