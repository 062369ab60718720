"""Tables of the buffers that splicing makes (fs/splice.c, Linux v6.1).

Not modelled: waiting for a page to be read, errors of the disk.
"""

from pintutor.linux.fs.pipe_buf import (
    generic_pipe_buf_get,
    generic_pipe_buf_release,
)
from pintutor.linux.include.linux.mm import page_folio
from pintutor.linux.include.linux.page_flags import PG_uptodate
from pintutor.linux.include.linux.pipe_fs_i import (
    PipeBuffer,
    PipeBufOperations,
    PipeInodeInfo,
)
from pintutor.linux.include.uapi.errno import EIO, ENODATA
from pintutor.linux.mm.folio import folio_lock, folio_unlock
from pintutor.linux.mm.page_alloc import put_page
from pintutor.sim.function import kernel_function


@kernel_function("fs/splice.c")
def page_cache_pipe_buf_release(pipe: PipeInodeInfo, buf: PipeBuffer) -> None:
    """Drop the buffer's reference to its page."""
    put_page(buf.page)


@kernel_function("fs/splice.c")
def page_cache_pipe_buf_confirm(pipe: PipeInodeInfo, buf: PipeBuffer) -> int:
    """0 when the page holds valid data, even if it has left its file since.

    Returns: -ENODATA for a page that left its file unread, -EIO when it could
    not be read.
    """
    folio = page_folio(buf.page)
    if folio.flags & PG_uptodate:
        return 0
    folio_lock(folio)
    err = 0
    if folio.mapping is None:
        err = -ENODATA
    elif not folio.flags & PG_uptodate:
        err = -EIO
    folio_unlock(folio)
    return err


page_cache_pipe_buf_ops = PipeBufOperations(
    "page_cache_pipe_buf_ops",
    release=page_cache_pipe_buf_release,
    get=generic_pipe_buf_get,
    confirm=page_cache_pipe_buf_confirm,
)
"""A page of the page cache itself."""

user_page_pipe_buf_ops = PipeBufOperations(
    "user_page_pipe_buf_ops",
    release=page_cache_pipe_buf_release,
    get=generic_pipe_buf_get,
)
"""A page of a task's memory, by vmsplice."""

default_pipe_buf_ops = PipeBufOperations(
    "default_pipe_buf_ops",
    release=generic_pipe_buf_release,
    get=generic_pipe_buf_get,
)
"""A page of the pipe's own, filled by a read of a file."""
