"""A file system with a disk (fs/ext4/inode.c, Linux v6.1).

It wants to know before a page of a file is written to: page_mkwrite() gives the
page its buffers. A page that turns dirty without that is a surprise to it, and
what has been written to such a page does not reach the disk.

Not modelled: the journal, allocating blocks late, holes, errors of the disk.
"""

from pintutor.linux.fs.buffer import (
    block_dirty_folio,
    block_page_mkwrite,
    block_write_full_page,
)
from pintutor.linux.globals import this_kernel
from pintutor.linux.include.linux.bug import warn_on_once
from pintutor.linux.include.linux.fs import Inode
from pintutor.linux.include.linux.mm_types import AddressSpace, Folio, VmFault
from pintutor.linux.include.linux.page_flags import (
    SetPageUptodate,
    folio_test_private,
)
from pintutor.sim.function import kernel_function


@kernel_function("fs/ext4/inode.c")
def ext4_read_folio(inode: Inode, folio: Folio) -> None:
    """Read the folio from the disk; it gets no buffers by that."""
    assert inode.disk is not None, "the file has a disk"
    folio.data = inode.disk[folio.index]
    SetPageUptodate(folio)


@kernel_function("fs/ext4/inode.c")
def ext4_page_mkwrite(inode: Inode, vmf: VmFault) -> int:
    """Hear that a page is about to be written to through a mapping.

    Returns: 0 with the page locked and dirty, or VM_FAULT_NOPAGE.
    """
    return block_page_mkwrite(inode, vmf)


@kernel_function("fs/ext4/inode.c")
def ext4_dirty_folio(mapping: AddressSpace, folio: Folio) -> bool:
    """Mark the folio dirty; true when it was clean."""
    warn_on_once(not folio_test_private(folio), "ext4_dirty_folio: no buffers")
    return block_dirty_folio(mapping, folio)


@kernel_function("fs/ext4/inode.c")
def ext4_writepage(inode: Inode, folio: Folio) -> None:
    """Write a folio, clean by now, to the disk; without buffers it is skipped.

    In C this is a part of ext4_writepages().
    """
    if not folio_test_private(folio):
        ext4_warning(inode, f"page {folio.index} has no buffers")
        return
    block_write_full_page(inode, folio)


def ext4_warning(inode: Inode, what: str) -> None:
    """Log a warning about a file (fs/ext4/super.c)."""
    log = this_kernel().log
    log.lines += (f"EXT4-fs warning: {inode.name}: {what}",)
