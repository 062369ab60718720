"""The page cache of an ext4 file (fs/ext4/inode.c, Linux v6.1).

ext4 wants to know before a page of a file is written to: page_mkwrite() gives
the page its buffers. A page that turns dirty without that is a surprise to it,
and what has been written to such a page does not reach the disk.

Blocks are given to a page when it is written back.

Not modelled: the journal.
"""

from pintutor.linux.fs.buffer import (
    block_dirty_folio,
    block_page_mkwrite,
    block_write_full_page,
)
from pintutor.linux.fs.ext4_map import (
    EXT4_GET_BLOCKS_CREATE,
    ext4_convert_unwritten_extents,
    ext4_map_blocks,
)
from pintutor.linux.fs.mpage import MpageData
from pintutor.linux.globals import this_kernel
from pintutor.linux.include.linux.bug import warn_on_once
from pintutor.linux.include.linux.fs import Inode
from pintutor.linux.include.linux.mm_types import (
    PAGE_SHIFT,
    PAGE_SIZE,
    AddressSpace,
    Folio,
)
from pintutor.linux.include.linux.page_flags import folio_test_private
from pintutor.linux.include.linux.vm_fault import VmFault
from pintutor.sim.function import kernel_function


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
def ext4_writepage(mpd: MpageData, folio: Folio) -> None:
    """Write a folio, clean by now, to the disk; without buffers it is skipped.

    In C this is a part of ext4_writepages().
    """
    inode = mpd.inode
    if not folio_test_private(folio):
        ext4_warning(inode, f"page {folio.index} has no buffers")
        return
    error = mpage_map_one_extent(inode, folio.index << PAGE_SHIFT)
    if error:
        inode.wb_err = error
        return
    block_write_full_page(mpd, folio)


@kernel_function("fs/ext4/inode.c")
def mpage_map_one_extent(inode: Inode, pos: int) -> int:
    """Give the page at byte `pos` of the file blocks.

    Returns: 0 or an error.
    """
    lblk = pos >> inode.i_blkbits
    map = ext4_map_blocks(inode, lblk, 1, EXT4_GET_BLOCKS_CREATE)
    if map.m_len < 0:
        return map.m_len
    return ext4_convert_unwritten_extents(inode, pos, PAGE_SIZE)


def ext4_warning(inode: Inode, what: str) -> None:
    """Log a warning about a file (fs/ext4/super.c)."""
    log = this_kernel().log
    log.lines += (f"EXT4-fs warning: {inode.name}: {what}",)
