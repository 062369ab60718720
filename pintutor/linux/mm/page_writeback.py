"""Marking folios dirty, and writing them back
(mm/page-writeback.c, mm/folio-compat.c, Linux v6.1).

Write-back cleans and write-protects every entry before it reads the page, so
that the next write faults. No kernel here makes it wait for pins: a device that
writes through a pin does not fault.

Not modelled: write-back by itself, in the background or when memory is short.
"""

from pintutor.linux.fs.buffer import block_dirty_folio, block_write_full_page
from pintutor.linux.fs.buffer_io import __block_write_full_page
from pintutor.linux.fs.direct_io_types import BufferHead
from pintutor.linux.fs.ext4 import ext4_dirty_folio, ext4_writepage
from pintutor.linux.fs.jfs import jfs_get_block
from pintutor.linux.fs.mpage import MpageData, mpage_bio_submit
from pintutor.linux.fs.udf import udf_get_block
from pintutor.linux.include.linux.blk_types import REQ_OP_WRITE
from pintutor.linux.include.linux.fs import (
    BDEV,
    EXT4,
    JFS,
    UDF,
    mapping_can_writeback,
)
from pintutor.linux.include.linux.mm import folio_mapping
from pintutor.linux.include.linux.mm_types import (
    PAGE_SIZE,
    AddressSpace,
    Folio,
)
from pintutor.linux.include.linux.page_flags import folio_test_dirty
from pintutor.linux.include.linux.page_ref import folio_ref_inc
from pintutor.linux.mm.file_rmap import folio_mkclean
from pintutor.linux.mm.filemap import cached_folios
from pintutor.linux.mm.folio import (
    folio_account_dirtied,
    folio_lock,
    folio_test_clear_dirty,
    folio_unlock,
    noop_dirty_folio,
)
from pintutor.linux.mm.page_alloc import put_page
from pintutor.sim.function import kernel_function

PAGEVEC_SIZE = 15
"""How many folios are looked up, and held, at once."""


@kernel_function("mm/page-writeback.c")
def folio_mark_dirty(folio: Folio) -> bool:
    """Say that the folio was changed since it was last written back.

    Returns: true when it was clean.
    """
    mapping = folio_mapping(folio)
    if mapping is None or not mapping_can_writeback(mapping):
        return noop_dirty_folio(folio)
    if mapping.host is not None and mapping.host.i_sb == EXT4:
        return ext4_dirty_folio(mapping, folio)
    return block_dirty_folio(mapping, folio)


@kernel_function("mm/page-writeback.c")
def folio_clear_dirty_for_io(folio: Folio) -> bool:
    """Make the folio and every entry of it clean; true when it was dirty.

    Context: the folio is locked, and its contents are read afterwards.
    """
    mapping = folio_mapping(folio)
    if mapping is None or not mapping_can_writeback(mapping):
        return folio_test_clear_dirty(folio)
    if folio_mkclean(folio):
        folio_mark_dirty(folio)
    if folio_test_clear_dirty(folio):
        folio_account_dirtied(folio, mapping, -1)
        return True
    return False


@kernel_function("mm/page-writeback.c")
def writepage(mpd: MpageData, folio: Folio) -> None:
    """Write a folio, clean by now: mapping->a_ops->writepage() in C."""
    inode = mpd.inode
    if inode.i_sb == EXT4:
        ext4_writepage(mpd, folio)
        return
    if inode.i_sb == BDEV:
        __block_write_full_page(inode, folio)
        return
    if inode.i_sb == UDF:
        udf_get_block(inode, folio.index, BufferHead(), 1)
    if inode.i_sb == JFS:
        bh_result = BufferHead(b_size=PAGE_SIZE)
        jfs_get_block(inode, folio.index, bh_result, 1)
    block_write_full_page(mpd, folio)


@kernel_function("mm/page-writeback.c")
def write_cache_pages(mapping: AddressSpace, first: int, last: int) -> None:
    """Have the dirty ones of pages first..last of the file written."""
    assert mapping.host is not None, "the pages belong to a file"
    mpd = MpageData(mapping.host, REQ_OP_WRITE)
    folios = cached_folios(mapping, first, last)
    dirty = tuple(folio for folio in folios if folio_test_dirty(folio))
    for start in range(0, len(dirty), PAGEVEC_SIZE):
        pvec = dirty[start : start + PAGEVEC_SIZE]
        for folio in pvec:
            folio_ref_inc(folio)
        write_pagevec(mpd, pvec)
        for folio in pvec:
            put_page(folio)
    mpage_bio_submit(mpd)


@kernel_function("mm/page-writeback.c")
def write_pagevec(mpd: MpageData, pvec: tuple[Folio, ...]) -> None:
    """Have some folios written that are dirty, unless they are not any more.

    In C this is a part of write_cache_pages().
    """
    for folio in pvec:
        folio_lock(folio)
        if folio.mapping is mpd.inode.i_mapping and folio_clear_dirty_for_io(
            folio
        ):
            writepage(mpd, folio)
        folio_unlock(folio)
