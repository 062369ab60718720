"""vmsplice(2): pages of a task go into a pipe (fs/splice.c, Linux v5.17).

They are held by a reference, FOLL_GET, for as long as nobody reads them. The
task may write to them meanwhile, and the reader sees it, until fork and a
write part the task from the page.

Not modelled: vmsplice from a pipe to memory, which is read(2).
"""

from pintutor.linux.fs.pipe_lock import pipe_lock, pipe_unlock
from pintutor.linux.fs.splice import add_to_pipe, wait_for_space
from pintutor.linux.fs.splice_buf import user_page_pipe_buf_ops
from pintutor.linux.include.linux.mm_types import PAGE_SIZE, Page, PageArray
from pintutor.linux.include.linux.pipe_fs_i import (
    PIPE_BUF_FLAG_GIFT,
    PipeBuffer,
    PipeInodeInfo,
)
from pintutor.linux.include.linux.uio import IovIter, iov_iter_count
from pintutor.linux.lib.iov_iter import iov_iter_advance, iov_iter_get_pages
from pintutor.linux.mm.page_alloc import put_page
from pintutor.sim.function import kernel_function
from pintutor.sim.objects import KArray

SPLICE_F_GIFT = 0x08
"""The pages are a gift: the task does not want them back."""

PAGES = 16
"""Pages that are taken at a time."""

ALL = (1 << 64) - 1
"""No limit on the bytes: ~0UL."""


@kernel_function("fs/splice.c")
def vmsplice_to_pipe(pipe: PipeInodeInfo, iter_: IovIter, flags: int) -> int:
    """Put the memory that the iterator names into the pipe.

    Returns: bytes; -EPIPE, -EAGAIN without room, -EFAULT without memory there.
    """
    buf_flag = PIPE_BUF_FLAG_GIFT if flags & SPLICE_F_GIFT else 0

    pipe_lock(pipe)
    ret = wait_for_space(pipe)
    if not ret:
        ret = iter_to_pipe(iter_, pipe, buf_flag)
    pipe_unlock(pipe)
    return ret


@kernel_function("fs/splice.c")
def iter_to_pipe(from_: IovIter, pipe: PipeInodeInfo, flags: int) -> int:
    """Put the pages of the iterator into the pipe, a reference to each.

    Returns: bytes, or an error when there is none.
    """
    total = 0
    ret = 0
    while iov_iter_count(from_) and ret >= 0:
        pages = PageArray(KArray[Page | None]([None] * PAGES))
        copied, start, _ = iov_iter_get_pages(from_, pages, ALL, PAGES)
        if copied <= 0:
            ret = copied
            break
        n = 0
        while copied:
            size = min(copied, PAGE_SIZE - start)
            if ret >= 0:
                ret = page_to_pipe(pages[n], start, size, pipe, flags)
                total += max(ret, 0)
                iov_iter_advance(from_, max(ret, 0))
            else:
                put_page(pages[n])
            copied -= size
            n, start = n + 1, 0
    return total or ret


def page_to_pipe(
    page: Page, start: int, size: int, pipe: PipeInodeInfo, flags: int
) -> int:
    """Put a part of a page into the pipe; returns its length or an error."""
    buf = PipeBuffer(user_page_pipe_buf_ops, page, start, size, flags)
    return add_to_pipe(pipe, buf)
