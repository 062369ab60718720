"""Marking folios dirty, and writing them back
(mm/page-writeback.c, mm/folio-compat.c, Linux v6.1).

Write-back cleans and write-protects every entry before it reads the page, so
that the next write faults. No kernel here makes it wait for pins: a device that
writes through a pin does not fault.

Not modelled: write-back by itself, in the background or when memory is short.
"""

from pintutor.linux.fs.ext4 import ext4_dirty_folio, ext4_writepage
from pintutor.linux.include.linux.fs import mapping_can_writeback
from pintutor.linux.include.linux.mm import folio_mapping
from pintutor.linux.include.linux.mm_types import AddressSpace, Folio
from pintutor.linux.include.linux.page_flags import folio_test_dirty
from pintutor.linux.mm.file_rmap import folio_mkclean
from pintutor.linux.mm.filemap import i_pages
from pintutor.linux.mm.folio import (
    folio_account_dirtied,
    folio_lock,
    folio_test_clear_dirty,
    folio_unlock,
    noop_dirty_folio,
)
from pintutor.sim.function import kernel_function


@kernel_function("mm/page-writeback.c")
def folio_mark_dirty(folio: Folio) -> bool:
    """Say that the folio was changed since it was last written back.

    Returns: true when it was clean.
    """
    mapping = folio_mapping(folio)
    if mapping is not None and mapping_can_writeback(mapping):
        return ext4_dirty_folio(mapping, folio)
    return noop_dirty_folio(folio)


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
def write_cache_pages(mapping: AddressSpace) -> int:
    """Write every dirty page of the file to its disk; 0, as no disk fails."""
    assert mapping.host is not None, "the pages belong to a file"
    for folio in i_pages(mapping):
        if folio is None or not folio_test_dirty(Folio(folio)):
            continue
        folio_lock(Folio(folio))
        if folio_clear_dirty_for_io(Folio(folio)):
            ext4_writepage(mapping.host, Folio(folio))
        folio_unlock(Folio(folio))
    return 0
