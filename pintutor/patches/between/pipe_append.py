"""A pipe is filled page by page, and the iterator knows its last buffer.

The pages for a whole request were put into the pipe first, and what was not
used taken out again. Now each page is added when its turn comes. `last_offset`
says in its sign whether that buffer may be added to, so that the pipe need not
be asked; going back only cuts buffers off the end.

Linux kernel commit 746de1f86fcd ("pipe_get_pages(): switch to append_pipe()")
(in v6.0), with what led to it in that series, such as commit 10f525a8cd7a
("ITER_PIPE: cache the type of last buffer").
"""

from pintutor.linux.fs.splice_buf import (
    default_pipe_buf_ops,
    page_cache_pipe_buf_ops,
)
from pintutor.linux.include.linux.bug import warn_on_once
from pintutor.linux.include.linux.mm_types import PAGE_SIZE, Page
from pintutor.linux.include.linux.pipe_fs_i import (
    PipeBuffer,
    pipe_buf,
    pipe_buf_release,
    pipe_discard_from,
    pipe_full,
    pipe_occupancy,
    pipe_set_buf,
)
from pintutor.linux.include.linux.uio import IovIter
from pintutor.linux.lib import iov_iter_pipe as base
from pintutor.linux.lib.iov_iter_pipe import allocated, buf_end, iter_pipe
from pintutor.linux.mm.page_alloc import alloc_page, get_page
from pintutor.patches.patch import Patch

PATCH = Patch(
    "pipe-append",
    "pipe_get_pages(): switch to append_pipe()",
    commit="746de1f86fcd",
    release="v6.0",
    author="Al Viro",
    needs=("get-pages-advance", "iter-is-aligned"),
)

PATCH.removes(base.data_start, __name__)
PATCH.removes(base.push_pipe, __name__)
PATCH.removes(base.pipe_truncate, __name__)


@PATCH.replaces(base.sanity)
def sanity(i: IovIter) -> bool:
    """True when nobody else has filled the pipe meanwhile."""
    pipe = iter_pipe(i)
    if i.last_offset:
        good = (
            pipe_occupancy(pipe.head, pipe.tail) != 0
            and i.head == pipe.head - 1
            and buf_end(pipe_buf(pipe, i.head)) == abs(i.last_offset)
        )
    else:
        good = i.head == pipe.head
    return not warn_on_once(not good, "sanity: the pipe has changed")


def last_offset(buf: PipeBuffer) -> int:
    """Where the data of a buffer ends, negative if nothing can be added."""
    return buf.len if allocated(buf) else -buf_end(buf)


@PATCH.adds("lib/iov_iter.c")
def append_pipe(i: IovIter, size: int) -> tuple[Page | None, int]:
    """Room in the pipe for at most `size` bytes of one page.

    Returns: the page, None without room, and where in it the room begins.
    """
    pipe = iter_pipe(i)
    offset = i.last_offset
    if 0 < offset < PAGE_SIZE:
        buf = pipe_buf(pipe, pipe.head - 1)
        size = min(size, PAGE_SIZE - offset)
        buf.len += size
        i.last_offset += size
        i.count -= size
        return buf.page, offset
    size = min(size, PAGE_SIZE)
    if pipe_full(pipe.head, pipe.tail, pipe.max_usage):
        return None, 0
    page = alloc_page()
    if page is None:
        return None, 0
    buf = PipeBuffer(default_pipe_buf_ops, page, 0, size)
    pipe_set_buf(pipe, pipe.head, buf)
    pipe.head += 1
    i.head = pipe.head - 1
    i.last_offset = size
    i.count -= size
    return page, 0


@PATCH.replaces(base.copy_page_to_iter_pipe)
def copy_page_to_iter_pipe(
    page: Page, offset: int, bytes_: int, i: IovIter
) -> int:
    """Put a part of a page itself into the pipe; returns bytes."""
    pipe = iter_pipe(i)
    head = pipe.head
    bytes_ = min(bytes_, i.count)
    if not bytes_ or not sanity(i):
        return 0

    if offset and i.last_offset == -offset:
        buf = pipe_buf(pipe, head - 1)
        if buf.page is page:
            buf.len += bytes_
            i.last_offset -= bytes_
            i.count -= bytes_
            return bytes_
    if pipe_full(pipe.head, pipe.tail, pipe.max_usage):
        return 0

    buf = PipeBuffer(page_cache_pipe_buf_ops, page, offset, bytes_)
    pipe_set_buf(pipe, head, buf)
    get_page(page)
    pipe.head = head + 1
    i.last_offset = -(offset + bytes_)
    i.head = head
    i.count -= bytes_
    return bytes_


@PATCH.replaces(base.pipe_advance)
def pipe_advance(i: IovIter, size: int) -> None:
    """Go on by `size` bytes, and give back what lies beyond."""
    pipe = iter_pipe(i)
    off = i.last_offset
    if not off and not size:
        pipe_discard_from(pipe, i.start_head)
        return
    i.count -= size
    while True:
        buf = pipe_buf(pipe, i.head)
        if off:
            size += abs(off) - buf.offset
        if size <= buf.len:
            buf.len = size
            i.last_offset = last_offset(buf)
            break
        size -= buf.len
        i.head += 1
        off = 0
    pipe_discard_from(pipe, i.head + 1)


@PATCH.replaces(base.pipe_revert)
def pipe_revert(i: IovIter, unroll: int) -> None:
    """Go back by `unroll` bytes, and give back what lies beyond.

    In C this is a branch of iov_iter_revert().
    """
    pipe = iter_pipe(i)
    head = pipe.head
    while head > i.start_head:
        head -= 1
        b = pipe_buf(pipe, head)
        if unroll < b.len:
            b.len -= unroll
            i.last_offset = last_offset(b)
            i.head = head
            return
        unroll -= b.len
        pipe_buf_release(pipe, b)
        pipe.head -= 1
    i.last_offset = 0
    i.head = head
