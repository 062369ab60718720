"""Reading a file through the page cache (mm/filemap.c, Linux v6.1).

Not modelled: reading more than is asked for, marking pages as used.
"""

from pintutor.linux.include.linux.fs import Inode, i_size_read
from pintutor.linux.include.linux.kiocb import Kiocb
from pintutor.linux.include.linux.mm_types import PAGE_SIZE, Folio
from pintutor.linux.include.linux.page_flags import PG_uptodate
from pintutor.linux.include.linux.uio import IovIter, iov_iter_count
from pintutor.linux.include.uapi.errno import EFAULT, ENOMEM
from pintutor.linux.lib.iov_iter import copy_page_to_iter
from pintutor.linux.mm.filemap import (
    filemap_add_folio,
    filemap_get_folio,
    filemap_read_folio,
)
from pintutor.linux.mm.folio import (
    folio_lock,
    folio_unlock,
    folio_wait_locked,
)
from pintutor.linux.mm.page_alloc import alloc_page, put_page
from pintutor.linux.mm.page_zone import GFP_HIGHUSER_MOVABLE
from pintutor.linux.mm.readahead import page_cache_sync_readahead
from pintutor.sim.function import kernel_function


@kernel_function("mm/filemap.c")
def filemap_get_page(inode: Inode, index: int) -> Folio | int:
    """That page of the file, read from the disk if need be, and referenced.

    In C this is a part of filemap_get_pages(). Returns: the page, or -EIO or
    -ENOMEM.
    """
    page_cache_sync_readahead(inode, index, 1)
    folio = filemap_get_folio(inode.i_mapping, index)
    if folio is None:
        return filemap_create_folio(inode, index)
    folio_wait_locked(folio)
    err = filemap_update_page(inode, folio)
    if err:
        put_page(folio)
        return err
    return folio


@kernel_function("mm/filemap.c")
def filemap_create_folio(inode: Inode, index: int) -> Folio | int:
    """Make that page of the file and read it. Returns: the page or an error."""
    page = alloc_page(gfp=GFP_HIGHUSER_MOVABLE)
    if page is None:
        return -ENOMEM
    folio = Folio(page)
    folio_lock(folio)
    error = filemap_add_folio(inode.i_mapping, folio, index)
    if error:
        folio_unlock(folio)
    else:
        error = filemap_read_folio(inode, folio)
    if error:
        put_page(folio)
        return error
    return folio


@kernel_function("mm/filemap.c")
def filemap_update_page(inode: Inode, folio: Folio) -> int:
    """See to it that the page is read. Returns: 0 or -EIO."""
    if folio.flags & PG_uptodate:
        return 0
    folio_lock(folio)
    return filemap_read_folio(inode, folio)


@kernel_function("mm/filemap.c")
def filemap_read(iocb: Kiocb, iter_: IovIter) -> int:
    """Copy from the page cache to where the iterator says.

    Returns: bytes, 0 at the end of the file, or an error.
    """
    inode = iocb.ki_filp
    already_read = 0
    error = 0
    while iov_iter_count(iter_) and iocb.ki_pos < i_size_read(inode):
        index = iocb.ki_pos // PAGE_SIZE
        count = iov_iter_count(iter_) + iocb.ki_pos % PAGE_SIZE
        page_cache_sync_readahead(inode, index, -(-count // PAGE_SIZE))
        folio = filemap_get_page(inode, index)
        if isinstance(folio, int):
            error = folio
            break
        # The length is asked for once the page is there: it may have shrunk.
        isize = i_size_read(inode)
        end_offset = min(isize, iocb.ki_pos + iov_iter_count(iter_))
        offset = iocb.ki_pos % PAGE_SIZE
        bytes_ = max(0, min(end_offset - iocb.ki_pos, PAGE_SIZE - offset))
        copied = copy_page_to_iter(folio, offset, bytes_, iter_)
        already_read += copied
        iocb.ki_pos += copied
        put_page(folio)
        if copied < bytes_:
            error = -EFAULT
            break
    return already_read or error
