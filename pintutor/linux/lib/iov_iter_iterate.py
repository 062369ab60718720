"""Walking an iterator piece by piece (lib/iov_iter.c, Linux v5.17).

In C these are macros, and inline functions since v6.7. They call a step for
each piece that has one address: with the address, how far the walk is, the
length, and the caller's buffer. The step returns how many bytes it left.
"""

from collections.abc import Callable

from pintutor.linux.include.linux.mm import nth_page
from pintutor.linux.include.linux.mm_types import PAGE_SIZE
from pintutor.linux.include.linux.uio import (
    IovIter,
    iov_iter_is_bvec,
    iov_iter_is_kvec,
    iov_iter_is_xarray,
    iter_is_iovec,
)
from pintutor.linux.mm.filemap import i_pages
from pintutor.linux.mm.vmalloc import page_address
from pintutor.sim.function import kernel_function
from pintutor.sim.objects import KArray

Step = Callable[[int, int, int, KArray[bytes]], int]
"""What is done with one piece."""


@kernel_function("lib/iov_iter.c")
def iterate_and_advance(
    i: IovIter, n: int, priv: KArray[bytes], ustep: Step, step: Step
) -> int:
    """Do a step with each piece of the next `n` bytes, and advance.

    Returns: bytes; fewer when user memory could not be had.
    """
    n = min(n, i.count)
    if n:
        if iter_is_iovec(i):
            n = iterate_iovec(i, n, priv, ustep)
        elif iov_iter_is_bvec(i):
            n = iterate_bvec(i, n, priv, step)
        elif iov_iter_is_kvec(i):
            n = iterate_iovec(i, n, priv, step)
        elif iov_iter_is_xarray(i):
            n = iterate_xarray(i, n, priv, step)
        i.count -= n
    return n


@kernel_function("lib/iov_iter.c")
def iterate_iovec(i: IovIter, n: int, priv: KArray[bytes], step: Step) -> int:
    """Do the steps over iovecs or kvecs."""
    assert i.iov is not None, "the iterator has segments"
    off = 0
    skip = i.iov_offset
    p = i.iov
    while True:
        len_ = min(n, p.at(0).iov_len - skip)
        if len_:
            len_ -= step(p.at(0).iov_base + skip, off, len_, priv)
            off += len_
            skip += len_
            n -= len_
            if skip < p.at(0).iov_len:
                break
        p = p.plus(1)
        skip = 0
        if not n:
            break
    i.iov_offset = skip
    i.nr_segs -= p.nr - i.iov.nr
    i.iov = p
    return off


@kernel_function("lib/iov_iter.c")
def iterate_bvec(i: IovIter, n: int, priv: KArray[bytes], step: Step) -> int:
    """Do the steps over bvecs, page by page."""
    assert i.bvec is not None, "the iterator has segments"
    off = 0
    skip = i.iov_offset
    p = i.bvec
    while n:
        offset = p.at(0).bv_offset + skip
        page = nth_page(p.at(0).bv_page, offset // PAGE_SIZE)
        base = page_address(page) + offset % PAGE_SIZE
        len_ = min(n, p.at(0).bv_len - skip, PAGE_SIZE - offset % PAGE_SIZE)
        left = step(base, off, len_, priv)
        len_ -= left
        off += len_
        skip += len_
        if skip == p.at(0).bv_len:
            skip = 0
            p = p.plus(1)
        n -= len_
        if left:
            break
    i.iov_offset = skip
    i.nr_segs -= p.nr - i.bvec.nr
    i.bvec = p
    return off


@kernel_function("lib/iov_iter.c")
def iterate_xarray(i: IovIter, n: int, priv: KArray[bytes], step: Step) -> int:
    """Do the steps over cached pages of a file.

    A page that is missing is passed over as if it were not part of the file:
    the caller sees to it that none is.
    """
    assert i.xarray is not None, "the iterator has a file"
    off = 0
    start = i.xarray_start + i.iov_offset
    for page in i_pages(i.xarray).items[start // PAGE_SIZE :]:
        if page is None:
            continue
        offset = (start + off) % PAGE_SIZE
        len_ = min(n, PAGE_SIZE - offset)
        left = step(page_address(page) + offset, off, len_, priv)
        len_ -= left
        off += len_
        n -= len_
        if left or n == 0:
            break
    i.iov_offset += off
    return off
