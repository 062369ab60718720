"""ITER_UBUF where an iterator is looked at, copied, or its pages are taken.

The rest of Linux kernel commit fcb14cb1bdac ("new iov_iter flavour -
ITER_UBUF") (in v6.0): see iter_ubuf.py.
"""

from pintutor.linux.include.linux.bug import warn_on_once
from pintutor.linux.include.linux.limits import UINT_MAX
from pintutor.linux.include.linux.math import DIV_ROUND_UP
from pintutor.linux.include.linux.mm import nth_page
from pintutor.linux.include.linux.mm_types import (
    PAGE_MASK,
    PAGE_SIZE,
    PageArray,
)
from pintutor.linux.include.linux.uio import (
    Extracted,
    IovIter,
    iov_iter_is_bvec,
    iov_iter_is_kvec,
    iov_iter_is_pipe,
    iov_iter_is_xarray,
    iter_is_iovec,
    iter_is_ubuf,
    user_backed_iter,
)
from pintutor.linux.include.uapi.errno import EFAULT
from pintutor.linux.lib import iov_iter_iterate as iterate
from pintutor.linux.lib import iov_iter_pages
from pintutor.linux.lib import iov_iter_shape as shape
from pintutor.linux.lib.iov_iter_iterate import (
    Step,
    iterate_bvec,
    iterate_iovec,
    iterate_xarray,
)
from pintutor.linux.lib.iov_iter_pages import (
    first_bvec_segment,
    iter_user_get_pages,
    iter_xarray_get_pages,
    pipe_get_pages,
)
from pintutor.linux.lib.iov_iter_shape import (
    bvec_npages,
    iov_iter_alignment_bvec,
    iov_iter_alignment_iovec,
    iov_npages,
    pipe_alignment,
    pipe_npages,
)
from pintutor.linux.mm.page_alloc import get_page
from pintutor.patches.between import iter_ubuf
from pintutor.sim.errors import KernelBug
from pintutor.sim.objects import KArray

PATCH = iter_ubuf.PATCH


@PATCH.replaces(iov_iter_pages.iov_iter_get_pages)
def iov_iter_get_pages(
    i: IovIter, pages: PageArray, maxsize: int, maxpages: int
) -> Extracted:
    """Reference the pages of the current segment.

    Returns: bytes, 0 for none wanted, -EFAULT where there are no pages.
    """
    maxsize = min(maxsize, i.count)
    if not maxsize:
        return Extracted(0, 0, pages)

    if user_backed_iter(i):
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


@PATCH.replaces(iov_iter_pages.first_iovec_segment)
def first_iovec_segment(
    i: IovIter, maxsize: int, maxpages: int
) -> tuple[int, int, int]:
    """The first segment that is not empty: its first page and what of it fits.

    Returns: the address of the page, bytes from there on, and how many of them
    lie before the segment.
    """
    if iter_is_ubuf(i):
        addr = i.ubuf + i.iov_offset
        start = addr % PAGE_SIZE
        len_ = min(maxsize + start, maxpages * PAGE_SIZE)
        return addr & PAGE_MASK, len_, start
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


@PATCH.replaces(shape.iov_iter_npages)
def iov_iter_npages(i: IovIter, maxpages: int) -> int:
    """How many pages are left, at most `maxpages`.

    A page that two segments share counts twice.
    """
    if not i.count:
        return 0
    if iter_is_ubuf(i):
        offs = (i.ubuf + i.iov_offset) % PAGE_SIZE
        return min(DIV_ROUND_UP(offs + i.count, PAGE_SIZE), maxpages)
    if iter_is_iovec(i) or iov_iter_is_kvec(i):
        return iov_npages(i, maxpages)
    if iov_iter_is_bvec(i):
        return bvec_npages(i, maxpages)
    if iov_iter_is_pipe(i):
        return min(pipe_npages(i), maxpages)
    if iov_iter_is_xarray(i):
        offset = (i.xarray_start + i.iov_offset) % PAGE_SIZE
        return min(DIV_ROUND_UP(offset + i.count, PAGE_SIZE), maxpages)
    return 0


@PATCH.replaces(shape.iov_iter_alignment)
def iov_iter_alignment(i: IovIter) -> int:
    """All addresses and lengths that are left, or-ed together."""
    if iter_is_ubuf(i):
        return (i.ubuf + i.iov_offset) | i.count if i.count else 0
    if iter_is_iovec(i) or iov_iter_is_kvec(i):
        return iov_iter_alignment_iovec(i)
    if iov_iter_is_bvec(i):
        return iov_iter_alignment_bvec(i)
    if iov_iter_is_pipe(i):
        return pipe_alignment(i)
    if iov_iter_is_xarray(i):
        return (i.xarray_start + i.iov_offset) | i.count
    return 0


@PATCH.replaces(shape.iov_iter_gap_alignment)
def iov_iter_gap_alignment(i: IovIter) -> int:
    """The ends and starts where two segments meet, or-ed together."""
    if iter_is_ubuf(i):
        return 0
    if warn_on_once(not iter_is_iovec(i), "iov_iter_gap_alignment: type"):
        return UINT_MAX
    assert i.iov is not None, "the iterator has segments"
    res = 0
    v = 0
    size = i.count
    for k in range(i.nr_segs):
        if i.iov.at(k).iov_len:
            base = i.iov.at(k).iov_base
            if v:
                res |= base | v
            v = base + i.iov.at(k).iov_len
            if size <= i.iov.at(k).iov_len:
                break
            size -= i.iov.at(k).iov_len
    return res


@PATCH.replaces(iterate.iterate_and_advance)
def iterate_and_advance(
    i: IovIter, n: int, priv: KArray[bytes], ustep: Step, step: Step
) -> int:
    """Do a step with each piece of the next `n` bytes, and advance.

    Returns: bytes; fewer when user memory could not be had.
    """
    n = min(n, i.count)
    if n:
        if iter_is_ubuf(i):
            n -= ustep(i.ubuf + i.iov_offset, 0, n, priv)
            i.iov_offset += n
        elif iter_is_iovec(i):
            n = iterate_iovec(i, n, priv, ustep)
        elif iov_iter_is_bvec(i):
            n = iterate_bvec(i, n, priv, step)
        elif iov_iter_is_kvec(i):
            n = iterate_iovec(i, n, priv, step)
        elif iov_iter_is_xarray(i):
            n = iterate_xarray(i, n, priv, step)
        i.count -= n
    return n
