"""The memory that an iterator goes over, piece by piece, as a learner calls it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from pintutor.linux.include.linux.bvec import BioVec
from pintutor.linux.include.linux.folio_queue import FolioQueue, folioq_folio_size
from pintutor.linux.include.linux.mm_types import PAGE_SIZE, Page
from pintutor.linux.include.linux.uio import (
    ITER_DISCARD,
    ITER_KVEC,
    ITER_UBUF,
    IovIter,
)
from pintutor.linux.include.uapi.uio import Iovec
from pintutor.linux.mm.vmalloc import page_address
from pintutor.view.panes.moment import Moment

CELLS = 8
"""Length of a page's bar: one column is a sector of 512 bytes [columns]."""


class Stretch(NamedTuple):
    """One segment."""

    text: str
    """Where it lies: `buf[0]+512`."""
    size: int
    """How long it is [bytes]."""


def stretches(now: Moment, i: IovIter) -> list[Stretch]:
    """The segments of an iterator, those before its cursor too."""
    if i.bvec is not None:
        return [bvec_stretch(now, bv) for bv in i.bvec.array]
    if i.iov is not None:
        kernel = i.iter_type == ITER_KVEC
        return [_of_iovec(now, iov, kernel=kernel) for iov in i.iov.array]
    if i.folioq is not None:
        return list(_of_queue(now, i.folioq))
    whole = i.iov_offset + i.count
    if i.iter_type == ITER_UBUF:
        return [Stretch(user_place(now, i.ubuf), whole)]
    if i.xarray is not None:
        return [Stretch(f"{i.xarray.name}+{i.xarray_start}", whole)]
    return [Stretch("thrown away", whole)] if i.iter_type == ITER_DISCARD else []


def bvec_stretch(now: Moment, bv: BioVec) -> Stretch:
    """A place in physical memory."""
    return Stretch(f"{page_name(now, bv.bv_page)}+{bv.bv_offset}", bv.bv_len)


def page_name(now: Moment, page: Page) -> str:
    """What a learner calls a page."""
    return now.labels.get(page, f"pfn:{page.pfn:#x}")


def page_bar(start: int, stop: int) -> str:
    """A page as a bar of its sectors: which of its bytes are meant, the last not."""
    sector = PAGE_SIZE // CELLS
    ends = ((at * sector, (at + 1) * sector) for at in range(CELLS))
    covered = (max(0, min(stop, end) - max(start, begin)) for begin, end in ends)
    return "".join("·" if not one else "█" if one == sector else "▓" for one in covered)


def user_place(now: Moment, address: int) -> str:
    """An address of user space: `buf[0]+512`, or the number."""
    name = now.lab.names.place(address)
    return name if name.startswith("0x") else f"{name}+{address % PAGE_SIZE}"


def _of_iovec(now: Moment, iov: Iovec, *, kernel: bool) -> Stretch:
    if kernel:
        return Stretch(_kernel_place(now, iov.iov_base), iov.iov_len)
    return Stretch(user_place(now, iov.iov_base), iov.iov_len)


def _kernel_place(now: Moment, address: int) -> str:
    """An address of the kernel: `K[0]+512`, or the number."""
    for memory in now.lab.kernel.kmem:
        for index, page in enumerate(memory.pages):
            start = memory.address + index * PAGE_SIZE
            if 0 <= address - (start if memory.address else page_address(page)) < PAGE_SIZE:
                return f"{memory.name}[{index}]+{address % PAGE_SIZE}"
    return f"{address:#x}"


def folio_slots(queue: FolioQueue) -> int:
    """How many slots lie in the segments before this one of a queue."""
    count = 0
    while queue.prev is not None:
        queue = queue.prev
        count += queue.nr
    return count


def _of_queue(now: Moment, queue: FolioQueue) -> Iterator[Stretch]:
    """The folios of the whole queue."""
    first = queue
    while first.prev is not None:
        first = first.prev
    segment: FolioQueue | None = first
    while segment is not None:
        for slot in range(segment.nr):
            folio = segment.folios[slot]
            name = "none" if folio is None else page_name(now, folio)
            yield Stretch(name, folioq_folio_size(segment, slot))
        segment = segment.next
