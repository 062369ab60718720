"""A pipe is filled page by page: what uses append_pipe().

The rest of Linux kernel commit 746de1f86fcd ("pipe_get_pages(): switch to
append_pipe()") (in v6.0): see pipe_append.py.
"""

from pintutor.linux.include.linux.highmem import memcpy_to_page
from pintutor.linux.include.linux.mm_types import PAGE_SIZE
from pintutor.linux.include.linux.uio import Extracted, IovIter, Pages
from pintutor.linux.include.uapi.errno import EFAULT, ENOMEM
from pintutor.linux.lib import iov_iter_copy, iov_iter_pages, iov_iter_shape
from pintutor.linux.lib.iov_iter_pipe import iter_pipe, sanity
from pintutor.linux.mm.page_alloc import get_page
from pintutor.patches.between import iter_is_aligned, pipe_append
from pintutor.patches.between.get_pages_advance import want_pages_array
from pintutor.patches.between.pipe_append import append_pipe

PATCH = pipe_append.PATCH


@PATCH.adds("lib/iov_iter.c")
def pipe_room(i: IovIter) -> tuple[int, int]:
    """How many pages the pipe still takes, and the offset in the first.

    In C this is pipe_npages() with a pointer for the number.
    """
    pipe = iter_pipe(i)
    npages = max(pipe.max_usage - (pipe.head - pipe.tail), 0)
    if 0 < i.last_offset < PAGE_SIZE:
        return npages + 1, i.last_offset
    return npages, 0


@PATCH.replaces(iov_iter_shape.pipe_npages)
def pipe_npages(i: IovIter) -> int:
    """How many pages the pipe still takes, one that is partly full too."""
    if not sanity(i):
        return 0
    npages, _ = pipe_room(i)
    return npages


@PATCH.replaces(iov_iter_shape.pipe_alignment)
def pipe_alignment(i: IovIter) -> int:
    """The offset in a buffer that is added to, and the length left.

    In C this is a branch of iov_iter_alignment().
    """
    if i.count and i.last_offset > 0:
        return i.count | i.last_offset
    return i.count


@PATCH.replaces(iter_is_aligned.iov_iter_aligned_pipe)
def iov_iter_aligned_pipe(i: IovIter, addr_mask: int, len_mask: int) -> bool:
    """True when the pipe goes on at an aligned offset.

    In C this is a branch of iov_iter_is_aligned().
    """
    if i.count & len_mask:
        return False
    if i.count and i.last_offset > 0:
        return not i.last_offset & addr_mask
    return True


@PATCH.replaces(iov_iter_copy.copy_pipe_to_iter)
def copy_pipe_to_iter(addr: bytes, bytes_: int, i: IovIter) -> int:
    """Copy into new pages in the pipe; returns bytes."""
    bytes_ = min(bytes_, i.count)
    if not bytes_ or not sanity(i):
        return 0
    n = bytes_
    while n:
        page, off = append_pipe(i, n)
        if page is None:
            return bytes_ - n
        chunk = min(n, PAGE_SIZE - off)
        done = bytes_ - n
        memcpy_to_page(page, off, addr[done : done + chunk])
        n -= chunk
    return bytes_


@PATCH.replaces(iov_iter_pages.pipe_get_pages)
def pipe_get_pages(
    i: IovIter, pages: Pages, maxsize: int, maxpages: int
) -> Extracted:
    """New pages in the pipe, each with a reference beside the pipe's own."""
    if not sanity(i):
        return Extracted(-EFAULT, 0, pages)
    npages, start = pipe_room(i)
    if not npages:
        return Extracted(-EFAULT, start, pages)
    npages = min(npages, maxpages)
    count, pages = want_pages_array(pages, maxsize, start, npages)
    if not count:
        return Extracted(-ENOMEM, start, pages)
    left = maxsize
    n = 0
    while n < count:
        page, off = append_pipe(i, left)
        if page is None:
            break
        pages[n] = page
        get_page(page)
        n += 1
        left -= min(left, PAGE_SIZE - off)
    if not n:
        return Extracted(-EFAULT, start, pages)
    return Extracted(maxsize - left, start, pages)
