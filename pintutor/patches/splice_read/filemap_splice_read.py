"""Splicing from the page cache without an iterator over the pipe.

An iterator over a pipe hides that the pages which it fills are the pipe's, so
that nothing below can tell them from others. For a file that is read through
the page cache none is needed: the pages are there, and each goes into the pipe
with a reference more. Nobody calls this yet.

Linux kernel commit 07073eb01c5f ("splice: Add a func to do a splice from a
buffered file without ITER_PIPE") (in v6.3).
"""

from pintutor.linux.fs.splice_buf import page_cache_pipe_buf_ops
from pintutor.linux.include.linux.file import File, file_inode, mapping_host
from pintutor.linux.include.linux.fs import i_size_read
from pintutor.linux.include.linux.math import DIV_ROUND_UP
from pintutor.linux.include.linux.mm_types import PAGE_SIZE, Folio
from pintutor.linux.include.linux.page_ref import folio_ref_inc
from pintutor.linux.include.linux.pipe_fs_i import (
    PipeBuffer,
    PipeInodeInfo,
    pipe_full,
    pipe_occupancy,
    pipe_set_buf,
)
from pintutor.linux.mm.filemap_read import filemap_get_page
from pintutor.linux.mm.page_alloc import put_page
from pintutor.linux.mm.readahead import page_cache_sync_readahead
from pintutor.patches.patch import Patch
from pintutor.sim.objects import KArray

PATCH = Patch(
    "filemap-splice-read",
    "splice: Add a func to do a splice from a buffered file without ITER_PIPE",
    commit="07073eb01c5f",
    release="v6.3",
    author="David Howells",
)


@PATCH.adds("mm/filemap.c")
def splice_folio_into_pipe(
    pipe: PipeInodeInfo, folio: Folio, fpos: int, size: int
) -> int:
    """Put a page of a file into the pipe, from position `fpos` on.

    Returns: bytes; 0 without room.
    """
    offset = fpos % PAGE_SIZE
    size = min(size, PAGE_SIZE - offset)
    if pipe_full(pipe.head, pipe.tail, pipe.max_usage):
        return 0
    buf = PipeBuffer(page_cache_pipe_buf_ops, folio, offset, size)
    pipe_set_buf(pipe, pipe.head, buf)
    folio_ref_inc(folio)
    pipe.head += 1
    return size


@PATCH.adds("mm/filemap.c")
def filemap_splice_read(
    in_: File, ppos: KArray[int], pipe: PipeInodeInfo, len_: int, flags: int
) -> int:
    """Put pages of the page cache into the pipe.

    Returns: bytes, 0 at the end of the file, or an error.
    """
    total_spliced = 0
    error = 0
    used = pipe_occupancy(pipe.head, pipe.tail)
    npages = max(pipe.max_usage - used, 0)
    len_ = min(len_, npages * PAGE_SIZE)
    while len_ and ppos[0] < i_size_read(file_inode(in_)):
        index = ppos[0] // PAGE_SIZE
        last_index = DIV_ROUND_UP(ppos[0] + len_, PAGE_SIZE)
        page_cache_sync_readahead(mapping_host(in_), index, last_index - index)
        folio = filemap_get_page(mapping_host(in_), index)
        if isinstance(folio, int):
            error = folio
            break
        # The length is asked for once the page is there: it may have shrunk.
        isize = i_size_read(file_inode(in_))
        n = min(len_, max(isize - ppos[0], 0))
        n = splice_folio_into_pipe(pipe, folio, ppos[0], n)
        put_page(folio)
        len_ -= n
        total_spliced += n
        ppos[0] += n
        if not n or pipe_full(pipe.head, pipe.tail, pipe.max_usage):
            break
    return total_spliced or error
