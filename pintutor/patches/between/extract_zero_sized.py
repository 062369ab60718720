"""An empty segment in front does not end the extraction.

The length wanted was cut to that of the current segment in the same variable.
At an empty segment it became 0, stayed 0 at all that followed, and the iterator
was left without segments but with its count: nothing more came out of it.

Linux kernel commit f741bd7178c9 ("iov_iter: Fix iov_iter_extract_pages() with
zero-sized entries") (in v6.6).
"""

from pintutor.linux.include.linux.mm import nth_page
from pintutor.linux.include.linux.mm_types import (
    PAGE_MASK,
    PAGE_SIZE,
)
from pintutor.linux.include.linux.uio import Extracted, IovIter, Pages
from pintutor.linux.include.uapi.errno import ENOMEM
from pintutor.linux.lib.iov_iter_move import iov_iter_advance
from pintutor.patches.between import extract_pages_kernel
from pintutor.patches.between.extract_pages_kernel import list_kernel_pages
from pintutor.patches.between.get_pages_advance import want_pages_array
from pintutor.patches.patch import Patch

PATCH = Patch(
    "extract-zero-sized",
    "iov_iter: Fix iov_iter_extract_pages() with zero-sized entries",
    commit="f741bd7178c9",
    release="v6.6",
    author="David Howells",
    needs=("extract-pages",),
)


@PATCH.replaces(extract_pages_kernel.iov_iter_extract_bvec_pages)
def iov_iter_extract_bvec_pages(
    i: IovIter, pages: Pages, maxsize: int, maxpages: int, extraction_flags: int
) -> Extracted:
    """List the pages of the first bvec that is not empty."""
    assert i.bvec is not None, "the iterator has segments"
    skip = i.iov_offset
    while True:
        if i.nr_segs == 0:
            return Extracted(0, 0, pages)
        size = min(maxsize, i.bvec.at(0).bv_len - skip)
        if size:
            break
        i.iov_offset = 0
        i.nr_segs -= 1
        i.bvec = i.bvec.plus(1)
        skip = 0

    skip += i.bvec.at(0).bv_offset
    page = nth_page(i.bvec.at(0).bv_page, skip // PAGE_SIZE)
    offset = skip % PAGE_SIZE

    maxpages, pages = want_pages_array(pages, size, offset, maxpages)
    if not maxpages:
        return Extracted(-ENOMEM, offset, pages)
    for k in range(maxpages):
        pages[k] = nth_page(page, k)

    size = min(size, maxpages * PAGE_SIZE - offset)
    iov_iter_advance(i, size)
    return Extracted(size, offset, pages)


@PATCH.replaces(extract_pages_kernel.iov_iter_extract_kvec_pages)
def iov_iter_extract_kvec_pages(
    i: IovIter, pages: Pages, maxsize: int, maxpages: int, extraction_flags: int
) -> Extracted:
    """List the pages of the first kvec that is not empty."""
    assert i.iov is not None, "the iterator has segments"
    skip = i.iov_offset
    while True:
        if i.nr_segs == 0:
            return Extracted(0, 0, pages)
        size = min(maxsize, i.iov.at(0).iov_len - skip)
        if size:
            break
        i.iov_offset = 0
        i.nr_segs -= 1
        i.iov = i.iov.plus(1)
        skip = 0

    kaddr = i.iov.at(0).iov_base + skip
    offset = kaddr & ~PAGE_MASK

    maxpages, pages = want_pages_array(pages, size, offset, maxpages)
    if not maxpages:
        return Extracted(-ENOMEM, offset, pages)
    list_kernel_pages(kaddr - offset, pages, maxpages)

    size = min(size, maxpages * PAGE_SIZE - offset)
    iov_iter_advance(i, size)
    return Extracted(size, offset, pages)
