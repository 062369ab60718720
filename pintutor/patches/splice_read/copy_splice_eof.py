"""A proposal put back: no more pages are allocated than the file has bytes for.

Close to the end of a file most of the pages that were allocated beforehand are
given back at once. With the length known, they need not be allocated.

Sent in version 20 as "splice: Make direct_read_splice() limit to eof where
appropriate", and never merged: how long a file is, objected reviewers, is for
the file system to say, which reads it.
"""

from pintutor.linux.fs.read_write import call_read_iter
from pintutor.linux.fs.splice import new_sync_kiocb
from pintutor.linux.include.linux.file import File, mapping_host
from pintutor.linux.include.linux.mm_types import PAGE_SIZE
from pintutor.linux.include.linux.pipe_fs_i import PipeInodeInfo
from pintutor.linux.include.linux.uio import ITER_DEST, IovIter
from pintutor.linux.include.uapi.errno import EAGAIN, EFAULT, ENOMEM
from pintutor.linux.lib.iov_iter import iov_iter_bvec
from pintutor.linux.mm.page_bulk import release_pages
from pintutor.patches.patch import Patch
from pintutor.patches.splice_read import copy_splice_read as before
from pintutor.patches.splice_read.direct_splice_read import (
    bvec_of,
    pages_for,
    push_pages,
)
from pintutor.sim.objects import KArray

PATCH = Patch(
    "copy-splice-eof",
    "splice: Make direct_read_splice() limit to eof where appropriate",
    commit="",
    release="",
    author="David Howells",
    needs=("copy-splice-read",),
    mutation=True,
)


@PATCH.replaces(before.copy_splice_read)
def copy_splice_read(
    in_: File, ppos: KArray[int], pipe: PipeInodeInfo, len_: int, flags: int
) -> int:
    """Read from a file into new pages and put them into the pipe.

    Returns: bytes or an error; -EAGAIN when nothing could be put there.
    """
    isize = mapping_host(in_).i_size
    if ppos[0] >= isize:
        return 0
    len_ = min(len_, isize - ppos[0])
    pages, npages = pages_for(pipe, len_)
    if not npages:
        return -ENOMEM
    len_ = min(len_, npages * PAGE_SIZE)
    to = IovIter()
    bvec = bvec_of(pages, npages, len_)
    iov_iter_bvec(to, ITER_DEST, bvec, npages, len_)
    kiocb = new_sync_kiocb(in_, ppos[0])
    ret = call_read_iter(kiocb, to)

    keep = 0
    if ret > 0:
        keep = -(-ret // PAGE_SIZE)
        ppos[0] = kiocb.ki_pos
    elif ret == -EFAULT:
        ret = -EAGAIN

    # Pages that nothing was read into go before the others are pushed.
    if keep < npages:
        release_pages(pages.plus(keep), npages - keep)

    push_pages(pipe, pages, keep, ret)
    return ret
