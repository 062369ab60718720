"""A reference to each page of an iterator (lib/iov_iter.c, Linux v5.17).

The iterator stays where it is: the caller advances it by what it has used.
"""

from pintutor.linux.include.linux.limits import UINT_MAX
from pintutor.linux.include.linux.math import DIV_ROUND_UP
from pintutor.linux.include.linux.mm import (
    FOLL_NOFAULT,
    FOLL_WRITE,
    nth_page,
)
from pintutor.linux.include.linux.mm_types import (
    PAGE_MASK,
    PAGE_SHIFT,
    PAGE_SIZE,
    AddressSpace,
    Page,
    PageArray,
)
from pintutor.linux.include.linux.pipe_fs_i import pipe_buf, pipe_occupancy
from pintutor.linux.include.linux.uio import (
    WRITE,
    Extracted,
    IovIter,
    iov_iter_is_bvec,
    iov_iter_is_pipe,
    iov_iter_is_xarray,
    iov_iter_rw,
    iter_is_iovec,
)
from pintutor.linux.include.uapi.errno import EFAULT
from pintutor.linux.lib.iov_iter_pipe import (
    data_start,
    iter_pipe,
    push_pipe,
    sanity,
)
from pintutor.linux.mm.filemap import i_pages
from pintutor.linux.mm.gup_api import get_user_pages_fast
from pintutor.linux.mm.page_alloc import get_page
from pintutor.sim.errors import KernelBug
from pintutor.sim.function import kernel_function
from pintutor.sim.objects import KArray


def get_pages_array(n: int) -> PageArray:
    """Room for `n` pages."""
    return PageArray(KArray[Page | None]([None] * n))


@kernel_function("lib/iov_iter.c")
def iov_iter_get_pages(
    i: IovIter, pages: PageArray, maxsize: int, maxpages: int
) -> Extracted:
    """Reference the pages of the current segment.

    Returns: bytes, 0 for none wanted, -EFAULT where there are no pages.
    """
    maxsize = min(maxsize, i.count)
    if not maxsize:
        return Extracted(0, 0, pages)

    if iter_is_iovec(i):
        return iter_user_get_pages(i, pages, maxsize, maxpages)
    if iov_iter_is_bvec(i):
        page, len_, start = first_bvec_segment(i, maxsize, maxpages)
        for k in range(DIV_ROUND_UP(len_, PAGE_SIZE)):
            pages[k] = nth_page(page, k)
            get_page(pages[k])
        return Extracted(len_ - start, start, pages)
    if iov_iter_is_pipe(i):
        return pipe_get_pages(i, pages, maxsize, maxpages)
    if iov_iter_is_xarray(i):
        return iter_xarray_get_pages(i, pages, maxsize, maxpages)
    return Extracted(-EFAULT, 0, pages)


@kernel_function("lib/iov_iter.c")
def iter_user_get_pages(
    i: IovIter, pages: PageArray, maxsize: int, maxpages: int
) -> Extracted:
    """Reference the pages of a segment of user memory, faulting them in.

    In C this is a branch of iov_iter_get_pages().
    """
    gup_flags = 0
    if iov_iter_rw(i) != WRITE:
        gup_flags |= FOLL_WRITE
    if i.nofault:
        gup_flags |= FOLL_NOFAULT

    addr, len_, start = first_iovec_segment(i, maxsize, maxpages)
    n = DIV_ROUND_UP(len_, PAGE_SIZE)
    res = get_user_pages_fast(addr, n, gup_flags, pages)
    if res <= 0:
        return Extracted(res, start, pages)
    ret = (len_ if res == n else res * PAGE_SIZE) - start
    return Extracted(ret, start, pages)


