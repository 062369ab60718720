"""Bug put back: memory that is only read from is referenced, not pinned.

A reference does not make fork copy the page. When the owner forks and writes
then, its write goes to a copy, and the device goes on reading the old page, or
what the child makes of it. And cleaning up
depends on the direction as well as on the kind of memory: what was merged can
only say that nothing is pinned, and the reference stays. Version 8 of the
series, "iov_iter: Add a function to extract a page list from an iterator", pins
in both directions.
"""

from pintutor.linux.include.linux.mm import (
    FOLL_NOFAULT,
    FOLL_PCI_P2PDMA,
    FOLL_WRITE,
)
from pintutor.linux.include.linux.mm_types import PAGE_MASK, PAGE_SIZE
from pintutor.linux.include.linux.uio import (
    ITER_ALLOW_P2PDMA,
    ITER_DEST,
    ITER_SOURCE,
    Extracted,
    IovIter,
    Pages,
    user_backed_iter,
)
from pintutor.linux.include.uapi.errno import ENOMEM
from pintutor.linux.lib.iov_iter_move import iov_iter_advance
from pintutor.linux.mm.gup_api import get_user_pages_fast, pin_user_pages_fast
from pintutor.patches.between import extract_pages
from pintutor.patches.between.get_pages_advance import (
    first_iovec_segment,
    want_pages_array,
)
from pintutor.patches.patch import Patch

PATCH = Patch(
    "bug-source-got",
    "iov_iter: Add a function to extract a page list from an iterator",
    commit="",
    release="",
    author="David Howells",
    needs=("extract-pages",),
    conflicts=(
        "bug-direction-swapped",
        "bug-raw-flags",
        "bug-foll-pin-passed",
        "bug-mode-stale",
        "bio-pin-mode-compared",
    ),
    mutation=True,
)


@PATCH.replaces(extract_pages.iov_iter_extract_user_pages)
def iov_iter_extract_user_pages(
    i: IovIter, pages: Pages, maxsize: int, maxpages: int, extraction_flags: int
) -> Extracted:
    """Pin the pages of a destination, reference those of a source."""
    gup_flags = 0
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
    if i.data_source == ITER_SOURCE:
        res = get_user_pages_fast(addr, maxpages, gup_flags, pages)
    else:
        res = pin_user_pages_fast(addr, maxpages, gup_flags, pages)
    if res <= 0:
        return Extracted(res, offset, pages)
    maxsize = min(maxsize, res * PAGE_SIZE - offset)
    iov_iter_advance(i, maxsize)
    return Extracted(maxsize, offset, pages)


@PATCH.replaces(extract_pages.iov_iter_extract_will_pin)
def iov_iter_extract_will_pin(i: IovIter) -> bool:
    """True when pages extracted from this iterator have to be unpinned."""
    return user_backed_iter(i) and i.data_source == ITER_DEST
