"""Bug put back: the wrong pointer is moved past an empty bvec.

The pointers to the segments share their storage, and kvec was moved where bvec
was meant, by the size of a kvec. That is 16 bytes for both on 64 bits. On 32
bits it is 8 of 12, and what lies there is read as a bvec: the next one's page
pointer for a length, its length for an offset, the last one's offset for a page
pointer. This body does as on 32 bits; the model has no such page to list, and
stops where the kernel would follow the pointer. Version 10 of the series,
"iov_iter: Add a function to extract a page list from an iterator", moves bvec.
"""

from pintutor.linux.include.linux.mm import nth_page
from pintutor.linux.include.linux.mm_types import PAGE_SIZE
from pintutor.linux.include.linux.uio import Extracted, IovIter, Pages
from pintutor.linux.include.uapi.errno import ENOMEM
from pintutor.linux.lib.iov_iter_move import iov_iter_advance
from pintutor.patches.between import extract_pages_kernel
from pintutor.patches.between.get_pages_advance import want_pages_array
from pintutor.patches.patch import Patch
from pintutor.sim.errors import KernelBug

PATCH = Patch(
    "bug-bvec-stride",
    "iov_iter: Add a function to extract a page list from an iterator",
    commit="",
    release="",
    author="David Howells",
    needs=("extract-zero-sized",),
    conflicts=("bug-empty-not-skipped",),
    mutation=True,
)


@PATCH.replaces(extract_pages_kernel.iov_iter_extract_bvec_pages)
def iov_iter_extract_bvec_pages(
    i: IovIter, pages: Pages, maxsize: int, maxpages: int, extraction_flags: int
) -> Extracted:
    """List the pages of the first bvec, or follow a wild pointer."""
    assert i.bvec is not None, "the iterator has segments"
    skip = i.iov_offset
    if i.nr_segs == 0:
        return Extracted(0, 0, pages)
    size = min(maxsize, i.bvec.at(0).bv_len - skip)
    if not size:
        page_pointer = i.bvec.at(0).bv_offset
        raise KernelBug(f"unable to handle page fault: {page_pointer:#x}")

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
