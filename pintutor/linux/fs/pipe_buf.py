"""What the tables of buffers have in common (fs/pipe.c, Linux v6.1).

Every buffer but those of the zero page holds a reference to its page.
"""

from pintutor.linux.include.linux.bug import warn_on_once
from pintutor.linux.include.linux.mm import page_folio
from pintutor.linux.include.linux.mm_types import Page
from pintutor.linux.include.linux.page_ref import folio_ref_count, folio_ref_inc
from pintutor.linux.include.linux.pipe_fs_i import (
    PipeBuffer,
    PipeBufOperations,
    PipeInodeInfo,
)
from pintutor.linux.mm.page_alloc import put_page
from pintutor.sim.function import kernel_function


@kernel_function("include/linux/mm.h")
def try_get_page(page: Page) -> bool:
    """Take a reference to the page's folio unless its count overflowed."""
    folio = page_folio(page)
    if warn_on_once(folio_ref_count(folio) <= 0, "try_get_page: count <= 0"):
        return False
    folio_ref_inc(folio)
    return True


@kernel_function("fs/pipe.c")
def generic_pipe_buf_get(pipe: PipeInodeInfo, buf: PipeBuffer) -> bool:
    """Take one more reference to the page; false when its count overflowed."""
    return try_get_page(buf.page)


@kernel_function("fs/pipe.c")
def generic_pipe_buf_release(pipe: PipeInodeInfo, buf: PipeBuffer) -> None:
    """Drop the buffer's reference to its page."""
    put_page(buf.page)


@kernel_function("fs/pipe.c")
def anon_pipe_buf_release(pipe: PipeInodeInfo, buf: PipeBuffer) -> None:
    """Keep the page for the next write if nobody else has it, or drop it."""
    page = buf.page
    if folio_ref_count(page_folio(page)) == 1 and pipe.tmp_page is None:
        pipe.tmp_page = page
    else:
        put_page(page)


anon_pipe_buf_ops = PipeBufOperations(
    "anon_pipe_buf_ops",
    release=anon_pipe_buf_release,
    get=generic_pipe_buf_get,
)
"""A page that write(2) filled."""
