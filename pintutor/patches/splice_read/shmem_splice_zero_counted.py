"""A bug put back: buffers of the zero page hold references to it.

Up to version 17 a hole took a reference to the zero page and gave it back when
it had been read. The books are right, but a page that is never freed needs no
holder, and a count that everybody moves is slow and can be made to overflow by
who can fill pipes. Version 18 counts nothing.
"""

from pintutor.linux.fs.pipe_buf import (
    generic_pipe_buf_get,
    generic_pipe_buf_release,
)
from pintutor.linux.globals import this_kernel
from pintutor.linux.include.linux.mm import page_folio
from pintutor.linux.include.linux.mm_types import PAGE_SIZE
from pintutor.linux.include.linux.page_ref import folio_ref_inc
from pintutor.linux.include.linux.pipe_fs_i import (
    PipeBuffer,
    PipeBufOperations,
    PipeInodeInfo,
    pipe_full,
    pipe_set_buf,
)
from pintutor.patches.patch import Patch
from pintutor.patches.splice_read import shmem_splice_read as before

PATCH = Patch(
    "shmem-splice-zero-counted",
    "buffers of the zero page hold references to it",
    commit="",
    release="",
    author="David Howells",
    needs=("shmem-splice-read",),
    conflicts=("shmem-splice-zero-kept",),
    mutation=True,
)

counted_pipe_buf_ops = PipeBufOperations(
    "counted_pipe_buf_ops",
    release=generic_pipe_buf_release,
    get=generic_pipe_buf_get,
)
"""The zero page, for a hole, with a reference to it."""


@PATCH.replaces(before.splice_zeropage_into_pipe)
def splice_zeropage_into_pipe(pipe: PipeInodeInfo, fpos: int, size: int) -> int:
    """Put the zero page into the pipe for a hole at `fpos`; returns bytes."""
    offset = fpos % PAGE_SIZE
    size = min(size, PAGE_SIZE - offset)
    if not pipe_full(pipe.head, pipe.tail, pipe.max_usage):
        zero = this_kernel().empty_zero_page
        assert zero is not None, "the machine has booted"
        buf = PipeBuffer(counted_pipe_buf_ops, zero, offset, size)
        pipe_set_buf(pipe, pipe.head, buf)
        folio_ref_inc(page_folio(zero))
        pipe.head += 1
    return size
