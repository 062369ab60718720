"""The iterator that fills a pipe (lib/iov_iter.c, Linux v5.17).

`head` is the buffer that was used last and `iov_offset` the end of its data in
its page. A page that is allocated here has one reference, the pipe's own.
"""

from pintutor.linux.fs.splice_buf import (
    default_pipe_buf_ops,
    page_cache_pipe_buf_ops,
)
from pintutor.linux.include.linux.bug import warn_on_once
from pintutor.linux.include.linux.mm_types import PAGE_SIZE, Page
from pintutor.linux.include.linux.pipe_fs_i import (
    PipeBuffer,
    PipeInodeInfo,
    pipe_buf,
    pipe_buf_release,
    pipe_empty,
    pipe_full,
    pipe_occupancy,
    pipe_set_buf,
)
from pintutor.linux.include.linux.uio import IovIter
from pintutor.linux.mm.page_alloc import alloc_page, get_page
from pintutor.sim.function import kernel_function


def iter_pipe(i: IovIter) -> PipeInodeInfo:
    """The pipe that the iterator fills: i->pipe."""
    assert i.pipe is not None, "the iterator fills a pipe"
    return i.pipe


@kernel_function("lib/iov_iter.c")
def sanity(i: IovIter) -> bool:
    """True when nobody else has filled the pipe meanwhile."""
    pipe = iter_pipe(i)
    if i.iov_offset:
        good = (
            pipe_occupancy(pipe.head, pipe.tail) != 0
            and i.head == pipe.head - 1
            and buf_end(pipe_buf(pipe, i.head)) == i.iov_offset
        )
    else:
        good = i.head == pipe.head
    return not warn_on_once(not good, "sanity: the pipe has changed")


def buf_end(buf: PipeBuffer) -> int:
    """Where in its page the data of a buffer ends [bytes]."""
    return buf.offset + buf.len


def allocated(buf: PipeBuffer) -> bool:
    """True for a page that was allocated for the pipe."""
    return buf.ops is default_pipe_buf_ops


@kernel_function("lib/iov_iter.c")
def data_start(i: IovIter) -> tuple[int, int]:
    """The buffer and the offset where the next byte goes."""
    iter_head = i.head
    off = i.iov_offset
    if off:
        buf = pipe_buf(iter_pipe(i), iter_head)
        if not allocated(buf) or off == PAGE_SIZE:
            iter_head += 1
            off = 0
    return iter_head, off


@kernel_function("lib/iov_iter.c")
def push_pipe(i: IovIter, size: int) -> tuple[int, int, int]:
    """Make room for `size` bytes in the pipe, with new pages.

    Returns: bytes, and the buffer and the offset where they begin.
    """
    pipe = iter_pipe(i)
    size = min(size, i.count)
    iter_head, off = data_start(i)
    start = iter_head
    if not size:
        return 0, start, off

    left = size
    if off:
        left -= PAGE_SIZE - off
        if left <= 0:
            pipe_buf(pipe, iter_head).len += size
            return size, start, off
        pipe_buf(pipe, iter_head).len = PAGE_SIZE
        iter_head += 1
    while left and not pipe_full(iter_head, pipe.tail, pipe.max_usage):
        page = alloc_page()
        if page is None:
            break
        length = min(left, PAGE_SIZE)
        buf = PipeBuffer(default_pipe_buf_ops, page, 0, length)
        pipe_set_buf(pipe, iter_head, buf)
        left -= length
        iter_head += 1
        pipe.head = iter_head
    return size - left, start, off


@kernel_function("lib/iov_iter.c")
def copy_page_to_iter_pipe(
    page: Page, offset: int, bytes_: int, i: IovIter
) -> int:
    """Put a part of a page itself into the pipe; returns bytes."""
    pipe = iter_pipe(i)
    bytes_ = min(bytes_, i.count)
    if not bytes_ or not sanity(i):
        return 0

    i_head = i.head
    if i.iov_offset:
        buf = pipe_buf(pipe, i_head)
        if offset == i.iov_offset and buf.page is page:
            buf.len += bytes_
            i.iov_offset += bytes_
            i.count -= bytes_
            return bytes_
        i_head += 1
    if pipe_full(i_head, pipe.tail, pipe.max_usage):
        return 0

    buf = PipeBuffer(page_cache_pipe_buf_ops, page, offset, bytes_)
    pipe_set_buf(pipe, i_head, buf)
    get_page(page)
    pipe.head = i_head + 1
    i.iov_offset = offset + bytes_
    i.head = i_head
    i.count -= bytes_
    return bytes_


@kernel_function("lib/iov_iter.c")
def pipe_truncate(i: IovIter) -> None:
    """Give back the pipe's buffers beyond where the iterator stands."""
    pipe = iter_pipe(i)
    if pipe_empty(pipe.head, pipe.tail):
        return
    p_head = pipe.head
    i_head = i.head
    if i.iov_offset:
        buf = pipe_buf(pipe, i_head)
        buf.len = i.iov_offset - buf.offset
        i_head += 1
    while p_head != i_head:
        p_head -= 1
        pipe_buf_release(pipe, pipe_buf(pipe, p_head))
    pipe.head = p_head


@kernel_function("lib/iov_iter.c")
def pipe_advance(i: IovIter, size: int) -> None:
    """Go on by `size` bytes, and give back what lies beyond."""
    pipe = iter_pipe(i)
    if size:
        i_head = i.head
        left = size
        if i.iov_offset:
            left += i.iov_offset - pipe_buf(pipe, i_head).offset
        buf = pipe_buf(pipe, i_head)
        while left > buf.len:
            left -= buf.len
            i_head += 1
            buf = pipe_buf(pipe, i_head)
        i.head = i_head
        i.iov_offset = buf.offset + left
    i.count -= size
    pipe_truncate(i)


@kernel_function("lib/iov_iter.c")
def pipe_revert(i: IovIter, unroll: int) -> None:
    """Go back by `unroll` bytes, and give back what lies beyond.

    In C this is a branch of iov_iter_revert().
    """
    pipe = iter_pipe(i)
    i_head = i.head
    off = i.iov_offset
    while True:
        n = off - pipe_buf(pipe, i_head).offset
        if unroll < n:
            off -= unroll
            break
        unroll -= n
        if not unroll and i_head == i.start_head:
            off = 0
            break
        i_head -= 1
        off = buf_end(pipe_buf(pipe, i_head))
    i.iov_offset = off
    i.head = i_head
    pipe_truncate(i)
