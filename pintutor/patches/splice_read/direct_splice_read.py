"""Splicing from a file opened with O_DIRECT without an iterator over the pipe.

Direct I/O fills pages of the pipe, and where it has read beyond the end of the
file, it takes back what is too much: an iterator over a pipe frees pages then,
while the disk may still be writing to them. Only a reference of the I/O's own
keeps them. Here the pages are allocated beforehand and go into the pipe when
the read is over. Until then they are plain memory to the I/O, by an iterator
over their places, and taking back moves a cursor. Nobody calls this yet.

Linux kernel commit 33b3b041543e ("splice: Add a func to do a splice from an
O_DIRECT file without ITER_PIPE") (in v6.3).
"""

from pintutor.linux.fs.read_write import call_read_iter
from pintutor.linux.fs.splice import new_sync_kiocb
from pintutor.linux.fs.splice_buf import default_pipe_buf_ops
from pintutor.linux.include.linux.bvec import BioVec, BvecPtr
from pintutor.linux.include.linux.file import File
from pintutor.linux.include.linux.mm_types import PAGE_SIZE, Page, PageArray
from pintutor.linux.include.linux.pipe_fs_i import (
    PipeBuffer,
    PipeInodeInfo,
    pipe_occupancy,
    pipe_set_buf,
)
from pintutor.linux.include.linux.uio import ITER_DEST, IovIter
from pintutor.linux.include.uapi.errno import EAGAIN, EFAULT, ENOMEM
from pintutor.linux.lib.iov_iter import iov_iter_bvec
from pintutor.linux.mm.page_bulk import alloc_pages_bulk_array, release_pages
from pintutor.patches.patch import Patch
from pintutor.sim.objects import KArray

PATCH = Patch(
    "direct-splice-read",
    "splice: Add a func to do a splice from an O_DIRECT file without ITER_PIPE",
    commit="33b3b041543e",
    release="v6.3",
    author="David Howells",
)


def pages_for(pipe: PipeInodeInfo, len_: int) -> tuple[PageArray, int]:
    """Pages for `len_` bytes, as far as there are slots, and their number.

    In C this is a part of direct_splice_read().
    """
    used = pipe_occupancy(pipe.head, pipe.tail)
    npages = max(pipe.max_usage - used, 0)
    npages = min(-(-len_ // PAGE_SIZE), npages)
    pages = PageArray(KArray[Page | None]([None] * npages))
    return pages, alloc_pages_bulk_array(npages, pages)


def bvec_of(pages: PageArray, npages: int, remain: int) -> BvecPtr:
    """The first `remain` bytes of pages, one place in memory for each page.

    In C this is a part of direct_splice_read().
    """
    sizes = [
        min(PAGE_SIZE, remain - index * PAGE_SIZE) for index in range(npages)
    ]
    places = [BioVec(pages[n], size, 0) for n, size in enumerate(sizes)]
    return BvecPtr(KArray[BioVec](places), 0)


def push_pages(
    pipe: PipeInodeInfo, pages: PageArray, npages: int, remain: int
) -> None:
    """Put pages with `remain` bytes in all into the pipe, which owns them then.

    In C this is a part of direct_splice_read().
    """
    for index in range(npages):
        chunk = min(remain, PAGE_SIZE)
        buf = PipeBuffer(default_pipe_buf_ops, pages[index], 0, chunk)
        pipe_set_buf(pipe, pipe.head, buf)
        pipe.head += 1
        remain -= chunk


@PATCH.adds("fs/splice.c")
def direct_splice_read(
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

    reclaim = npages * PAGE_SIZE
    remain = 0
    if ret > 0:
        reclaim -= ret
        remain = ret
        ppos[0] = kiocb.ki_pos
    elif ret == -EFAULT:
        ret = -EAGAIN

    # Pages that nothing was read into go before the others are pushed.
    reclaim //= PAGE_SIZE
    if reclaim:
        npages -= reclaim
        release_pages(pages.plus(npages), reclaim)

    push_pages(pipe, pages, npages, remain)
    return ret
