"""Bug put back: kernel memory that is named by address cannot be extracted.

Writing from a buffer of the kernel with O_DIRECT is refused, as it was while
the pages of such memory could only be referenced. Version 7 of the series,
"iov_iter: Add a function to extract a page list from an iterator", lists them.
"""

from pintutor.linux.include.linux.uio import (
    MAX_RW_COUNT,
    Extracted,
    IovIter,
    Pages,
    iov_iter_is_bvec,
    iov_iter_is_folioq,
    iov_iter_is_xarray,
    user_backed_iter,
)
from pintutor.linux.include.uapi.errno import EFAULT
from pintutor.patches.between import extract_pages_kernel
from pintutor.patches.between.extract_pages import (
    iov_iter_extract_user_pages,
    iov_iter_extract_xarray_pages,
)
from pintutor.patches.between.extract_pages_kernel import (
    iov_iter_extract_bvec_pages,
)
from pintutor.patches.between.iter_folioq_extract import (
    iov_iter_extract_folioq_pages,
)
from pintutor.patches.patch import Patch

PATCH = Patch(
    "bug-no-kvec",
    "iov_iter: Add a function to extract a page list from an iterator",
    commit="",
    release="",
    author="David Howells",
    needs=("iter-folioq",),
    mutation=True,
)


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
    elif iov_iter_is_bvec(i):
        extract = iov_iter_extract_bvec_pages
    elif iov_iter_is_folioq(i):
        extract = iov_iter_extract_folioq_pages
    elif iov_iter_is_xarray(i):
        extract = iov_iter_extract_xarray_pages
    else:
        return Extracted(-EFAULT, 0, pages)
    return extract(i, pages, maxsize, maxpages, extraction_flags)
