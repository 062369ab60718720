"""What read(2), write(2) and their kin make of their arguments
(fs/read_write.c and fs/aio.c, Linux v5.17).

Not modelled: rights, positions of files, waiting for files that poll.
"""

from pintutor.linux.fs.aio import aio_complete_rw
from pintutor.linux.fs.read_write import call_read_iter, call_write_iter
from pintutor.linux.fs.write_checks import rw_verify_area
from pintutor.linux.include.linux.kiocb import IOCB_WRITE, Kiocb
from pintutor.linux.include.linux.uio import (
    MAX_RW_COUNT,
    READ,
    WRITE,
    IovIter,
    iov_iter_count,
)
from pintutor.linux.include.uapi.errno import EFAULT, EIOCBQUEUED
from pintutor.linux.include.uapi.uio import Iovec, IovecPtr
from pintutor.linux.lib.iov_iter_import import import_iovec
from pintutor.linux.lib.iov_iter_init import iov_iter_init
from pintutor.linux.mm.gup_fast import access_ok
from pintutor.sim.function import kernel_function
from pintutor.sim.objects import KArray


def iovec_of(buf: int, len: int) -> IovecPtr:
    """One segment: `struct iovec iov = { buf, len }`."""
    return IovecPtr(KArray([Iovec(buf, len)]), 0)


@kernel_function("fs/read_write.c")
def new_sync_read(kiocb: Kiocb, iter: IovIter, buf: int, len: int) -> int:
    """Read into one stretch of memory, and wait for it.

    `iter` lies on the stack, in C.
    """
    iov_iter_init(iter, READ, iovec_of(buf, len), 1, len)
    return call_read_iter(kiocb, iter)


@kernel_function("fs/read_write.c")
def new_sync_write(kiocb: Kiocb, iter: IovIter, buf: int, len: int) -> int:
    """Write from one stretch of memory, and wait for it."""
    iov_iter_init(iter, WRITE, iovec_of(buf, len), 1, len)
    return call_write_iter(kiocb, iter)


@kernel_function("fs/read_write.c")
def vfs_read(kiocb: Kiocb, iter: IovIter, buf: int, count: int) -> int:
    """Read into memory of the current task; bytes, or an error."""
    if not access_ok(buf, count):
        return -EFAULT
    ret = rw_verify_area(kiocb.ki_pos, count)
    if ret:
        return ret
    return new_sync_read(kiocb, iter, buf, min(count, MAX_RW_COUNT))


@kernel_function("fs/read_write.c")
def vfs_write(kiocb: Kiocb, iter: IovIter, buf: int, count: int) -> int:
    """Write memory of the current task; bytes, or an error."""
    if not access_ok(buf, count):
        return -EFAULT
    ret = rw_verify_area(kiocb.ki_pos, count)
    if ret:
        return ret
    return new_sync_write(kiocb, iter, buf, min(count, MAX_RW_COUNT))


@kernel_function("fs/read_write.c")
def do_iter_readv_writev(kiocb: Kiocb, iter: IovIter, type: int) -> int:
    """Read or write with an iterator, and wait for it."""
    if type == READ:
        return call_read_iter(kiocb, iter)
    return call_write_iter(kiocb, iter)


@kernel_function("fs/read_write.c")
def do_iter_read(file: Kiocb, iter: IovIter) -> int:
    """Read into the memory of an iterator; bytes, or an error."""
    tot_len = iov_iter_count(iter)
    if not tot_len:
        return 0
    ret = rw_verify_area(file.ki_pos, tot_len)
    if ret < 0:
        return ret
    return do_iter_readv_writev(file, iter, READ)


@kernel_function("fs/read_write.c")
def do_iter_write(file: Kiocb, iter: IovIter) -> int:
    """Write the memory of an iterator; bytes, or an error."""
    tot_len = iov_iter_count(iter)
    if not tot_len:
        return 0
    ret = rw_verify_area(file.ki_pos, tot_len)
    if ret < 0:
        return ret
    return do_iter_readv_writev(file, iter, WRITE)


@kernel_function("fs/aio.c")
def aio_setup_rw(rw: int, iter: IovIter, uvec: IovecPtr, nr_segs: int) -> int:
    """Make the iterator of an asynchronous call; bytes, or an error."""
    return import_iovec(rw, uvec, nr_segs, iter)


@kernel_function("fs/aio.c")
def aio_rw_done(req: Kiocb, ret: int) -> None:
    """Tell the result, unless that will be done when the device is done."""
    if ret != -EIOCBQUEUED:
        aio_complete_rw(req, ret)


@kernel_function("fs/aio.c")
def aio_read(req: Kiocb, iter: IovIter) -> int:
    """Begin an asynchronous read; 0, or why it cannot begin."""
    ret = rw_verify_area(req.ki_pos, iov_iter_count(iter))
    if not ret:
        aio_rw_done(req, call_read_iter(req, iter))
    return ret


@kernel_function("fs/aio.c")
def aio_write(req: Kiocb, iter: IovIter) -> int:
    """Begin an asynchronous write; 0, or why it cannot begin."""
    ret = rw_verify_area(req.ki_pos, iov_iter_count(iter))
    if not ret:
        req.ki_flags |= IOCB_WRITE
        aio_rw_done(req, call_write_iter(req, iter))
    return ret
