"""Making an iterator of each kind out of the segments that were typed."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

from pintutor.lab.errors import CommandError
from pintutor.lab.files import files, pages_of
from pintutor.lab.kernel_memory import kmem
from pintutor.lab.pipes import pipes
from pintutor.lab.segments import Segment, require_within, segment_of
from pintutor.lab.words import Word
from pintutor.linux.driver import KernelMemory
from pintutor.linux.include.linux.bvec import BioVec, BvecPtr
from pintutor.linux.include.linux.folio_queue import (
    FolioQueue,
    folioq_append,
    folioq_full,
    folioq_init,
)
from pintutor.linux.include.linux.mm import page_folio
from pintutor.linux.include.linux.mm_types import PAGE_SIZE
from pintutor.linux.include.linux.uio import IovIter
from pintutor.linux.include.uapi.uio import Iovec, IovecPtr
from pintutor.linux.lib import iov_iter as lib
from pintutor.linux.mm.vmalloc import page_address
from pintutor.patches.between.iter_folioq import iov_iter_folio_queue
from pintutor.patches.between.iter_ubuf import iov_iter_ubuf
from pintutor.sim.objects import KArray

T = TypeVar("T")

if TYPE_CHECKING:
    from pintutor.lab.lab import Lab


def user_segments(lab: Lab, words: tuple[Word, ...]) -> list[Iovec]:
    """Stretches of user memory, by address."""
    ranges = lab.names.ranges()
    sizes = {name: each.vm_end - each.vm_start for name, each in ranges.items()}
    found = [segment_of(word, sizes, "range") for word in words]
    return [
        Iovec(
            one.start
            + (ranges[one.base].vm_start if one.base in ranges else int(one.base, 16)),
            one.size,
        )
        for one in found
    ]


def make_user(lab: Lab, kind: str, way: int, words: tuple[Word, ...]) -> IovIter:
    """ITER_UBUF or ITER_IOVEC."""
    i = IovIter()
    segments = user_segments(lab, words)
    if kind == "ubuf":
        _require_one(words)
        iov_iter_ubuf(i, way, segments[0].iov_base, segments[0].iov_len)
        return i
    total = sum(each.iov_len for each in segments)
    lib.iov_iter_init(i, way, IovecPtr(KArray(segments), 0), len(segments), total)
    return i


def make_kvec(lab: Lab, kind: str, way: int, words: tuple[Word, ...]) -> IovIter:
    """ITER_KVEC: kernel memory by address."""
    segments = []
    for memory, one in _kernel_segments(lab, words):
        if memory.address:
            base = memory.address + one.start
        else:
            _require_adjoining(memory, one)
            first, offset = divmod(one.start, PAGE_SIZE)
            last = len(memory.pages) - 1
            base = page_address(memory.pages[min(first, last)]) + offset
        segments.append(Iovec(base, one.size))
    i = IovIter()
    total = sum(each.iov_len for each in segments)
    lib.iov_iter_kvec(i, way, IovecPtr(KArray(segments), 0), len(segments), total)
    return i


def make_bvec(lab: Lab, kind: str, way: int, words: tuple[Word, ...]) -> IovIter:
    """ITER_BVEC: kernel memory by page."""
    segments = []
    for memory, one in _kernel_segments(lab, words):
        _require_adjoining(memory, one)
        first, offset = divmod(one.start, PAGE_SIZE)
        first = min(first, len(memory.pages) - 1)
        segments.append(BioVec(memory.pages[first], one.size, offset))
    i = IovIter()
    total = sum(each.bv_len for each in segments)
    lib.iov_iter_bvec(i, way, BvecPtr(KArray(segments), 0), len(segments), total)
    return i


def make_xarray(lab: Lab, kind: str, way: int, words: tuple[Word, ...]) -> IovIter:
    """ITER_XARRAY: the cached pages of a file."""
    found = files(lab.kernel)
    sizes = {name: pages_of(file) * PAGE_SIZE for name, file in found.items()}
    _require_one(words)
    one = segment_of(words[0], sizes, "file")
    file = _named(one, found, "file")
    require_within(one, sizes[one.base])
    i = IovIter()
    lib.iov_iter_xarray(i, way, file.i_mapping, one.start, one.size)
    return i


def make_folioq(lab: Lab, kind: str, way: int, words: tuple[Word, ...]) -> IovIter:
    """ITER_FOLIOQ: the folios of kernel memory, one after the other."""
    found = _kernel_segments(lab, words)
    queue = first = folioq_init()
    for memory, one in found:
        if one is not found[0][1] and one.start:
            raise CommandError(
                "only the first folio of a queue may begin in its middle",
                one.word.span,
                code="bad-segment",
            )
        queue = _append(queue, memory)
    _, head = found[0]
    i = IovIter()
    total = sum(one.size for _, one in found)
    iov_iter_folio_queue(i, way, first, 0, 0, head.start + total)
    lib.iov_iter_advance(i, head.start)
    return i


def make_pipe(lab: Lab, kind: str, way: int, words: tuple[Word, ...]) -> IovIter:
    """ITER_PIPE: a pipe that is filled."""
    found = pipes(lab.kernel)
    sizes = {name: each.max_usage * PAGE_SIZE for name, each in found.items()}
    _require_one(words)
    one = segment_of(words[0], sizes, "pipe")
    i = IovIter()
    lib.iov_iter_pipe(i, way, _named(one, found, "pipe"), one.size)
    return i


def make_discard(lab: Lab, kind: str, way: int, words: tuple[Word, ...]) -> IovIter:
    """ITER_DISCARD: a number of bytes that are thrown away."""
    _require_one(words)
    if not words[0].text.isdigit():
        raise CommandError(
            f"`{words[0].text[:40]}` is not a number of bytes",
            words[0].span,
            code="bad-segment",
            hint="discard has no memory: `iter d discard dest 4096`",
        )
    i = IovIter()
    lib.iov_iter_discard(i, way, int(words[0].text))
    return i


MAKERS = {
    "ubuf": make_user,
    "iovec": make_user,
    "kvec": make_kvec,
    "bvec": make_bvec,
    "xarray": make_xarray,
    "folioq": make_folioq,
    "pipe": make_pipe,
    "discard": make_discard,
}
"""How an iterator of each kind is made."""


def _kernel_segments(
    lab: Lab, words: tuple[Word, ...]
) -> list[tuple[KernelMemory, Segment]]:
    found = kmem(lab.kernel)
    sizes = {name: len(each.pages) * PAGE_SIZE for name, each in found.items()}
    segments = []
    for word in words:
        one = segment_of(word, sizes, "kernel memory")
        memory = _named(one, found, "kernel memory")
        require_within(one, sizes[one.base])
        segments.append((memory, one))
    return segments


def _named(one: Segment, found: dict[str, T], what: str) -> T:
    if one.base not in found:
        raise CommandError(f"`{one.base}` is no {what}", one.at, code="unknown-name")
    return found[one.base]


def _require_one(words: tuple[Word, ...]) -> None:
    if len(words) > 1:
        raise CommandError(
            "this kind of iterator has one segment", words[1].span, code="bad-segment"
        )


def _require_adjoining(memory: KernelMemory, one: Segment) -> None:
    """Refuse a segment whose frames do not lie side by side (CommandError)."""
    first = one.start // PAGE_SIZE
    last = (one.start + max(one.size, 1) - 1) // PAGE_SIZE
    pages = memory.pages[first : last + 1]
    if any(after.pfn != before.pfn + 1 for before, after in pairwise(pages)):
        raise CommandError(
            f"the frames of `{memory.name}` do not lie side by side",
            one.word.span,
            code="not-adjoining",
            hint=f"`kmem NAME {len(memory.pages)} compound` has such, or take single pages",
        )


def _append(queue: FolioQueue, memory: KernelMemory) -> FolioQueue:
    """Put each folio of the memory into the queue; returns its last segment."""
    for folio in dict.fromkeys(page_folio(page) for page in memory.pages):
        if folioq_full(queue):
            queue.next = folioq_init()
            queue.next.prev = queue
            queue = queue.next
        folioq_append(queue, folio)
    return queue
