"""Direct I/O extracts pages, and nobody gets them with flags any more.

What is left are the two functions that take references and advance. They take
no flags, so memory of another device is had by extraction alone.

Linux kernel commit 84bd06c632c6 ("iov_iter: remove iov_iter_get_pages and
iov_iter_get_pages_alloc") (in v6.5).
"""

from pintutor.linux.include.linux.limits import UINT_MAX
from pintutor.linux.include.linux.mm import FOLL_NOFAULT, FOLL_WRITE
from pintutor.linux.include.linux.mm_types import (
    PAGE_MASK,
    PAGE_SIZE,
    PageArray,
)
from pintutor.linux.include.linux.uio import (
    MAX_RW_COUNT,
    WRITE,
    Extracted,
    IovIter,
    Pages,
    iov_iter_is_bvec,
    iov_iter_is_xarray,
    iov_iter_rw,
    user_backed_iter,
)
from pintutor.linux.include.uapi.errno import EFAULT, ENOMEM
from pintutor.linux.lib import iov_iter_pages as base
from pintutor.linux.lib.iov_iter_move import iov_iter_advance
from pintutor.linux.mm.gup_api import get_user_pages_fast
from pintutor.patches.between import get_pages2
from pintutor.patches.between import get_pages_advance_kernel as advance
from pintutor.patches.between.get_pages_advance import (
    first_iovec_segment,
    iter_bvec_get_pages,
    want_pages_array,
)
from pintutor.patches.between.get_pages_advance_kernel import (
    iter_xarray_get_pages,
)
from pintutor.patches.patch import Patch

PATCH = Patch(
    "get-pages-removed",
    "iov_iter: remove iov_iter_get_pages and iov_iter_get_pages_alloc",
    commit="84bd06c632c6",
    release="v6.5",
    author="Christoph Hellwig",
    needs=(
        "iter-ubuf",
        "get-pages2",
        "get-pages-advance",
        "get-pages-flags",
        "extraction-flags",
        "kill-iter-pipe",
        "bio-extract-pages",
        "dio-bio-pinned",
    ),
)

PATCH.removes(base.iov_iter_get_pages, __name__)
PATCH.removes(base.iov_iter_get_pages_alloc, __name__)


@PATCH.replaces(advance.__iov_iter_get_pages_alloc)
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
    if iov_iter_is_xarray(i):
        return iter_xarray_get_pages(i, pages, maxsize, maxpages)
    return Extracted(-EFAULT, 0, pages)


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
