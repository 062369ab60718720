"""Getting pages advances the iterator: pipes, files, and the entry points.

The rest of Linux kernel commit eba2d3d79829 ("get rid of non-advancing
variants") (in v6.0): see get_pages_advance.py.
"""

from pintutor.linux.include.linux.limits import UINT_MAX
from pintutor.linux.include.linux.math import DIV_ROUND_UP
from pintutor.linux.include.linux.mm_types import (
    PAGE_MASK,
    PAGE_SHIFT,
    PAGE_SIZE,
    PageArray,
)
from pintutor.linux.include.linux.pipe_fs_i import pipe_buf, pipe_occupancy
from pintutor.linux.include.linux.uio import (
    MAX_RW_COUNT,
    Extracted,
    IovIter,
    Pages,
    iov_iter_is_bvec,
    iov_iter_is_pipe,
    iov_iter_is_xarray,
    user_backed_iter,
)
from pintutor.linux.include.uapi.errno import EFAULT, ENOMEM
from pintutor.linux.lib import iov_iter_pages as base
from pintutor.linux.lib.iov_iter_move import iov_iter_advance
from pintutor.linux.lib.iov_iter_pages import (
    iter_xarray_populate_pages,
)
from pintutor.linux.lib.iov_iter_pipe import (
    data_start,
    iter_pipe,
    push_pipe,
    sanity,
)
from pintutor.linux.mm.page_alloc import get_page
from pintutor.patches.between import get_pages2, get_pages_advance
from pintutor.patches.between.get_pages_advance import (
    iter_bvec_get_pages,
    iter_user_get_pages,
    want_pages_array,
)

PATCH = get_pages_advance.PATCH


@PATCH.adds("lib/iov_iter.c")
def __iov_iter_get_pages_alloc(
    i: IovIter, pages: Pages, maxsize: int, maxpages: int
) -> Extracted:
    """Reference the pages of the current segment, and advance past them.

    Returns: bytes, 0 for none wanted, -EFAULT where there are no pages.
    """
    maxsize = min(maxsize, i.count)
    if not maxsize:
        return Extracted(0, 0, pages)
    maxsize = min(maxsize, MAX_RW_COUNT)

    if user_backed_iter(i):
        return iter_user_get_pages(i, pages, maxsize, maxpages)
    if iov_iter_is_bvec(i):
        return iter_bvec_get_pages(i, pages, maxsize, maxpages)
    if iov_iter_is_pipe(i):
        return pipe_get_pages(i, pages, maxsize, maxpages)
    if iov_iter_is_xarray(i):
        return iter_xarray_get_pages(i, pages, maxsize, maxpages)
    return Extracted(-EFAULT, 0, pages)


@PATCH.replaces(base.pipe_get_pages)
def pipe_get_pages(
    i: IovIter, pages: Pages, maxsize: int, maxpages: int
) -> Extracted:
    """New pages in the pipe, each with a reference beside the pipe's own."""
    if not sanity(i):
        return Extracted(-EFAULT, 0, pages)
    pipe = iter_pipe(i)
    iter_head, start = data_start(i)
    npages = max(pipe.max_usage - pipe_occupancy(iter_head, pipe.tail), 0)
    if not npages:
        return Extracted(-EFAULT, start, pages)
    npages = min(npages, maxpages)
    count, pages = want_pages_array(pages, maxsize, start, npages)
    if not count:
        return Extracted(-ENOMEM, start, pages)
    n, iter_head, start = push_pipe(i, min(maxsize, count * PAGE_SIZE - start))
    if not n:
        return Extracted(-EFAULT, start, pages)
    for k in range(DIV_ROUND_UP(n + start, PAGE_SIZE)):
        pages[k] = pipe_buf(pipe, iter_head + k).page
        get_page(pages[k])
    iov_iter_advance(i, n)
    return Extracted(n, start, pages)


@PATCH.replaces(base.iter_xarray_get_pages)
def iter_xarray_get_pages(
    i: IovIter, pages: Pages, maxsize: int, maxpages: int
) -> Extracted:
    """Reference the cached pages of a file up to the first that is missing."""
    assert i.xarray is not None, "the iterator has a file"
    pos = i.xarray_start + i.iov_offset
    index = pos >> PAGE_SHIFT
    offset = pos & ~PAGE_MASK

    count, pages = want_pages_array(pages, maxsize, offset, maxpages)
    if not count:
        return Extracted(-ENOMEM, offset, pages)
    nr = iter_xarray_populate_pages(pages, i.xarray, index, count)
    if nr == 0:
        return Extracted(0, offset, pages)
    maxsize = min(nr * PAGE_SIZE - offset, maxsize)
    i.iov_offset += maxsize
    i.count -= maxsize
    return Extracted(maxsize, offset, pages)


@PATCH.replaces(get_pages2.iov_iter_get_pages2)
def iov_iter_get_pages2(
    i: IovIter, pages: PageArray, maxsize: int, maxpages: int
) -> Extracted:
    """Reference the pages of the current segment, and advance past them."""
    if not maxpages:
        return Extracted(0, 0, pages)
    return __iov_iter_get_pages_alloc(i, pages, maxsize, maxpages)


@PATCH.replaces(get_pages2.iov_iter_get_pages_alloc2)
def iov_iter_get_pages_alloc2(i: IovIter, maxsize: int) -> Extracted:
    """Reference pages in an array made for them, and advance past them."""
    got = __iov_iter_get_pages_alloc(i, None, maxsize, UINT_MAX)
    return got if got.ret > 0 else got._replace(pages=None)
