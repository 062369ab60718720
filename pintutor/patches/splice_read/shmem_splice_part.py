"""A hole at the end of a file ends where the file does.

Of a page that is there, no more goes into the pipe than lies before the end of
the file. A hole was as long as what was asked for, up to the end of the page:
a reader got more bytes than the file has.

"shmem: minor fixes to splice-read implementation" (in v6.5).
"""

from pintutor.linux.include.linux.file import File, file_inode
from pintutor.linux.include.linux.mm_types import PAGE_SIZE
from pintutor.linux.include.linux.pipe_fs_i import (
    PipeInodeInfo,
    pipe_full,
    pipe_occupancy,
)
from pintutor.linux.mm.page_alloc import put_page
from pintutor.linux.mm.shmem_read import shmem_read_folio
from pintutor.patches.patch import Patch
from pintutor.patches.splice_read import shmem_splice_read as before
from pintutor.patches.splice_read.filemap_splice_read import (
    splice_folio_into_pipe,
)
from pintutor.patches.splice_read.shmem_splice_read import (
    splice_zeropage_into_pipe,
)
from pintutor.sim.objects import KArray

PATCH = Patch(
    "shmem-splice-part",
    "shmem: minor fixes to splice-read implementation",
    commit="",
    release="v6.5",
    author="Hugh Dickins",
    needs=("shmem-splice-read",),
)


@PATCH.replaces(before.shmem_file_splice_read)
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
        part = min(inode.i_size - ppos[0], len_)
        if folio is not None:
            n = splice_folio_into_pipe(pipe, folio, ppos[0], part)
            put_page(folio)
        else:
            n = splice_zeropage_into_pipe(pipe, ppos[0], part)
        len_ -= n
        total_spliced += n
        ppos[0] += n
        if not n or pipe_full(pipe.head, pipe.tail, pipe.max_usage):
            break
    return total_spliced
