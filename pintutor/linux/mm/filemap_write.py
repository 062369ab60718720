"""Writing a file through the page cache (mm/filemap.c, Linux v6.1).

Not modelled: limits on dirty memory, large folios.
"""

from pintutor.linux.fs.buffer import __block_write_begin, block_write_end
from pintutor.linux.fs.fat import cont_expand_zero, fat_blocks_for
from pintutor.linux.fs.write_checks import generic_write_checks
from pintutor.linux.include.linux.fs import VFAT, Inode
from pintutor.linux.include.linux.kiocb import Kiocb
from pintutor.linux.include.linux.mm_types import PAGE_SHIFT, PAGE_SIZE
from pintutor.linux.include.linux.uio import (
    IovIter,
    iov_iter_count,
)
from pintutor.linux.include.uapi.errno import EFAULT, ENOMEM
from pintutor.linux.lib.iov_iter import (
    copy_page_from_iter,
    fault_in_iov_iter_readable,
)
from pintutor.linux.mm.filemap import grab_cache_page_write_begin
from pintutor.linux.mm.filemap_range import filemap_write_and_wait_range
from pintutor.linux.mm.folio import folio_unlock
from pintutor.linux.mm.page_alloc import put_page
from pintutor.sim.function import kernel_function
from pintutor.sim.locks import down_write, up_write


@kernel_function("mm/filemap.c")
def generic_perform_write_page(
    inode: Inode, pos: int, bytes: int, i: IovIter
) -> int:
    """Copy to one page of the file, which grows. Returns: bytes or an error.

    In C this is one turn of the loop of generic_perform_write().
    """
    if fault_in_iov_iter_readable(i, bytes) == bytes:
        return -EFAULT
    if inode.i_sb == VFAT and pos > inode.i_size:
        err = cont_expand_zero(inode, pos)
        if err:
            return err
    offset = pos % PAGE_SIZE
    folio = grab_cache_page_write_begin(inode.i_mapping, pos >> PAGE_SHIFT)
    if folio is None:
        return -ENOMEM
    __block_write_begin(inode, folio, offset, offset + bytes)
    if inode.i_sb == VFAT:
        err = fat_blocks_for(inode, pos + bytes)
        if err:
            folio_unlock(folio)
            put_page(folio)
            return err
    copied = copy_page_from_iter(folio, offset, bytes, i)
    block_write_end(inode, folio, offset, offset + copied)
    inode.i_size = max(inode.i_size, pos + copied)
    return copied


@kernel_function("mm/filemap.c")
def generic_perform_write(iocb: Kiocb, i: IovIter) -> int:
    """Copy to the page cache. Returns: bytes, or the first page's error."""
    pos = iocb.ki_pos
    written = 0
    while iov_iter_count(i):
        bytes = min(PAGE_SIZE - pos % PAGE_SIZE, iov_iter_count(i))
        status = generic_perform_write_page(iocb.ki_filp, pos, bytes, i)
        if status <= 0:
            return written or status
        pos += status
        written += status
    return written


@kernel_function("mm/filemap.c")
def generic_file_write_iter(iocb: Kiocb, from_: IovIter) -> int:
    """Write through the page cache. Returns: bytes or an error."""
    inode = iocb.ki_filp
    down_write(inode, "i_rwsem")
    ret = generic_write_checks(iocb, from_)
    if ret > 0:
        ret = generic_perform_write(iocb, from_)
    if ret > 0:
        iocb.ki_pos += ret
    up_write(inode, "i_rwsem")
    return ret


@kernel_function("mm/filemap.c")
def buffered_write_and_wait(iocb: Kiocb, from_: IovIter, written: int) -> int:
    """Write what direct I/O left through the cache, and to the disk.

    In C this is a part of __generic_file_write_iter() and of
    ext4_dio_write_iter(). Returns: bytes in all, or an error.
    """
    pos = iocb.ki_pos
    status = generic_perform_write(iocb, from_)
    if status <= 0:
        return written or status
    mapping = iocb.ki_filp.i_mapping
    endbyte = pos + status - 1
    err = filemap_write_and_wait_range(mapping, pos, endbyte)
    if err:
        return written or err
    # In C invalidate_mapping_pages() follows. It leaves these pages alone, as
    # they are fresh and still wait in a per-CPU batch.
    iocb.ki_pos = endbyte + 1
    return written + status
