"""A range of the page cache and the disk under it (mm/filemap.c, Linux v6.1).

Direct I/O goes past the cache. So what the cache has of the range is written
out before, and, if the disk is going to change, dropped.

Not modelled: errors that several callers of fsync() have to hear of.
"""

from pintutor.linux.include.linux.fs import mapping_can_writeback
from pintutor.linux.include.linux.kiocb import IOCB_NOWAIT, Kiocb
from pintutor.linux.include.linux.mm_types import PAGE_SHIFT, AddressSpace
from pintutor.linux.include.linux.page_flags import (
    folio_test_dirty,
    folio_test_writeback,
)
from pintutor.linux.include.linux.page_ref import folio_ref_inc
from pintutor.linux.include.uapi.errno import EAGAIN
from pintutor.linux.mm.filemap import cached_folios
from pintutor.linux.mm.folio import folio_wait_writeback
from pintutor.linux.mm.page_alloc import put_page
from pintutor.linux.mm.page_writeback import write_cache_pages
from pintutor.linux.mm.truncate import invalidate_inode_pages2_range
from pintutor.sim.atomic import read_once
from pintutor.sim.function import kernel_function

__all__ = ["invalidate_inode_pages2_range"]


def has_pages(mapping: AddressSpace) -> bool:
    """True when the cache has a page of the file: mapping->nrpages in C."""
    pages = mapping.i_pages
    return pages is not None and any(
        read_once(pages, index) is not None for index in range(len(pages))
    )


@kernel_function("mm/filemap.c")
def __filemap_fdatawait_range(
    mapping: AddressSpace, first: int, last: int
) -> None:
    """Wait until pages first..last are no longer on their way to the disk."""
    for folio in cached_folios(mapping, first, last):
        if not folio_test_writeback(folio):
            continue
        folio_ref_inc(folio)
        folio_wait_writeback(folio)
        put_page(folio)


@kernel_function("mm/filemap.c")
def filemap_check_errors(mapping: AddressSpace) -> int:
    """The error that writing pages back has met since it was last asked for."""
    assert mapping.host is not None, "the pages belong to a file"
    err = mapping.host.wb_err
    if err:
        mapping.host.wb_err = 0
    return err


@kernel_function("mm/filemap.c")
def filemap_write_and_wait_range(
    mapping: AddressSpace, lstart: int, lend: int
) -> int:
    """Write what is dirty in bytes lstart..lend, and wait.

    Returns: 0 or an error.
    """
    if not mapping_can_writeback(mapping):
        return 0
    first, last = lstart >> PAGE_SHIFT, lend >> PAGE_SHIFT
    if not has_pages(mapping):
        return filemap_check_errors(mapping)
    write_cache_pages(mapping, first, last)
    __filemap_fdatawait_range(mapping, first, last)
    return filemap_check_errors(mapping)


def filemap_range_has_page(
    mapping: AddressSpace, start_byte: int, end_byte: int
) -> bool:
    """True when a page of bytes start_byte..end_byte is in the cache."""
    first, last = start_byte >> PAGE_SHIFT, end_byte >> PAGE_SHIFT
    return bool(cached_folios(mapping, first, last))


def filemap_range_needs_writeback(
    mapping: AddressSpace, start_byte: int, end_byte: int
) -> bool:
    """True when a page of that range is dirty or on its way to the disk."""
    first, last = start_byte >> PAGE_SHIFT, end_byte >> PAGE_SHIFT
    return any(
        folio_test_dirty(folio) or folio_test_writeback(folio)
        for folio in cached_folios(mapping, first, last)
    )


@kernel_function("mm/filemap.c")
def kiocb_write_and_wait(iocb: Kiocb, count: int) -> int:
    """Bring what is dirty in the range to the disk before it is read directly.

    Returns: 0; -EAGAIN when one must not wait for that; or another error.
    """
    mapping = iocb.ki_filp.i_mapping
    pos, end = iocb.ki_pos, iocb.ki_pos + count - 1
    if iocb.ki_flags & IOCB_NOWAIT:
        if filemap_range_needs_writeback(mapping, pos, end):
            return -EAGAIN
        return 0
    return filemap_write_and_wait_range(mapping, pos, end)


@kernel_function("mm/filemap.c")
def kiocb_invalidate_pages(iocb: Kiocb, count: int) -> int:
    """Empty the cache of the range before it is written directly.

    Returns: 0; -EBUSY when a page stays; -EAGAIN when one must not wait; or
    another error.
    """
    mapping = iocb.ki_filp.i_mapping
    pos, end = iocb.ki_pos, iocb.ki_pos + count - 1
    if iocb.ki_flags & IOCB_NOWAIT:
        if filemap_range_has_page(mapping, pos, end):
            return -EAGAIN
    else:
        ret = filemap_write_and_wait_range(mapping, pos, end)
        if ret:
            return ret
    first, last = pos >> PAGE_SHIFT, end >> PAGE_SHIFT
    return invalidate_inode_pages2_range(mapping, first, last)


@kernel_function("mm/filemap.c")
def kiocb_invalidate_post_direct_write(iocb: Kiocb, count: int) -> None:
    """Drop what was read into the cache while a direct write went on."""
    mapping = iocb.ki_filp.i_mapping
    if not has_pages(mapping):
        return
    first = iocb.ki_pos >> PAGE_SHIFT
    last = iocb.ki_pos + count - 1 >> PAGE_SHIFT
    invalidate_inode_pages2_range(mapping, first, last)
