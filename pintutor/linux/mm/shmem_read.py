"""Reading a file of tmpfs (mm/shmem.c, Linux v6.1)."""

from pintutor.linux.globals import this_kernel
from pintutor.linux.include.linux.fs import Inode
from pintutor.linux.include.linux.kiocb import Kiocb
from pintutor.linux.include.linux.mm_types import PAGE_SIZE, Folio
from pintutor.linux.include.linux.uio import (
    IovIter,
    iov_iter_count,
    iter_is_iovec,
    iter_is_ubuf,
)
from pintutor.linux.include.uapi.errno import EFAULT
from pintutor.linux.lib.iov_iter import copy_page_to_iter, iov_iter_zero
from pintutor.linux.mm.filemap import filemap_get_folio
from pintutor.linux.mm.page_alloc import put_page
from pintutor.sim.function import kernel_function


@kernel_function("mm/shmem.c")
def shmem_read_folio(inode: Inode, index: int) -> Folio | None:
    """That page of the file with a reference more, or None for a hole.

    In C this is shmem_get_folio() with SGP_READ.
    """
    return filemap_get_folio(inode.i_mapping, index)


@kernel_function("mm/shmem.c")
def shmem_file_read_iter(iocb: Kiocb, to: IovIter) -> int:
    """Copy from the file to where the iterator says; a hole is zeroes.

    Returns: bytes, 0 at the end of the file, or an error.
    """
    inode = iocb.ki_filp
    retval = 0
    error = 0
    while iov_iter_count(to) and iocb.ki_pos < inode.i_size and not error:
        index, offset = divmod(iocb.ki_pos, PAGE_SIZE)
        folio = shmem_read_folio(inode, index)
        nr = min(inode.i_size - iocb.ki_pos, PAGE_SIZE - offset)
        nr = min(nr, iov_iter_count(to))
        ret = shmem_copy_to_iter(folio, offset, nr, to)
        retval += ret
        iocb.ki_pos += ret
        if ret < nr:
            error = -EFAULT
    return retval or error


@kernel_function("mm/shmem.c")
def shmem_copy_to_iter(
    folio: Folio | None, offset: int, nr: int, to: IovIter
) -> int:
    """Copy from a page, or zeroes where there is none; returns bytes.

    In C this is a part of shmem_file_read_iter().
    """
    if folio is not None:
        ret = copy_page_to_iter(folio, offset, nr, to)
        put_page(folio)
        return ret
    if iter_is_ubuf(to) or iter_is_iovec(to):
        zero = this_kernel().empty_zero_page
        assert zero is not None, "the machine has booted"
        return copy_page_to_iter(zero, offset, nr, to)
    # One page twice in a row would confuse those who read from a pipe.
    return iov_iter_zero(nr, to)
