"""ITER_FOLIOQ where pages are taken and copied.

The third part of Linux kernel commit db0aa2e9566f ("mm: Define struct
folio_queue and ITER_FOLIOQ to handle a sequence of folios") (in v6.12): see
iter_folioq.py.
"""

from pintutor.linux.include.linux.uio import (
    MAX_RW_COUNT,
    Extracted,
    IovIter,
    Pages,
    iov_iter_is_bvec,
    iov_iter_is_folioq,
    iov_iter_is_kvec,
    iov_iter_is_xarray,
    iter_is_iovec,
    iter_is_ubuf,
    user_backed_iter,
)
from pintutor.linux.include.uapi.errno import EFAULT
from pintutor.linux.lib import iov_iter_iterate as iterate
from pintutor.linux.lib.iov_iter_iterate import (
    Step,
    iterate_bvec,
    iterate_iovec,
    iterate_xarray,
)
from pintutor.patches.between import (
    extract_pages_kernel,
    get_pages_advance_kernel,
    iter_folioq,
)
from pintutor.patches.between.extract_pages import (
    iov_iter_extract_user_pages,
    iov_iter_extract_xarray_pages,
)
from pintutor.patches.between.extract_pages_kernel import (
    iov_iter_extract_bvec_pages,
    iov_iter_extract_kvec_pages,
)
from pintutor.patches.between.get_pages_advance import (
    iter_bvec_get_pages,
)
from pintutor.patches.between.get_pages_advance_kernel import (
    iter_xarray_get_pages,
)
from pintutor.patches.between.get_pages_removed import iter_user_get_pages
from pintutor.patches.between.iter_folioq import iterate_folioq
from pintutor.patches.between.iter_folioq_extract import (
    iov_iter_extract_folioq_pages,
    iter_folioq_get_pages,
)
from pintutor.sim.objects import KArray

PATCH = iter_folioq.PATCH


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
        elif iov_iter_is_folioq(i):
            n = iterate_folioq(i, n, priv, step)
        elif iov_iter_is_xarray(i):
            n = iterate_xarray(i, n, priv, step)
        i.count -= n
    return n


@PATCH.replaces(get_pages_advance_kernel.__iov_iter_get_pages_alloc)
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
    if iov_iter_is_folioq(i):
        return iter_folioq_get_pages(i, pages, maxsize, maxpages)
    if iov_iter_is_xarray(i):
        return iter_xarray_get_pages(i, pages, maxsize, maxpages)
    return Extracted(-EFAULT, 0, pages)


@PATCH.replaces(extract_pages_kernel.iov_iter_extract_pages)
def iov_iter_extract_pages(
    i: IovIter, pages: Pages, maxsize: int, maxpages: int, extraction_flags: int
) -> Extracted:
    """The pages of the current segment, held as its memory has to be.

    Returns: bytes, 0 for none wanted, -EFAULT where there are no pages.
    `pages` may be None: an array is made then. The iterator advances.
    """
    maxsize = min(maxsize, i.count, MAX_RW_COUNT)
    if not maxsize:
        return Extracted(0, 0, pages)

    if user_backed_iter(i):
        extract = iov_iter_extract_user_pages
    elif iov_iter_is_kvec(i):
        extract = iov_iter_extract_kvec_pages
    elif iov_iter_is_bvec(i):
        extract = iov_iter_extract_bvec_pages
    elif iov_iter_is_folioq(i):
        extract = iov_iter_extract_folioq_pages
    elif iov_iter_is_xarray(i):
        extract = iov_iter_extract_xarray_pages
    else:
        return Extracted(-EFAULT, 0, pages)
    return extract(i, pages, maxsize, maxpages, extraction_flags)
