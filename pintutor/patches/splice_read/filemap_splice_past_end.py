"""A bug put back: the last page of a file goes into the pipe whole.

A draft of version 13 handed on what was asked for. The part of the last page
that lies beyond the end of the file is memory like any other, and a task can
write to it through a mapping: whoever reads the pipe gets it. No more than lies
before the end of the file may go.

A bug of that draft: filemap_splice_read() goes past the end of the file.
"""

from pintutor.linux.include.linux.file import File, mapping_host
from pintutor.linux.include.linux.fs import i_size_read
from pintutor.linux.include.linux.math import DIV_ROUND_UP
from pintutor.linux.include.linux.mm_types import PAGE_SIZE
from pintutor.linux.include.linux.pipe_fs_i import (
    PipeInodeInfo,
    pipe_full,
    pipe_occupancy,
)
from pintutor.linux.mm.filemap_read import filemap_get_page
from pintutor.linux.mm.page_alloc import put_page
from pintutor.linux.mm.readahead import page_cache_sync_readahead
from pintutor.patches.patch import Patch
from pintutor.patches.splice_read import filemap_splice_read as before
from pintutor.patches.splice_read.filemap_splice_read import (
    splice_folio_into_pipe,
)
from pintutor.sim.objects import KArray

PATCH = Patch(
    "filemap-splice-past-end",
    "filemap_splice_read() goes past the end of the file",
    commit="",
    release="",
    author="David Howells",
    needs=("filemap-splice-read", "filemap-splice-inode"),
    mutation=True,
)


@PATCH.replaces(before.filemap_splice_read)
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
    while len_ and ppos[0] < i_size_read(mapping_host(in_)):
        index = ppos[0] // PAGE_SIZE
        last_index = DIV_ROUND_UP(ppos[0] + len_, PAGE_SIZE)
        page_cache_sync_readahead(mapping_host(in_), index, last_index - index)
        folio = filemap_get_page(mapping_host(in_), index)
        if isinstance(folio, int):
            error = folio
            break
        n = splice_folio_into_pipe(pipe, folio, ppos[0], len_)
        put_page(folio)
        len_ -= n
        total_spliced += n
        ppos[0] += n
        if not n or pipe_full(pipe.head, pipe.tail, pipe.max_usage):
            break
    return total_spliced or error
