"""Buffers: what a file system knows of the blocks under a page (fs/buffer.c).

A page gets buffers when it is about to be written to: they say which of its
blocks are dirty. They hold a reference to the page, and PG_private says that
they are there.

Not modelled: the buffers one by one, but for a dirty bit of each; where on the
disk they go, which the extents of the file say.
"""

from pintutor.linux.fs.extents import run_at
from pintutor.linux.fs.mpage import (
    MpageData,
    __mpage_writepage,
    mpage_read_folio,
)
from pintutor.linux.include.linux.fs import Inode
from pintutor.linux.include.linux.highmem import zero_user
from pintutor.linux.include.linux.mm import page_folio
from pintutor.linux.include.linux.mm_types import (
    PAGE_SHIFT,
    PAGE_SIZE,
    VM_FAULT_NOPAGE,
    AddressSpace,
    Folio,
)
from pintutor.linux.include.linux.page_flags import (
    PG_private,
    PG_uptodate,
    SetPageUptodate,
    folio_test_dirty,
    folio_test_private,
    folio_test_writeback,
)
from pintutor.linux.include.linux.page_ref import folio_ref_inc
from pintutor.linux.include.linux.vm_fault import VmFault
from pintutor.linux.mm.filemap import grab_cache_page_write_begin
from pintutor.linux.mm.folio import (
    filemap_dirty_folio,
    folio_end_writeback,
    folio_lock,
    folio_start_writeback,
    folio_unlock,
    folio_wait_locked,
)
from pintutor.linux.mm.page_alloc import put_page
from pintutor.sim.function import kernel_function


@kernel_function("fs/buffer.c")
def create_empty_buffers(folio: Folio) -> None:
    """Give the folio buffers, all clean; they hold a reference to it."""
    folio_ref_inc(folio)
    folio.private = 0
    folio.flags |= PG_private


@kernel_function("fs/buffer.c")
def drop_buffers(folio: Folio) -> None:
    """Take the buffers away, and the reference that they held."""
    folio.flags &= ~PG_private
    folio.private = 0
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


def block_bits(inode: Inode, start: int, end: int) -> int:
    """The bits of the blocks that have bytes start..end of a page."""
    first = start >> inode.i_blkbits
    last = end - 1 >> inode.i_blkbits
    return (1 << last + 1) - (1 << first)


@kernel_function("fs/buffer.c")
def mark_buffers_dirty(
    inode: Inode, folio: Folio, start: int, end: int
) -> None:
    """Mark the blocks that have bytes start..end of the page dirty.

    In C this is mark_buffer_dirty() on each of them.
    """
    if folio_test_private(folio):
        bits = folio.private | block_bits(inode, start, end)
        if bits != folio.private:
            folio.private = bits


@kernel_function("fs/buffer.c")
def block_dirty_folio(mapping: AddressSpace, folio: Folio) -> bool:
    """Mark the folio dirty, and its buffers; true when it was clean."""
    assert mapping.host is not None, "the mapping is a file's"
    mark_buffers_dirty(mapping.host, folio, 0, PAGE_SIZE)
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
def __block_write_begin(
    inode: Inode, folio: Folio, start: int, end: int
) -> None:
    """Make bytes start..end of a locked page ready to be copied to.

    What the page is to keep is read first. It stays locked.
    """
    if not folio_test_private(folio):
        create_empty_buffers(folio)
    if folio.flags & PG_uptodate or end - start == PAGE_SIZE:
        return
    if run_at(inode, folio.index << PAGE_SHIFT, PAGE_SIZE).sector < 0:
        zero_user(folio, 0, PAGE_SIZE)
        SetPageUptodate(folio)
        return
    mpage_read_folio(inode, folio)
    folio_wait_locked(folio)
    folio_lock(folio)


@kernel_function("fs/buffer.c")
def block_write_end(inode: Inode, folio: Folio, start: int, end: int) -> None:
    """Mark what was copied to a page dirty, and let go of the page."""
    SetPageUptodate(folio)
    mark_buffers_dirty(inode, folio, start, end)
    filemap_dirty_folio(inode.i_mapping, folio)
    folio_unlock(folio)
    put_page(folio)


@kernel_function("fs/buffer.c")
def block_truncate_page(inode: Inode, from_: int) -> None:
    """Zero the rest of the block in which the file is going to end."""
    start = from_ % PAGE_SIZE
    length = -from_ % (1 << inode.i_blkbits)
    if inode.sb is None or not length:
        return
    if run_at(inode, from_, length).sector < 0:
        return
    index = from_ >> PAGE_SHIFT
    folio = grab_cache_page_write_begin(inode.i_mapping, index)
    if folio is None:
        return
    __block_write_begin(inode, folio, start, start + length)
    zero_user(folio, start, length)
    block_write_end(inode, folio, start, start + length)


@kernel_function("fs/buffer.c")
def block_write_full_page(mpd: MpageData, folio: Folio) -> None:
    """Write the dirty blocks of the folio that are in the file."""
    inode = mpd.inode
    size = 1 << inode.i_blkbits
    limit = min(PAGE_SIZE, inode.i_size - (folio.index << PAGE_SHIFT))
    dirty = folio.private if folio_test_private(folio) else -1
    folio_start_writeback(folio)
    folio.private = 0
    starts = [at for at in range(0, limit, size) if dirty >> at // size & 1]
    if not starts:
        folio_end_writeback(folio)
        return
    ends = [at + size for at in starts]
    whole = [at for at in starts if at not in ends]
    stops = [at for at in ends if at not in starts]
    for start, end in zip(whole, stops, strict=True):
        __mpage_writepage(mpd, folio, start, end)
