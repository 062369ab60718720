"""Direct I/O of FUSE files (fs/fuse/file.c, Linux v5.17).

The pages are held until the program has answered, and given back then: by who
waits for the answer, or where it comes in when nobody does.

Not modelled: writeback, locks, attributes, CUSE; requests of virtio-fs; reading
and writing by way of the page cache, and what of it concerns direct I/O.
"""

from typing import cast

from pintutor.linux.fs.aio import aio_complete_rw
from pintutor.linux.fs.fuse.fuse_types import (
    FUSE_MAX_PAGES_PER_REQ,
    FUSE_MAX_RW,
    FuseArgsPages,
    FuseIoArgs,
    FuseIoPriv,
)
from pintutor.linux.fs.fuse.user_pages import (
    fuse_get_user_pages,
    fuse_release_user_pages,
)
from pintutor.linux.fs.remote import send_call
from pintutor.linux.fs.remote_types import RemoteCall
from pintutor.linux.include.linux.completion import Completion
from pintutor.linux.include.linux.kiocb import Kiocb, is_sync_kiocb
from pintutor.linux.include.linux.mm_types import Page
from pintutor.linux.include.linux.uio import (
    WRITE,
    IovIter,
    iov_iter_count,
    iov_iter_rw,
    user_backed_iter,
)
from pintutor.linux.include.uapi.errno import EIO, EIOCBQUEUED
from pintutor.linux.kernel.sched import complete, wait_for_completion_io
from pintutor.linux.lib.iov_iter_move import iov_iter_revert
from pintutor.linux.lib.iov_iter_shape import iov_iter_npages
from pintutor.sim.function import KernelFunction, kernel_function
from pintutor.sim.objects import KArray


def fuse_io_alloc(io: FuseIoPriv, npages: int) -> FuseIoArgs:
    """A request with room for pages."""
    return FuseIoArgs(io, FuseArgsPages(KArray[Page | None]([None] * npages)))


@kernel_function("fs/fuse/dev.c")
def fuse_queue_request(
    ia: FuseIoArgs, end: KernelFunction[[RemoteCall], None]
) -> None:
    """Put a request where the program finds it."""
    call = RemoteCall(ia.io.write, ia.pos, ia.ap.descs, end, ia)
    call.address, call.length = ia.ap.value, ia.ap.value_size
    send_call(ia.io.iocb.ki_filp, call)


@kernel_function("fs/fuse/dev.c")
def fuse_request_end(call: RemoteCall) -> None:
    """A request that is waited for was answered."""
    ia = cast(FuseIoArgs, call.data)
    assert ia.done is not None, "fuse_simple_request() set it"
    ia.size = call.size
    complete(ia.done)


@kernel_function("fs/fuse/dev.c")
def fuse_simple_request(ia: FuseIoArgs) -> int:
    """Send a request, and wait for the answer; returns bytes."""
    ia.done = Completion()
    fuse_queue_request(ia, fuse_request_end)
    wait_for_completion_io(ia.done)
    return ia.size


def fuse_get_res_by_io(io: FuseIoPriv) -> int:
    """What came of all requests: bytes, or an error."""
    if io.err:
        return io.err
    if io.bytes >= 0 and io.write:
        return -EIO
    return io.size if io.bytes < 0 else io.bytes


@kernel_function("fs/fuse/file.c")
def fuse_aio_complete(io: FuseIoPriv, err: int, pos: int) -> None:
    """Count a request as done, and tell when it was the last."""
    if err:
        io.err = io.err if io.err else err
    elif pos >= 0 and (io.bytes < 0 or pos < io.bytes):
        io.bytes = pos
    io.reqs -= 1
    if io.reqs:
        return
    if io.done is not None:
        complete(io.done)
    else:
        aio_complete_rw(io.iocb, fuse_get_res_by_io(io))


