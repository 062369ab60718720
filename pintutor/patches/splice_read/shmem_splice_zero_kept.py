"""A bug put back: each hole takes a reference to the zero page for good.

Version 19 had stopped counting the zero page in pipes, but one get_page() had
been missed: the buffer takes a reference, and its table of functions gives
none back. Every hole that is spliced adds one to the count of the zero page,
which overflows some day, for the whole machine. Removed in version 20.
"""

from pintutor.linux.globals import this_kernel
from pintutor.linux.include.linux.mm import page_folio
from pintutor.linux.include.linux.mm_types import PAGE_SIZE
from pintutor.linux.include.linux.page_ref import folio_ref_inc
from pintutor.linux.include.linux.pipe_fs_i import (
    PipeBuffer,
    PipeInodeInfo,
    pipe_full,
    pipe_set_buf,
)
from pintutor.patches.patch import Patch
from pintutor.patches.splice_read import shmem_splice_read as before
from pintutor.patches.splice_read.shmem_splice_read import zero_pipe_buf_ops

PATCH = Patch(
    "shmem-splice-zero-kept",
    "one get_page() had been missed",
    commit="",
    release="",
    author="David Howells",
    needs=("shmem-splice-read",),
    mutation=True,
)


@PATCH.replaces(before.splice_zeropage_into_pipe)
def splice_zeropage_into_pipe(pipe: PipeInodeInfo, fpos: int, size: int) -> int:
    """Put the zero page into the pipe for a hole at `fpos`; returns bytes."""
    offset = fpos % PAGE_SIZE
    size = min(size, PAGE_SIZE - offset)
    if not pipe_full(pipe.head, pipe.tail, pipe.max_usage):
        zero = this_kernel().empty_zero_page
        assert zero is not None, "the machine has booted"
        buf = PipeBuffer(zero_pipe_buf_ops, zero, offset, size)
        pipe_set_buf(pipe, pipe.head, buf)
        folio_ref_inc(page_folio(zero))
        pipe.head += 1
    return size
