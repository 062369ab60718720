"""Folios of a file can be walked without looking into the page cache.

A network file system collects the folios of one request in a queue, with their
orders beside them. ITER_FOLIOQ walks the queue: no lock, no folio to be asked
for its size. The pages belong to who made the queue, so nothing is held.

Linux kernel commit db0aa2e9566f ("mm: Define struct folio_queue and ITER_FOLIOQ
to handle a sequence of folios") (in v6.12). The functions that tell the kinds
of iterators apart are in iter_folioq_kinds.py, those that take pages in
iter_folioq_pages.py.
"""

from pintutor.linux.include.linux.folio_queue import (
    FolioQueue,
    folioq_folio,
    folioq_folio_size,
    folioq_nr_slots,
)
from pintutor.linux.include.linux.mm import nth_page
from pintutor.linux.include.linux.mm_types import PAGE_SIZE
from pintutor.linux.include.linux.uio import ITER_FOLIOQ, IovIter
from pintutor.linux.lib.iov_iter_init import iov_iter_clear
from pintutor.linux.lib.iov_iter_iterate import Step
from pintutor.linux.mm.vmalloc import page_address
from pintutor.patches.patch import Patch
from pintutor.sim.errors import KernelBug
from pintutor.sim.objects import KArray

PATCH = Patch(
    "iter-folioq",
    "mm: Define struct folio_queue and ITER_FOLIOQ to handle a sequence of"
    " folios",
    commit="db0aa2e9566f",
    release="v6.12",
    author="David Howells",
    needs=(
        "iter-ubuf",
        "iter-is-aligned",
        "get-pages-advance",
        "get-pages-flags",
        "extraction-flags",
        "extract-pages",
        "kill-iter-pipe",
        "get-pages-removed",
        "extract-zero-sized",
        "iter-user-backed",
    ),
)


@PATCH.adds("lib/iov_iter.c")
def iov_iter_folio_queue(
    i: IovIter,
    direction: int,
    folioq: FolioQueue,
    first_slot: int,
    offset: int,
    count: int,
) -> None:
    """Make an iterator over the folios of a queue.

    Context: the caller sees to it that the folios stay.
    """
    if direction & ~1:
        raise KernelBug("iov_iter_folio_queue: direction")
    iov_iter_clear(i)
    i.iter_type = ITER_FOLIOQ
    i.data_source = direction
    i.folioq = folioq
    i.folioq_slot = first_slot
    i.count = count
    i.iov_offset = offset


def next_folioq(folioq: FolioQueue) -> FolioQueue:
    """The segment after this one: folioq->next, which must be there."""
    assert folioq.next is not None, "the queue goes on"
    return folioq.next


def next_slot(folioq: FolioQueue, slot: int) -> tuple[FolioQueue, int]:
    """The slot after this one, in the next segment if there is one.

    In C this stands in each loop over the queue.
    """
    slot += 1
    if slot >= folioq_nr_slots(folioq) and folioq.next is not None:
        return folioq.next, 0
    return folioq, slot


@PATCH.adds("lib/iov_iter.c")
def iov_iter_folioq_advance(i: IovIter, size: int) -> None:
    """Go on by `size` bytes, across folios and segments."""
    assert i.folioq is not None, "the iterator has a queue"
    folioq = i.folioq
    slot = i.folioq_slot
    if not i.count:
        return
    i.count -= size

    if slot >= folioq_nr_slots(folioq):
        folioq = next_folioq(folioq)
        slot = 0

    size += i.iov_offset
    while True:
        fsize = folioq_folio_size(folioq, slot)
        if size < fsize:
            break
        size -= fsize
        folioq, slot = next_slot(folioq, slot)
        if not size:
            break

    i.iov_offset = size
    i.folioq_slot = slot
    i.folioq = folioq


@PATCH.adds("lib/iov_iter.c")
def iov_iter_folioq_revert(i: IovIter, unroll: int) -> None:
    """Go back by `unroll` bytes from the start of a folio."""
    assert i.folioq is not None, "the iterator has a queue"
    folioq = i.folioq
    slot = i.folioq_slot
    while True:
        if slot == 0:
            assert folioq.prev is not None, "the queue began before"
            folioq = folioq.prev
            slot = folioq_nr_slots(folioq)
        slot -= 1

        fsize = folioq_folio_size(folioq, slot)
        if unroll <= fsize:
            i.iov_offset = fsize - unroll
            break
        unroll -= fsize

    i.folioq_slot = slot
    i.folioq = folioq


@PATCH.adds("include/linux/iov_iter.h")
def iterate_folioq(i: IovIter, n: int, priv: KArray[bytes], step: Step) -> int:
    """Do the steps over the folios of a queue, page by page."""
    assert i.folioq is not None, "the iterator has a queue"
    folioq = i.folioq
    slot = i.folioq_slot
    progress = 0
    skip = i.iov_offset
    if slot == folioq_nr_slots(folioq):
        folioq = next_folioq(folioq)
        slot = 0
    while n and folioq.folios[slot] is not None:
        fsize = folioq_folio_size(folioq, slot)
        remain = 0
        if skip < fsize:
            page = nth_page(folioq_folio(folioq, slot), skip // PAGE_SIZE)
            part = min(n, PAGE_SIZE - skip % PAGE_SIZE)
            base = page_address(page) + skip % PAGE_SIZE
            remain = step(base, progress, part, priv)
            n -= part - remain
            progress += part - remain
            skip += part - remain
        if skip >= fsize:
            skip = 0
            folioq, slot = next_slot(folioq, slot)
        if remain:
            break
    i.folioq_slot = slot
    i.folioq = folioq
    i.iov_offset = skip
    return progress
