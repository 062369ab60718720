"""Bug put back: an empty segment in front is not stepped over.

The extraction then covers no bytes, and yet lists a page if the empty segment
begins within one; the caller takes 0 for the end, or for an error. Version 7 of
the series, "iov_iter: Add a function to extract a page list from an iterator",
steps over such segments.
"""

from pintutor.linux.include.linux.mm import nth_page
from pintutor.linux.include.linux.mm_types import PAGE_SIZE
from pintutor.linux.include.linux.uio import Extracted, IovIter, Pages
from pintutor.linux.include.uapi.errno import ENOMEM
from pintutor.linux.lib.iov_iter_move import iov_iter_advance
from pintutor.patches.between import extract_pages_kernel
from pintutor.patches.between.get_pages_advance import want_pages_array
from pintutor.patches.patch import Patch

PATCH = Patch(
    "bug-empty-not-skipped",
    "iov_iter: Add a function to extract a page list from an iterator",
    commit="",
    release="",
    author="David Howells",
    needs=("extract-zero-sized",),
    conflicts=("bug-bvec-stride",),
    mutation=True,
)


@PATCH.replaces(extract_pages_kernel.iov_iter_extract_bvec_pages)
def iov_iter_extract_bvec_pages(
    i: IovIter, pages: Pages, maxsize: int, maxpages: int, extraction_flags: int
) -> Extracted:
    """List the pages of the current bvec, empty or not."""
    assert i.bvec is not None, "the iterator has segments"
    skip = i.iov_offset
    size = min(maxsize, i.bvec.at(0).bv_len - skip)

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
