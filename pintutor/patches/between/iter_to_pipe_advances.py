"""vmsplice gets pages and advances in one call.

What could not be put into the pipe is taken back afterwards, where before the
iterator went on by each part that could.

Linux kernel commit 7d690c157c58 ("iter_to_pipe(): switch to advancing variant
of iov_iter_get_pages()") (in v6.0).
"""

from pintutor.linux.fs import vmsplice
from pintutor.linux.fs.vmsplice import ALL, PAGES, page_to_pipe
from pintutor.linux.include.linux.math import DIV_ROUND_UP
from pintutor.linux.include.linux.mm_types import PAGE_SIZE, Page, PageArray
from pintutor.linux.include.linux.pipe_fs_i import PipeInodeInfo
from pintutor.linux.include.linux.uio import IovIter, iov_iter_count
from pintutor.linux.lib.iov_iter import iov_iter_revert
from pintutor.linux.mm.page_alloc import put_page
from pintutor.patches.between.get_pages2 import iov_iter_get_pages2
from pintutor.patches.patch import Patch
from pintutor.sim.objects import KArray

PATCH = Patch(
    "iter-to-pipe-advances",
    "iter_to_pipe(): switch to advancing variant of iov_iter_get_pages()",
    commit="7d690c157c58",
    release="v6.0",
    author="Al Viro",
    needs=("get-pages2",),
)


@PATCH.replaces(vmsplice.iter_to_pipe)
def iter_to_pipe(from_: IovIter, pipe: PipeInodeInfo, flags: int) -> int:
    """Put the pages of the iterator into the pipe, a reference to each.

    Returns: bytes, or an error when there is none.
    """
    total = 0
    ret = 0
    while iov_iter_count(from_) and ret >= 0:
        pages = PageArray(KArray[Page | None]([None] * PAGES))
        left, start, _ = iov_iter_get_pages2(from_, pages, ALL, PAGES)
        if left <= 0:
            ret = left
            break
        n = DIV_ROUND_UP(left + start, PAGE_SIZE)
        for i in range(n):
            size = min(left, PAGE_SIZE - start)
            ret = page_to_pipe(pages[i], start, size, pipe, flags)
            if ret < 0:
                iov_iter_revert(from_, left)
                # add_to_pipe() has dropped this one.
                for rest in range(i + 1, n):
                    put_page(pages[rest])
                break
            total += ret
            left -= size
            start = 0
    return total or ret
