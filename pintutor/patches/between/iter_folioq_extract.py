"""Taking the pages of a queue of folios.

The fourth part of Linux kernel commit db0aa2e9566f ("mm: Define struct
folio_queue and ITER_FOLIOQ to handle a sequence of folios") (in v6.12): see
iter_folioq.py.
"""

from pintutor.linux.include.linux.bug import warn_on_once
from pintutor.linux.include.linux.folio_queue import (
    folioq_folio,
    folioq_folio_size,
    folioq_nr_slots,
)
from pintutor.linux.include.linux.math import DIV_ROUND_UP
from pintutor.linux.include.linux.mm import nth_page
from pintutor.linux.include.linux.mm_types import (
    PAGE_MASK,
    PAGE_SIZE,
)
from pintutor.linux.include.linux.uio import Extracted, IovIter, Pages
from pintutor.linux.include.uapi.errno import EIO, ENOMEM
from pintutor.linux.mm.page_alloc import get_page
from pintutor.patches.between import iter_folioq
from pintutor.patches.between.get_pages_advance import want_pages_array
from pintutor.patches.between.iter_folioq import next_folioq, next_slot

PATCH = iter_folioq.PATCH


@PATCH.adds("lib/iov_iter.c")
def iov_iter_extract_folioq_pages(
    i: IovIter, pages: Pages, maxsize: int, maxpages: int, extraction_flags: int
) -> Extracted:
    """List the pages of the queue, across folios.

    When it ends with a folio it stands behind that folio, not before the next.
    """
    assert i.folioq is not None, "the iterator has a queue"
    if i.folioq_slot >= folioq_nr_slots(i.folioq):
        if warn_on_once(i.iov_offset != 0, "extract_folioq_pages: offset"):
            return Extracted(-EIO, 0, pages)
        i.folioq, i.folioq_slot = next_folioq(i.folioq), 0
    offset0 = i.iov_offset & ~PAGE_MASK
    maxpages, pages = want_pages_array(pages, maxsize, offset0, maxpages)
    if not maxpages:
        return Extracted(-ENOMEM, offset0, pages)
    nr = extracted = 0
    while True:
        fsize = folioq_folio_size(i.folioq, i.folioq_slot)
        offset = i.iov_offset
        if offset < fsize:
            part = PAGE_SIZE - offset % PAGE_SIZE
            part = min(part, maxsize - extracted, fsize - offset)
            folio = folioq_folio(i.folioq, i.folioq_slot)
            pages[nr] = nth_page(folio, offset // PAGE_SIZE)
            nr += 1
            i.count -= part
            i.iov_offset += part
            extracted += part
        if nr >= maxpages or extracted >= maxsize:
            return Extracted(extracted, offset0, pages)
        if i.iov_offset >= fsize:
            i.iov_offset = 0
            i.folioq, i.folioq_slot = next_slot(i.folioq, i.folioq_slot)


@PATCH.adds("lib/iov_iter.c")
def iter_folioq_get_pages(
    i: IovIter, pages: Pages, maxsize: int, maxpages: int
) -> Extracted:
    """Reference the pages of the queue, across folios.

    In C it has the loop of iov_iter_extract_folioq_pages() once more.
    """
    got = iov_iter_extract_folioq_pages(i, pages, maxsize, maxpages, 0)
    if got.ret > 0 and got.pages is not None:
        for k in range(DIV_ROUND_UP(got.offset0 + got.ret, PAGE_SIZE)):
            get_page(got.pages[k])
    return got
