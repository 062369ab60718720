"""A bug put back: splicing fills the holes of a file of tmpfs.

Before version 14 gave tmpfs a function of its own, the way of other files was
taken: splicing makes the pages that are missing. A sparse file of a gigabyte
costs a gigabyte of memory then, for a reader who wants only zeroes.
"""

from pintutor.linux.include.linux.file import File, file_inode
from pintutor.linux.include.linux.mm_types import PAGE_SIZE
from pintutor.linux.include.linux.pipe_fs_i import (
    PipeInodeInfo,
    pipe_full,
    pipe_occupancy,
)
from pintutor.linux.mm.folio import folio_unlock
from pintutor.linux.mm.page_alloc import put_page
from pintutor.linux.mm.shmem import shmem_get_folio
from pintutor.patches.patch import Patch
from pintutor.patches.splice_read import shmem_splice_read as before
from pintutor.patches.splice_read.filemap_splice_read import (
    splice_folio_into_pipe,
)
from pintutor.sim.objects import KArray

PATCH = Patch(
    "shmem-splice-fills-holes",
    "splicing makes the pages that are missing",
    commit="",
    release="",
    author="David Howells",
    needs=("shmem-splice-read", "shmem-splice-part"),
    mutation=True,
)


@PATCH.replaces(before.shmem_file_splice_read)
def shmem_file_splice_read(
    in_: File, ppos: KArray[int], pipe: PipeInodeInfo, len_: int, flags: int
) -> int:
    """Put pages of the file into the pipe; a hole gets a page.

    Returns: bytes, 0 at the end of the file, or -ENOMEM.
    """
    inode = file_inode(in_)
    total_spliced = 0
    error = 0
    used = pipe_occupancy(pipe.head, pipe.tail)
    npages = max(pipe.max_usage - used, 0)
    len_ = min(len_, npages * PAGE_SIZE)
    while len_ and ppos[0] < inode.i_size:
        folio = shmem_get_folio(inode, ppos[0] // PAGE_SIZE)
        if isinstance(folio, int):
            error = folio
            break
        folio_unlock(folio)
        part = min(inode.i_size - ppos[0], len_)
        n = splice_folio_into_pipe(pipe, folio, ppos[0], part)
        put_page(folio)
        len_ -= n
        total_spliced += n
        ppos[0] += n
        if not n or pipe_full(pipe.head, pipe.tail, pipe.max_usage):
            break
    return total_spliced or error
