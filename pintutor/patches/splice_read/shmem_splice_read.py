"""tmpfs splices by itself, and a hole is the zero page.

filemap_splice_read() would fill the holes of a sparse file with pages, for a
reader who wants only zeroes. The zero page stands for them instead. It is
never freed, so that a buffer need not hold it: its table of functions takes
and gives back nothing, and the count stays as it is, however many buffers name
the page. Before, each hole was a fresh page of zeroes.

Linux kernel commit bd194b187115 ("shmem: Implement splice-read") (in v6.5).
"""

from pintutor.linux.fs import splice
from pintutor.linux.fs.splice import generic_file_splice_read
from pintutor.linux.globals import this_kernel
from pintutor.linux.include.linux.file import File, file_inode
from pintutor.linux.include.linux.fs import TMPFS
from pintutor.linux.include.linux.mm_types import PAGE_SIZE
from pintutor.linux.include.linux.pipe_fs_i import (
    PipeBuffer,
    PipeBufOperations,
    PipeInodeInfo,
    pipe_full,
    pipe_occupancy,
    pipe_set_buf,
)
from pintutor.linux.mm.page_alloc import put_page
from pintutor.linux.mm.shmem_read import shmem_read_folio
from pintutor.patches.patch import Patch
from pintutor.patches.splice_read.filemap_splice_read import (
    splice_folio_into_pipe,
)
from pintutor.sim.objects import KArray

PATCH = Patch(
    "shmem-splice-read",
    "shmem: Implement splice-read",
    commit="bd194b187115",
    release="v6.5",
    author="David Howells",
    needs=("filemap-splice-read",),
)


@PATCH.adds("mm/shmem.c")
def zero_pipe_buf_get(pipe: PipeInodeInfo, buf: PipeBuffer) -> bool:
    """Hold the zero page once more, which takes nothing."""
    return True


@PATCH.adds("mm/shmem.c")
def zero_pipe_buf_release(pipe: PipeInodeInfo, buf: PipeBuffer) -> None:
    """Give back the zero page, of which nothing was taken."""


zero_pipe_buf_ops = PipeBufOperations(
    "zero_pipe_buf_ops",
    release=zero_pipe_buf_release,
    get=zero_pipe_buf_get,
    references=0,
)
"""The zero page, for a hole."""


@PATCH.adds("mm/shmem.c")
def splice_zeropage_into_pipe(pipe: PipeInodeInfo, fpos: int, size: int) -> int:
    """Put the zero page into the pipe for a hole at `fpos`; returns bytes."""
    offset = fpos % PAGE_SIZE
    size = min(size, PAGE_SIZE - offset)
    if not pipe_full(pipe.head, pipe.tail, pipe.max_usage):
        zero = this_kernel().empty_zero_page
        assert zero is not None, "the machine has booted"
        buf = PipeBuffer(zero_pipe_buf_ops, zero, offset, size)
        pipe_set_buf(pipe, pipe.head, buf)
        pipe.head += 1
    return size


@PATCH.adds("mm/shmem.c")
def shmem_file_splice_read(
    in_: File, ppos: KArray[int], pipe: PipeInodeInfo, len_: int, flags: int
) -> int:
    """Put pages of the file into the pipe, and the zero page for holes.

    Returns: bytes; 0 at the end of the file.
    """
    inode = file_inode(in_)
    total_spliced = 0
    used = pipe_occupancy(pipe.head, pipe.tail)
    npages = max(pipe.max_usage - used, 0)
    len_ = min(len_, npages * PAGE_SIZE)
    while len_ and ppos[0] < inode.i_size:
        folio = shmem_read_folio(inode, ppos[0] // PAGE_SIZE)
        if folio is not None:
            part = min(inode.i_size - ppos[0], len_)
            n = splice_folio_into_pipe(pipe, folio, ppos[0], part)
            put_page(folio)
        else:
            n = splice_zeropage_into_pipe(pipe, ppos[0], len_)
        len_ -= n
        total_spliced += n
        ppos[0] += n
        if not n or pipe_full(pipe.head, pipe.tail, pipe.max_usage):
            break
    return total_spliced


@PATCH.replaces(splice.call_splice_read)
def call_splice_read(
    in_: File, ppos: KArray[int], pipe: PipeInodeInfo, len_: int, flags: int
) -> int:
    """What the file's own function for splicing does.

    In C this is in->f_op->splice_read().
    """
    if file_inode(in_).i_sb == TMPFS:
        return shmem_file_splice_read(in_, ppos, pipe, len_, flags)
    return generic_file_splice_read(in_, ppos, pipe, len_, flags)