@kernel_function("lib/iov_iter.c")
def first_iovec_segment(
    i: IovIter, maxsize: int, maxpages: int
) -> tuple[int, int, int]:
    """The first segment that is not empty: its first page and what of it fits.

    Returns: the address of the page, bytes from there on, and how many of them
    lie before the segment.
    """
    assert i.iov is not None, "the iterator has segments"
    skip = i.iov_offset
    for k in range(i.nr_segs):
        addr = i.iov.at(k).iov_base + skip
        len_ = i.iov.at(k).iov_len - skip
        skip = 0
        if not len_:
            continue
        start = addr % PAGE_SIZE
        len_ = min(len_, maxsize) + start
        len_ = min(len_, maxpages * PAGE_SIZE)
        return addr & PAGE_MASK, len_, start
    raise KernelBug("first_iovec_segment: the iterator is empty")


@kernel_function("lib/iov_iter.c")
def first_bvec_segment(
    i: IovIter, maxsize: int, maxpages: int
) -> tuple[Page, int, int]:
    """The current segment, even when it is empty: as first_iovec_segment()."""
    assert i.bvec is not None, "the iterator has segments"
    skip = i.iov_offset
    len_ = min(i.bvec.at(0).bv_len - skip, maxsize)
    skip += i.bvec.at(0).bv_offset
    page = nth_page(i.bvec.at(0).bv_page, skip // PAGE_SIZE)
    start = skip % PAGE_SIZE
    len_ = min(len_ + start, maxpages * PAGE_SIZE)
    return page, len_, start


@kernel_function("lib/iov_iter.c")
def pipe_get_pages(
    i: IovIter, pages: PageArray, maxsize: int, maxpages: int
) -> Extracted:
    """New pages in the pipe, each with a reference beside the pipe's own."""
    if not sanity(i):
        return Extracted(-EFAULT, 0, pages)
    pipe = iter_pipe(i)
    iter_head, start = data_start(i)
    npages = max(pipe.max_usage - pipe_occupancy(iter_head, pipe.tail), 0)
    capacity = min(npages, maxpages) * PAGE_SIZE - start

    n, iter_head, start = push_pipe(i, min(maxsize, max(capacity, 0)))
    if not n:
        return Extracted(-EFAULT, start, pages)
    for k in range(DIV_ROUND_UP(n + start, PAGE_SIZE)):
        pages[k] = pipe_buf(pipe, iter_head + k).page
        get_page(pages[k])
    return Extracted(n, start, pages)


@kernel_function("lib/iov_iter.c")
def iter_xarray_get_pages(
    i: IovIter, pages: PageArray, maxsize: int, maxpages: int
) -> Extracted:
    """Reference the cached pages of a file up to the first that is missing."""
    assert i.xarray is not None, "the iterator has a file"
    pos = i.xarray_start + i.iov_offset
    index = pos >> PAGE_SHIFT
    offset = pos & ~PAGE_MASK

    count = min(DIV_ROUND_UP(maxsize + offset, PAGE_SIZE), maxpages)
    nr = iter_xarray_populate_pages(pages, i.xarray, index, count)
    if nr == 0:
        return Extracted(0, offset, pages)
    return Extracted(min(nr * PAGE_SIZE - offset, maxsize), offset, pages)


@kernel_function("lib/iov_iter.c")
def iter_xarray_populate_pages(
    pages: PageArray, xa: AddressSpace, index: int, nr_pages: int
) -> int:
    """Reference cached pages from `index` on; returns how many."""
    ret = 0
    for page in i_pages(xa).items[index : index + nr_pages]:
        if page is None:
            break
        pages[ret] = page
        get_page(page)
        ret += 1
    return ret


@kernel_function("lib/iov_iter.c")
def iov_iter_get_pages_alloc(i: IovIter, maxsize: int) -> Extracted:
    """Reference the pages of the current segment in an array made for them."""
    maxsize = min(maxsize, i.count)
    pages = get_pages_array(DIV_ROUND_UP(maxsize, PAGE_SIZE) + 1)
    got = iov_iter_get_pages(i, pages, maxsize, UINT_MAX)
    return got if got.ret > 0 else got._replace(pages=None)
