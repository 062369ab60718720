"""Direct I/O over NFS (fs/nfs/direct.c, Linux v5.17).

What the iterator hands out is given back as soon as the calls are queued: each
call has references of its own. So during the transfer a page is referenced, but
nobody can tell that a device writes to it, and a fork shares it.

Not modelled: commits, what a server asks to be done again, swap files; buffered
reading and writing, and what of these concerns it.
"""

from typing import NamedTuple

from pintutor.linux.fs.inode_dio import inode_dio_begin, inode_dio_end
from pintutor.linux.fs.nfs.direct_end import (
    nfs_direct_complete,
    nfs_direct_read_completion,
    nfs_direct_write_completion,
    put_dreq,
)
from pintutor.linux.fs.nfs.nfs_types import (
    NFS_ODIRECT_SHOULD_DIRTY,
    NFS_SIZE,
    NfsDirectReq,
    NfsPageioDescriptor,
)
from pintutor.linux.fs.nfs.pagelist import (
    nfs_create_request,
    nfs_pageio_add_request,
    nfs_pageio_doio,
)
from pintutor.linux.include.linux.kiocb import Kiocb, is_sync_kiocb
from pintutor.linux.include.linux.math import DIV_ROUND_UP
from pintutor.linux.include.linux.mm_types import PAGE_SIZE, PageArray
from pintutor.linux.include.linux.uio import (
    IovIter,
    iov_iter_count,
    user_backed_iter,
)
from pintutor.linux.include.uapi.errno import EIO, EIOCBQUEUED
from pintutor.linux.kernel.sched import wait_for_completion_io
from pintutor.linux.lib.iov_iter_move import iov_iter_advance, iov_iter_revert
from pintutor.linux.lib.iov_iter_pages import iov_iter_get_pages_alloc
from pintutor.linux.mm.page_alloc import put_page
from pintutor.sim.atomic import atomic_inc
from pintutor.sim.errors import KernelBug
from pintutor.sim.function import kernel_function


class Scheduled(NamedTuple):
    """What was sent of a direct read or write."""

    result: int
    """Bytes of the last segment, or the error that ended it."""
    requested_bytes: int


@kernel_function("fs/nfs/direct.c")
def nfs_direct_release_pages(pages: PageArray, npages: int) -> None:
    """Give back what the iterator handed out."""
    for i in range(npages):
        put_page(pages[i])


@kernel_function("fs/nfs/direct.c")
def nfs_direct_add_pages(
    desc: NfsPageioDescriptor,
    pagevec: PageArray,
    pgbase: int,
    bytes_: int,
    pos: int,
) -> None:
    """Make a request for each page.

    In C this is the inner loop of nfs_direct_read_schedule_iovec() and of
    nfs_direct_write_schedule_iovec().
    """
    end = nfs_direct_read_completion
    if desc.write:
        end = nfs_direct_write_completion
    i = 0
    while bytes_:
        req_len = min(bytes_, PAGE_SIZE - pgbase)
        req = nfs_create_request(pagevec[i], pgbase, req_len)
        req.pos = pos
        nfs_pageio_add_request(desc, req, end)
        pgbase = 0
        bytes_ -= req_len
        pos += req_len
        i += 1


@kernel_function("fs/nfs/direct.c")
def nfs_direct_schedule_pages(
    desc: NfsPageioDescriptor, iter: IovIter, pos: int
) -> Scheduled:
    """Make requests for all of the iterator.

    In C this is the loop of nfs_direct_read_schedule_iovec() and of
    nfs_direct_write_schedule_iovec().
    """
    result = 0
    requested_bytes = 0
    while iov_iter_count(iter):
        result, pgbase, pagevec = iov_iter_get_pages_alloc(iter, NFS_SIZE)
        if result < 0:
            break
        if pagevec is None:
            raise KernelBug("NULL pointer dereference: no array of pages")
        iov_iter_advance(iter, result)
        npages = DIV_ROUND_UP(result + pgbase, PAGE_SIZE)
        at = pos + requested_bytes
        nfs_direct_add_pages(desc, pagevec, pgbase, result, at)
        requested_bytes += result
        nfs_direct_release_pages(pagevec, npages)
    return Scheduled(result, requested_bytes)


@kernel_function("fs/nfs/direct.c")
def nfs_direct_schedule_iovec(
    dreq: NfsDirectReq, iter: IovIter, pos: int, write: bool
) -> int:
    """Send the calls; returns bytes, or an error when none was sent.

    In C there is one for reading and one for writing.
    """
    desc = NfsPageioDescriptor(dreq, write)
    atomic_inc(dreq, "io_count")
    inode_dio_begin(dreq.inode)
    result, requested_bytes = nfs_direct_schedule_pages(desc, iter, pos)
    nfs_pageio_doio(
        desc,
        nfs_direct_write_completion if write else nfs_direct_read_completion,
    )
    if requested_bytes == 0:
        inode_dio_end(dreq.inode)
        return result if result < 0 else -EIO
    if put_dreq(dreq):
        nfs_direct_complete(dreq)
    return requested_bytes


@kernel_function("fs/nfs/direct.c")
def nfs_direct_wait(dreq: NfsDirectReq) -> int:
    """Wait for the answers, unless somebody is told; bytes, or an error."""
    if dreq.iocb is not None:
        return -EIOCBQUEUED
    wait_for_completion_io(dreq.completion)
    return dreq.count or dreq.error


@kernel_function("fs/nfs/direct.c")
def nfs_file_direct_io(iocb: Kiocb, iter: IovIter, write: bool) -> int:
    """Read or write a file directly: bytes, or an error.

    In C each of the two functions below has all of it.
    """
    count = iov_iter_count(iter)
    if not count:
        return 0
    dreq = NfsDirectReq(iocb.ki_filp, count, iocb.ki_pos)
    if not is_sync_kiocb(iocb):
        dreq.iocb = iocb
    if not write and user_backed_iter(iter):
        dreq.flags = NFS_ODIRECT_SHOULD_DIRTY

    requested = nfs_direct_schedule_iovec(dreq, iter, iocb.ki_pos, write)
    if requested <= 0:
        return requested
    result = nfs_direct_wait(dreq)
    if result > 0:
        requested -= result
        iocb.ki_pos += result
    iov_iter_revert(iter, requested)
    return result


@kernel_function("fs/nfs/direct.c")
def nfs_file_direct_read(iocb: Kiocb, iter: IovIter) -> int:
    """Read a file directly: bytes, or an error."""
    return nfs_file_direct_io(iocb, iter, False)


@kernel_function("fs/nfs/direct.c")
def nfs_file_direct_write(iocb: Kiocb, iter: IovIter) -> int:
    """Write a file directly: bytes, or an error."""
    return nfs_file_direct_io(iocb, iter, True)
