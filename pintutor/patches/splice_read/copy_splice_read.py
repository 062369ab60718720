"""direct_splice_read() is called by what it does: it copies.

Files that have nothing to do with direct I/O will want it too, those that make
up their contents as they are read. With the new name it counts the pages to
keep instead of those to give back.

Linux kernel commit 69df79a45111 ("splice: Rename direct_splice_read() to
copy_splice_read()") (in v6.5), and what follows it there: Linux kernel commit
e69f37bce1b4 ("splice: Clean up copy_splice_read() a bit") (in v6.5).
"""

from pintutor.linux.fs.read_write import call_read_iter
from pintutor.linux.fs.splice import new_sync_kiocb
from pintutor.linux.include.linux.file import File
from pintutor.linux.include.linux.mm_types import PAGE_SIZE
from pintutor.linux.include.linux.pipe_fs_i import PipeInodeInfo
from pintutor.linux.include.linux.uio import ITER_DEST, IovIter
from pintutor.linux.include.uapi.errno import EAGAIN, EFAULT, ENOMEM
from pintutor.linux.lib.iov_iter import iov_iter_bvec
from pintutor.linux.mm.page_bulk import release_pages
from pintutor.patches.patch import Patch
from pintutor.patches.splice_read.direct_splice_read import (
    bvec_of,
    direct_splice_read,
    pages_for,
    push_pages,
)
from pintutor.sim.objects import KArray

PATCH = Patch(
    "copy-splice-read",
    "splice: Rename direct_splice_read() to copy_splice_read()",
    commit="69df79a45111",
    release="v6.5",
    author="David Howells",
    needs=("direct-splice-read",),
)

PATCH.removes(direct_splice_read, __name__)


@PATCH.adds("fs/splice.c")
def copy_splice_read(
    in_: File, ppos: KArray[int], pipe: PipeInodeInfo, len_: int, flags: int
) -> int:
    """Read from a file into new pages and put them into the pipe.

    Returns: bytes or an error; -EAGAIN when nothing could be put there.
    """
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
