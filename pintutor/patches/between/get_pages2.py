"""Getting pages and advancing by what was got, in one call.

Nearly every caller advanced right after it had the pages. What was got without
advancing had to be advanced somewhere, and some errors forgot to.

Linux kernel commit 1ef255e25717 ("iov_iter: advancing variants of
iov_iter_get_pages{,_alloc}()") (in v6.0). Here they are made of the old ones.
"""

from pintutor.linux.include.linux.mm_types import PageArray
from pintutor.linux.include.linux.uio import Extracted, IovIter
from pintutor.linux.lib.iov_iter_move import iov_iter_advance
from pintutor.linux.lib.iov_iter_pages import (
    iov_iter_get_pages,
    iov_iter_get_pages_alloc,
)
from pintutor.patches.patch import Patch

PATCH = Patch(
    "get-pages2",
    "iov_iter: advancing variants of iov_iter_get_pages{,_alloc}()",
    commit="1ef255e25717",
    release="v6.0",
    author="Al Viro",
    needs=("iter-ubuf",),
)


@PATCH.adds("lib/iov_iter.c")
def iov_iter_get_pages2(
    i: IovIter, pages: PageArray, maxsize: int, maxpages: int
) -> Extracted:
    """Reference the pages of the current segment, and advance past them."""
    got = iov_iter_get_pages(i, pages, maxsize, maxpages)
    if got.ret >= 0:
        iov_iter_advance(i, got.ret)
    return got


@PATCH.adds("lib/iov_iter.c")
def iov_iter_get_pages_alloc2(i: IovIter, maxsize: int) -> Extracted:
    """Reference pages in an array made for them, and advance past them."""
    got = iov_iter_get_pages_alloc(i, maxsize)
    if got.ret >= 0:
        iov_iter_advance(i, got.ret)
    return got
