"""Bug put back: flags for extraction go to GUP as they are.

Up to version 6 of the series, "iov_iter: Add a function to extract a page list
from an iterator", a caller handed in FOLL_* flags. Whatever it says is done:
here the 1 of ITER_ALLOW_P2PDMA is FOLL_WRITE, and a source that may only be
read cannot be had.
"""

from pintutor.linux.include.linux.mm import (
    FOLL_NOFAULT,
    FOLL_WRITE,
)
from pintutor.linux.include.linux.mm_types import PAGE_MASK, PAGE_SIZE
from pintutor.linux.include.linux.uio import (
    ITER_DEST,
    Extracted,
    IovIter,
    Pages,
)
from pintutor.linux.include.uapi.errno import ENOMEM
from pintutor.linux.lib.iov_iter_move import iov_iter_advance
from pintutor.linux.mm.gup_api import pin_user_pages_fast
from pintutor.patches.between import extract_pages
from pintutor.patches.between.get_pages_advance import (
    first_iovec_segment,
    want_pages_array,
)
from pintutor.patches.patch import Patch

PATCH = Patch(
    "bug-raw-flags",
    "iov_iter: Add a function to extract a page list from an iterator",
    commit="",
    release="",
    author="David Howells",
    needs=("extract-pages",),
    conflicts=(
        "bug-direction-swapped",
        "bug-foll-pin-passed",
        "bug-source-got",
    ),
    mutation=True,
)


@PATCH.replaces(extract_pages.iov_iter_extract_user_pages)
def iov_iter_extract_user_pages(
    i: IovIter, pages: Pages, maxsize: int, maxpages: int, extraction_flags: int
) -> Extracted:
    """Pin the pages of the current segment of user memory."""
    gup_flags = 0
    if i.data_source == ITER_DEST:
        gup_flags |= FOLL_WRITE
    gup_flags |= extraction_flags
    if i.nofault:
        gup_flags |= FOLL_NOFAULT

    addr, maxsize = first_iovec_segment(i, maxsize)
    offset = addr % PAGE_SIZE
    addr &= PAGE_MASK
    maxpages, pages = want_pages_array(pages, maxsize, offset, maxpages)
    if not maxpages:
        return Extracted(-ENOMEM, offset, pages)
    res = pin_user_pages_fast(addr, maxpages, gup_flags, pages)
    if res <= 0:
        return Extracted(res, offset, pages)
    maxsize = min(maxsize, res * PAGE_SIZE - offset)
    iov_iter_advance(i, maxsize)
    return Extracted(maxsize, offset, pages)
