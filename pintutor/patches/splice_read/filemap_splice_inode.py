"""The length is that of what has the contents, not of what was opened.

A disk is opened through its node in /dev, which has no length of its own. Its
pages, and its length, are with the device. Asking the node, a splice from a
disk finds the end at once and puts nothing into the pipe.

Linux kernel commit c37222082f23 ("splice: Fix filemap_splice_read() to use the
correct inode") (in v6.5).
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
    "filemap-splice-inode",
    "splice: Fix filemap_splice_read() to use the correct inode",
    commit="c37222082f23",
    release="v6.5",
    author="David Howells",
    needs=("filemap-splice-read",),
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
        # The length is asked for once the page is there: it may have shrunk.
        isize = i_size_read(mapping_host(in_))
        n = min(len_, max(isize - ppos[0], 0))
        n = splice_folio_into_pipe(pipe, folio, ppos[0], n)
        put_page(folio)
        len_ -= n
        total_spliced += n
        ppos[0] += n
        if not n or pipe_full(pipe.head, pipe.tail, pipe.max_usage):
            break
    return total_spliced or error
