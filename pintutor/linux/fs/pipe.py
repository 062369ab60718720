"""Pipes: making them, writing and reading copies (fs/pipe.c, Linux v6.1).

write(2) copies into pages that the pipe allocates; read(2) copies out of
whatever page a buffer names, and gives the page back with its last byte.

Not modelled: waiting, so that both ends behave as with O_NONBLOCK; packets;
SIGPIPE beside its error; limits on what a user may have in pipes.
"""

from pintutor.linux.fs.pipe_buf import anon_pipe_buf_ops
from pintutor.linux.fs.pipe_lock import pipe_lock, pipe_unlock
from pintutor.linux.globals import this_kernel
from pintutor.linux.include.linux.mm_types import PAGE_SIZE
from pintutor.linux.include.linux.pipe_fs_i import (
    PIPE_BUF_FLAG_CAN_MERGE,
    PIPE_DEF_BUFFERS,
    PipeBuffer,
    PipeInodeInfo,
    pipe_buf,
    pipe_buf_confirm,
    pipe_buf_release,
    pipe_empty,
    pipe_full,
    pipe_set_buf,
)
from pintutor.linux.include.linux.uio import IovIter, iov_iter_count
from pintutor.linux.include.uapi.errno import EAGAIN, EFAULT, ENOMEM, EPIPE
from pintutor.linux.lib.iov_iter import copy_page_from_iter, copy_page_to_iter
from pintutor.linux.mm.page_alloc import alloc_page, put_page
from pintutor.linux.mm.slab import kfree
from pintutor.sim.function import kernel_function
from pintutor.sim.objects import KArray


@kernel_function("fs/pipe.c")
def alloc_pipe_info(
    name: str, pipe_bufs: int = PIPE_DEF_BUFFERS
) -> PipeInodeInfo:
    """A pipe of that many slots, a power of two, with both ends open."""
    bufs = KArray[PipeBuffer | None]([None] * pipe_bufs)
    pipe = PipeInodeInfo(name, bufs, pipe_bufs, pipe_bufs)
    kernel = this_kernel()
    kernel.pipes = (*kernel.pipes, pipe)
    return pipe


@kernel_function("fs/pipe.c")
def free_pipe_info(pipe: PipeInodeInfo) -> None:
    """Give back what is still in the pipe, and the pipe."""
    for buf in pipe.bufs:
        if buf is not None and buf.ops is not None:
            pipe_buf_release(pipe, buf)
    if pipe.tmp_page is not None:
        put_page(pipe.tmp_page)
        pipe.tmp_page = None
    kernel = this_kernel()
    kernel.pipes = tuple(each for each in kernel.pipes if each is not pipe)
    kfree(pipe)


@kernel_function("fs/pipe.c")
def pipe_release(pipe: PipeInodeInfo, *, reading: bool) -> None:
    """Close one end; with both closed the pipe goes."""
    pipe_lock(pipe)
    if reading:
        pipe.readers -= 1
    else:
        pipe.writers -= 1
    pipe_unlock(pipe)
    if not pipe.readers and not pipe.writers:
        free_pipe_info(pipe)


@kernel_function("fs/pipe.c")
def pipe_read(pipe: PipeInodeInfo, to: IovIter) -> int:
    """Copy what is in the pipe to where `to` says, and use it up.

    Returns: bytes; 0 at the end of the data, when nobody can write any more;
    -EAGAIN when there is nothing yet.
    """
    total_len = iov_iter_count(to)
    if total_len == 0:
        return 0

    ret = 0
    pipe_lock(pipe)
    while total_len and not pipe_empty(pipe.head, pipe.tail):
        chars = pipe_read_buf(pipe, to, total_len)
        if chars < 0:
            ret = ret or chars
            break
        ret += chars
        total_len -= chars
    else:
        if not ret and pipe.writers:
            ret = -EAGAIN
    pipe_unlock(pipe)
    return ret


@kernel_function("fs/pipe.c")
def pipe_read_buf(pipe: PipeInodeInfo, to: IovIter, total_len: int) -> int:
    """Read from the oldest buffer; returns bytes or an error.

    In C this is the body of the loop in pipe_read().
    """
    buf = pipe_buf(pipe, pipe.tail)
    chars = min(buf.len, total_len)
    error = pipe_buf_confirm(pipe, buf)
    if error:
        return error
    written = copy_page_to_iter(buf.page, buf.offset, chars, to)
    if written < chars:
        return -EFAULT
    buf.offset += chars
    buf.len -= chars
    if not buf.len:
        pipe_buf_release(pipe, buf)
        pipe.tail += 1
    return chars


@kernel_function("fs/pipe.c")
def pipe_write(pipe: PipeInodeInfo, from_: IovIter) -> int:
    """Copy what `from_` says into the pipe.

    Returns: bytes; -EPIPE when nobody can read any more; -EAGAIN when the pipe
    is full.
    """
    if iov_iter_count(from_) == 0:
        return 0
    pipe_lock(pipe)
    ret = -EPIPE
    if pipe.readers:
        ret = pipe_merge(pipe, from_)
    while ret >= 0 and iov_iter_count(from_):
        copied = pipe_write_buf(pipe, from_)
        if copied < 0:
            ret = ret or copied
            break
        ret += copied
    pipe_unlock(pipe)
    return ret


@kernel_function("fs/pipe.c")
def pipe_merge(pipe: PipeInodeInfo, from_: IovIter) -> int:
    """Go on in the newest buffer with what is no whole page; returns bytes.

    In C this is a part of pipe_write().
    """
    chars = iov_iter_count(from_) & PAGE_SIZE - 1
    if not chars or pipe_empty(pipe.head, pipe.tail):
        return 0
    buf = pipe_buf(pipe, pipe.head - 1)
    offset = buf.offset + buf.len
    if not buf.flags & PIPE_BUF_FLAG_CAN_MERGE or offset + chars > PAGE_SIZE:
        return 0
    ret = copy_page_from_iter(buf.page, offset, chars, from_)
    if ret < chars:
        return -EFAULT
    buf.len += ret
    return ret


@kernel_function("fs/pipe.c")
def pipe_write_buf(pipe: PipeInodeInfo, from_: IovIter) -> int:
    """Fill one more buffer; returns bytes or an error.

    In C this is the body of the loop in pipe_write().
    """
    head = pipe.head
    if pipe_full(head, pipe.tail, pipe.max_usage):
        return -EAGAIN
    page = pipe.tmp_page or alloc_page()
    if page is None:
        return -ENOMEM
    # The slot is taken before the data is there: a fault may come in between.
    pipe.head = head + 1
    buf = PipeBuffer(anon_pipe_buf_ops, page, 0, 0, PIPE_BUF_FLAG_CAN_MERGE)
    pipe_set_buf(pipe, head, buf)
    pipe.tmp_page = None
    copied = copy_page_from_iter(page, 0, PAGE_SIZE, from_)
    if copied < PAGE_SIZE and iov_iter_count(from_):
        return -EFAULT
    buf.len = copied
    return copied
