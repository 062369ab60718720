"""Getting pages advances the iterator; there is no other way any more.

All callers use the advancing variants, so these do the work themselves, and
the array is allocated in one place. It is as long as the pages that the segment
touches: none wanted is -ENOMEM then, as for an empty segment in front.

Linux kernel commit eba2d3d79829 ("get rid of non-advancing variants") (in
v6.0), with what led to it in that series, such as commit 3cf42da327f2
("iov_iter: saner helper for page array allocation").
"""

from pintutor.linux.include.linux.bug import warn_on_once
from pintutor.linux.include.linux.math import DIV_ROUND_UP
from pintutor.linux.include.linux.mm import FOLL_NOFAULT, FOLL_WRITE, nth_page
from pintutor.linux.include.linux.mm_types import (
    PAGE_MASK,
    PAGE_SIZE,
    Page,
    PageArray,
)
from pintutor.linux.include.linux.uio import (
    WRITE,
    Extracted,
    IovIter,
    Pages,
    iov_iter_rw,
    iter_is_ubuf,
)
from pintutor.linux.include.uapi.errno import ENOMEM
from pintutor.linux.lib import iov_iter_pages as base
from pintutor.linux.lib.iov_iter_move import iov_iter_advance
from pintutor.linux.lib.iov_iter_pages import (
    get_pages_array,
)
from pintutor.linux.mm.gup_api import get_user_pages_fast
from pintutor.linux.mm.page_alloc import get_page
from pintutor.patches.patch import Patch
from pintutor.sim.errors import KernelBug

PATCH = Patch(
    "get-pages-advance",
    "get rid of non-advancing variants",
    commit="eba2d3d79829",
    release="v6.0",
    author="Al Viro",
    needs=("iter-ubuf", "get-pages2", "iter-to-pipe-advances"),
)

PATCH.removes(base.iov_iter_get_pages, __name__)
PATCH.removes(base.iov_iter_get_pages_alloc, __name__)


@PATCH.adds("lib/iov_iter.c")
def want_pages_array(
    res: PageArray | None, size: int, start: int, maxpages: int
) -> tuple[int, PageArray]:
    """How many pages are wanted, and the array for them."""
    count = min(DIV_ROUND_UP(size + start, PAGE_SIZE), maxpages)
    warn_on_once(not count, "want_pages_array: none")
    return count, get_pages_array(count) if res is None else res


@PATCH.replaces(base.iter_user_get_pages)
def iter_user_get_pages(
    i: IovIter, pages: Pages, maxsize: int, maxpages: int
) -> Extracted:
    """Reference the pages of a segment of user memory, faulting them in.

    In C this is a branch of __iov_iter_get_pages_alloc().
    """
    gup_flags = 0
    if iov_iter_rw(i) != WRITE:
        gup_flags |= FOLL_WRITE
    if i.nofault:
        gup_flags |= FOLL_NOFAULT

    addr, maxsize = first_iovec_segment(i, maxsize)
    start = addr % PAGE_SIZE
    addr &= PAGE_MASK
    n, pages = want_pages_array(pages, maxsize, start, maxpages)
    if not n:
        return Extracted(-ENOMEM, start, pages)
    res = get_user_pages_fast(addr, n, gup_flags, pages)
    if res <= 0:
        return Extracted(res, start, pages)
    maxsize = min(maxsize, res * PAGE_SIZE - start)
    iov_iter_advance(i, maxsize)
    return Extracted(maxsize, start, pages)


@PATCH.replaces(base.first_iovec_segment)
def first_iovec_segment(i: IovIter, size: int) -> tuple[int, int]:
    """The first address in a segment that is not empty, and what of it fits."""
    if iter_is_ubuf(i):
        return i.ubuf + i.iov_offset, size
    assert i.iov is not None, "the iterator has segments"
    skip = i.iov_offset
    for k in range(i.nr_segs):
        len_ = i.iov.at(k).iov_len - skip
        if len_:
            return i.iov.at(k).iov_base + skip, min(size, len_)
        skip = 0
    raise KernelBug("first_iovec_segment: the iterator is empty")


@PATCH.adds("lib/iov_iter.c")
def iter_bvec_get_pages(
    i: IovIter, pages: Pages, maxsize: int, maxpages: int
) -> Extracted:
    """Reference the pages of the current bvec, even when it is empty.

    In C this is a branch of __iov_iter_get_pages_alloc().
    """
    assert i.bvec is not None, "the iterator has segments"
    page, maxsize, start = first_bvec_segment(i, maxsize)
    n, pages = want_pages_array(pages, maxsize, start, maxpages)
    if not n:
        return Extracted(-ENOMEM, start, pages)
    for k in range(n):
        pages[k] = nth_page(page, k)
        get_page(pages[k])
    maxsize = min(maxsize, n * PAGE_SIZE - start)
    i.count -= maxsize
    i.iov_offset += maxsize
    if i.iov_offset == i.bvec.at(0).bv_len:
        i.iov_offset = 0
        i.bvec = i.bvec.plus(1)
        i.nr_segs -= 1
    return Extracted(maxsize, start, pages)


@PATCH.replaces(base.first_bvec_segment)
def first_bvec_segment(i: IovIter, size: int) -> tuple[Page, int, int]:
    """The first page of the current bvec, what of it fits, and the offset."""
    assert i.bvec is not None, "the iterator has segments"
    skip = i.iov_offset
    size = min(size, i.bvec.at(0).bv_len - skip)
    skip += i.bvec.at(0).bv_offset
    page = nth_page(i.bvec.at(0).bv_page, skip // PAGE_SIZE)
    return page, size, skip % PAGE_SIZE
