"""Pins of an iterator's pages, beside the references for all other callers.

Callers in networking and in some file systems want references as before. The
others can go over to pins one by one with functions of their own. Only a task's
memory can be pinned, so anything but ITER_IOVEC is refused, with a warning:
iterators over pipes and kernel pages do reach direct I/O, and fail now.

Sent to the lists in February 2022 as "iov_iter: new iov_iter_pin_pages*(), for
FOLL_PIN pages", and never merged.
"""

from pintutor.linux.include.linux.bug import warn_on_once
from pintutor.linux.include.linux.limits import UINT_MAX
from pintutor.linux.include.linux.math import DIV_ROUND_UP
from pintutor.linux.include.linux.mm import FOLL_NOFAULT, FOLL_WRITE
from pintutor.linux.include.linux.mm_types import PAGE_SIZE, PageArray
from pintutor.linux.include.linux.uio import (
    WRITE,
    Extracted,
    IovIter,
    iov_iter_rw,
    iter_is_iovec,
)
from pintutor.linux.include.uapi.errno import EFAULT
from pintutor.linux.lib.iov_iter_pages import (
    first_iovec_segment,
    get_pages_array,
)
from pintutor.linux.mm.gup_api import pin_user_pages_fast
from pintutor.patches.patch import Patch

PATCH = Patch(
    "iter-pin-pages",
    "iov_iter: new iov_iter_pin_pages*(), for FOLL_PIN pages",
    commit="",
    release="",
    author="John Hubbard",
    conflicts=("get-pages-advance",),
)


@PATCH.adds("lib/iov_iter.c")
def iov_iter_pin_pages(
    i: IovIter, pages: PageArray, maxsize: int, maxpages: int
) -> Extracted:
    """Pin the pages of the current segment; the iterator stays where it is.

    Returns: bytes, 0 for none wanted, -EFAULT for all but ITER_IOVEC.
    """
    maxsize = min(maxsize, i.count)
    if not maxsize:
        return Extracted(0, 0, pages)

    if warn_on_once(not iter_is_iovec(i), "iov_iter_pin_pages: no iovec"):
        return Extracted(-EFAULT, 0, pages)

    gup_flags = 0
    if iov_iter_rw(i) != WRITE:
        gup_flags |= FOLL_WRITE
    if i.nofault:
        gup_flags |= FOLL_NOFAULT

    addr, len_, start = first_iovec_segment(i, maxsize, maxpages)
    n = DIV_ROUND_UP(len_, PAGE_SIZE)
    res = pin_user_pages_fast(addr, n, gup_flags, pages)
    if res <= 0:
        return Extracted(res, start, pages)
    ret = (len_ if res == n else res * PAGE_SIZE) - start
    return Extracted(ret, start, pages)


@PATCH.adds("lib/iov_iter.c")
def iov_iter_pin_pages_alloc(i: IovIter, maxsize: int) -> Extracted:
    """Pin the pages of the current segment in an array made for them."""
    maxsize = min(maxsize, i.count)
    pages = get_pages_array(DIV_ROUND_UP(maxsize, PAGE_SIZE) + 1)
    got = iov_iter_pin_pages(i, pages, maxsize, UINT_MAX)
    return got if got.ret > 0 else got._replace(pages=None)
