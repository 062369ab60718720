"""Bug put back: where a kvec begins in its page is left out.

The offset in the first page was taken from what was skipped of the segment, as
if it began at a page, and the pages from where it begins, as if nothing was
skipped. Memory that begins at 0x800 of a page is read from 0x0 of it. Version
11 of the series, "iov_iter: Add a function to extract a page list from an
iterator", computes both from the address.
"""

from pintutor.linux.include.linux.mm_types import PAGE_SIZE
from pintutor.linux.include.linux.uio import Extracted, IovIter, Pages
from pintutor.linux.include.uapi.errno import ENOMEM
from pintutor.linux.lib.iov_iter_move import iov_iter_advance
from pintutor.patches.between import extract_pages_kernel
from pintutor.patches.between.extract_pages_kernel import list_kernel_pages
from pintutor.patches.between.get_pages_advance import want_pages_array
from pintutor.patches.patch import Patch

PATCH = Patch(
    "bug-kvec-offset",
    "iov_iter: Add a function to extract a page list from an iterator",
    commit="",
    release="",
    author="David Howells",
    needs=("extract-zero-sized",),
    mutation=True,
)


@PATCH.replaces(extract_pages_kernel.iov_iter_extract_kvec_pages)
def iov_iter_extract_kvec_pages(
    i: IovIter, pages: Pages, maxsize: int, maxpages: int, extraction_flags: int
) -> Extracted:
    """List the pages of the first kvec that is not empty, wrongly."""
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

    kaddr = i.iov.at(0).iov_base
    offset = skip % PAGE_SIZE

    maxpages, pages = want_pages_array(pages, size, offset, maxpages)
    if not maxpages:
        return Extracted(-ENOMEM, offset, pages)
    list_kernel_pages(kaddr - offset, pages, maxpages)

    size = min(size, maxpages * PAGE_SIZE - offset)
    iov_iter_advance(i, size)
    return Extracted(size, offset, pages)
