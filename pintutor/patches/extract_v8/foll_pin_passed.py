"""Bug put back: FOLL_PIN is passed to a function that pins.

pin_user_pages_fast() sets the flag itself. Since v6.3 flags of mm's own are
refused from outside, with a warning: nothing can be extracted from user memory.
Version 12 of the series, "iov_iter: Add a function to extract a page list from
an iterator", left it out.
"""

from pintutor.linux.include.linux.mm import (
    FOLL_NOFAULT,
    FOLL_PCI_P2PDMA,
    FOLL_PIN,
    FOLL_WRITE,
)
from pintutor.linux.include.linux.mm_types import PAGE_MASK, PAGE_SIZE
from pintutor.linux.include.linux.uio import (
    ITER_ALLOW_P2PDMA,
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
    "bug-foll-pin-passed",
    "iov_iter: Add a function to extract a page list from an iterator",
    commit="",
    release="",
    author="David Howells",
    needs=("extract-pages",),
    conflicts=("bug-direction-swapped", "bug-raw-flags", "bug-source-got"),
    mutation=True,
)


@PATCH.replaces(extract_pages.iov_iter_extract_user_pages)
def iov_iter_extract_user_pages(
    i: IovIter, pages: Pages, maxsize: int, maxpages: int, extraction_flags: int
) -> Extracted:
    """Pin the pages of the current segment of user memory."""
    gup_flags = FOLL_PIN
    if i.data_source == ITER_DEST:
        gup_flags |= FOLL_WRITE
    if extraction_flags & ITER_ALLOW_P2PDMA:
        gup_flags |= FOLL_PCI_P2PDMA
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