@kernel_function("fs/fuse/file.c")
def fuse_aio_complete_req(call: RemoteCall) -> None:
    """A request that nobody waits for was answered: give its pages back."""
    ia = cast(FuseIoArgs, call.data)
    io = ia.io
    fuse_release_user_pages(ia.ap, io.should_dirty)
    short = call.size != ia.count
    fuse_aio_complete(io, 0, ia.pos - io.offset + call.size if short else -1)


@kernel_function("fs/fuse/file.c")
def fuse_send(ia: FuseIoArgs, pos: int, count: int) -> int:
    """Send a request; bytes, those asked for when nobody waits.

    In C there is fuse_send_read() and fuse_send_write().
    """
    io = ia.io
    ia.pos, ia.count = pos, count
    if not io.async_:
        return fuse_simple_request(ia)
    io.size += count
    io.reqs += 1
    fuse_queue_request(ia, fuse_aio_complete_req)
    return count


@kernel_function("fs/fuse/file.c")
def fuse_direct_io(io: FuseIoPriv, iter: IovIter, pos: int) -> int:
    """Read or write in requests of some pages each: bytes, or an error."""
    count, res, err = iov_iter_count(iter), 0, 0
    io.should_dirty = not io.write and user_backed_iter(iter)
    while count:
        max_pages = iov_iter_npages(iter, FUSE_MAX_PAGES_PER_REQ)
        ia = fuse_io_alloc(io, max_pages)
        nmax = min(count, FUSE_MAX_RW)
        err, nbytes = fuse_get_user_pages(ia.ap, iter, nmax, max_pages)
        if err and not nbytes:
            break
        nres = fuse_send(ia, pos, nbytes)
        if not io.async_:
            fuse_release_user_pages(ia.ap, io.should_dirty)
        count -= nres
        res += nres
        pos += nres
        if nres != nbytes:
            iov_iter_revert(iter, nbytes - nres)
            break
    return res if res > 0 else err


@kernel_function("fs/fuse/file.c")
def fuse_direct_IO(iocb: Kiocb, iter: IovIter) -> int:
    """Read or write without waiting, unless the file becomes longer."""
    write = iov_iter_rw(iter) == WRITE
    i_size = iocb.ki_filp.i_size
    offset, count = iocb.ki_pos, iov_iter_count(iter)
    if not write and offset >= i_size:
        return 0
    io = FuseIoPriv(iocb, True, write, offset)
    if write and offset + count > i_size:
        io.done = Completion()

    ret = fuse_direct_io(io, iter, offset)
    fuse_aio_complete(io, min(ret, 0), -1)
    if io.done is None:
        return -EIOCBQUEUED
    wait_for_completion_io(io.done)
    return fuse_write_update_attr(iocb, fuse_get_res_by_io(io))


def fuse_write_update_attr(iocb: Kiocb, ret: int) -> int:
    """Note how long the file has become by a write; returns `ret`."""
    if ret > 0:
        inode = iocb.ki_filp
        inode.i_size = max(inode.i_size, iocb.ki_pos + ret)
    return ret


@kernel_function("fs/fuse/file.c")
def fuse_direct_read_iter(iocb: Kiocb, to: IovIter) -> int:
    """Read a file directly: bytes, or an error."""
    if not is_sync_kiocb(iocb):
        return fuse_direct_IO(iocb, to)
    res = fuse_direct_io(FuseIoPriv(iocb), to, iocb.ki_pos)
    iocb.ki_pos += max(res, 0)
    return res


@kernel_function("fs/fuse/file.c")
def fuse_direct_write_iter(iocb: Kiocb, from_: IovIter) -> int:
    """Write a file directly: bytes, or an error."""
    if not is_sync_kiocb(iocb):
        return fuse_direct_IO(iocb, from_)
    io = FuseIoPriv(iocb, write=True)
    res = fuse_direct_io(io, from_, iocb.ki_pos)
    fuse_write_update_attr(iocb, res)
    iocb.ki_pos += max(res, 0)
    return res
