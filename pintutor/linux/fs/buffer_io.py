"""Buffers on their way to the disk, one bio each (fs/buffer.c, Linux v6.1).

The pages of a block device are written so. File systems here collect what lies
side by side instead, in fs/mpage.c. Either way the bio holds no reference to
the page: writeback keeps it in the cache.

folio.private has a bit for each block that is dirty, and above those one for
each that is on its way: BH_Dirty and BH_Async_Write.

Not modelled: struct buffer_head as an object; a lock of each buffer; reading
buffer by buffer.
"""

from pintutor.linux.block.bdev import b_bdev
from pintutor.linux.block.bio import bio_alloc, bio_put
from pintutor.linux.block.bio_add import bio_add_page
from pintutor.linux.block.blk_core import submit_bio
from pintutor.linux.fs.buffer import create_empty_buffers
from pintutor.linux.fs.extents import run_at
from pintutor.linux.include.linux.bio import bvec_at
from pintutor.linux.include.linux.blk_types import REQ_OP_WRITE, Bio
from pintutor.linux.include.linux.fs import Inode, i_blocksize
from pintutor.linux.include.linux.mm import page_folio
from pintutor.linux.include.linux.mm_types import PAGE_SHIFT, PAGE_SIZE, Folio
from pintutor.linux.include.linux.page_flags import folio_test_private
from pintutor.linux.include.uapi.errno import EIO
from pintutor.linux.mm.folio import folio_end_writeback, folio_start_writeback
from pintutor.sim.function import kernel_function

BH_Async_Write = 8
"""Shift of the bits of buffers that are on their way; a page has 8 at most."""
BH_Dirty_bits = (1 << BH_Async_Write) - 1


@kernel_function("fs/buffer.c")
def end_buffer_async_write(
    inode: Inode, folio: Folio, nr: int, *, uptodate: bool
) -> None:
    """Note that a buffer is written; the last one ends the writeback."""
    if not uptodate:
        inode.wb_err = -EIO
    folio.private &= ~(1 << BH_Async_Write + nr)
    if not folio.private >> BH_Async_Write:
        folio_end_writeback(folio)


@kernel_function("fs/buffer.c")
def end_bio_bh_io_sync(bio: Bio) -> None:
    """Tell the buffer that its bio has ended: bh->b_end_io() in C."""
    bvec = bvec_at(bio, 0)
    folio = page_folio(bvec.bv_page)
    assert folio.mapping is not None, "writeback keeps it in the cache"
    inode = folio.mapping.host
    assert inode is not None, "the page is a file's"
    nr = bvec.bv_offset >> inode.i_blkbits
    uptodate = not bio.bi_status
    end_buffer_async_write(inode, folio, nr, uptodate=uptodate)
    bio_put(bio)


@kernel_function("fs/buffer.c")
def submit_bh_wbc(opf: int, inode: Inode, folio: Folio, nr: int) -> None:
    """Submit a bio of one buffer: block `nr` of the page."""
    size = i_blocksize(inode)
    offset = nr * size
    pos = (folio.index << PAGE_SHIFT) + offset
    bio = bio_alloc(b_bdev(inode), 1, opf)
    bio.bi_iter.bi_sector = run_at(inode, pos, size).sector
    bio_add_page(bio, folio, size, offset)
    bio.bi_end_io = end_bio_bh_io_sync
    submit_bio(bio)


@kernel_function("fs/buffer.c")
def __block_write_full_page(inode: Inode, folio: Folio) -> None:
    """Write the dirty buffers of a locked folio, which is clean by now.

    A folio that got dirty without buffers is given them, all dirty.
    """
    if not folio_test_private(folio):
        create_empty_buffers(folio)
        folio.private = BH_Dirty_bits
    size = i_blocksize(inode)
    limit = min(PAGE_SIZE, inode.i_size - (folio.index << PAGE_SHIFT))
    dirty = folio.private & (1 << -(-limit // size)) - 1
    folio.private = dirty << BH_Async_Write
    folio_start_writeback(folio)
    for nr in range(PAGE_SIZE // size):
        if dirty >> nr & 1:
            submit_bh_wbc(REQ_OP_WRITE, inode, folio, nr)
    if not dirty:
        folio_end_writeback(folio)
