"""Iterators of every kind over memory that a test made, and what they cover."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from pintutor.linux.fs.inode import new_inode
from pintutor.linux.globals import current
from pintutor.linux.include.linux.bvec import BioVec, BvecPtr
from pintutor.linux.include.linux.folio_queue import (
    folioq_append,
    folioq_full,
    folioq_init,
)
from pintutor.linux.include.linux.fs import TMPFS
from pintutor.linux.include.linux.mm import FOLL_WRITE, VM_READ, VM_WRITE, nth_page
from pintutor.linux.include.linux.mm_types import PAGE_SIZE, Folio, Page, PageArray
from pintutor.linux.include.linux.uio import ITER_SOURCE, Extracted, IovIter
from pintutor.linux.include.uapi.uio import Iovec, IovecPtr
from pintutor.linux.lib import iov_iter as lib
from pintutor.linux.lib.iov_iter_pages import get_pages_array
from pintutor.linux.mm.filemap import filemap_add_folio
from pintutor.linux.mm.gup_api import get_user_pages_fast
from pintutor.linux.mm.mmap import do_mmap
from pintutor.linux.mm.page_alloc import alloc_pages, put_page
from pintutor.linux.mm.vmalloc import page_address, vmalloc, vmalloc_to_page
from pintutor.patches.between.extract_pages_kernel import iov_iter_extract_pages
from pintutor.patches.between.get_pages2 import iov_iter_get_pages2
from pintutor.patches.between.iter_folioq import iov_iter_folio_queue
from pintutor.patches.between.iter_ubuf import iov_iter_ubuf
from pintutor.sim.objects import KArray
from tests.linux.machines import fresh

EVERYTHING = 1 << 40


class Memory(NamedTuple):
    """Pages that lie side by side by address, from `base` on."""

    base: int
    pages: tuple[Page, ...]


class Piece(NamedTuple):
    """A part of one page."""

    page: Page
    offset: int
    size: int


def compound(order: int) -> Memory:
    """A folio of 2**order pages."""
    head = alloc_pages(order)
    assert head is not None
    pages = tuple(nth_page(head, index) for index in range(1 << order))
    return Memory(page_address(head), pages)


def scattered(count: int) -> Memory:
    """Pages that vmalloc() joins."""
    base = vmalloc(count * PAGE_SIZE)
    return Memory(base, tuple(vmalloc_to_page(base + n * PAGE_SIZE) for n in range(count)))


def state(i: IovIter) -> tuple[int, int, int, int]:
    """(nr_segs, iov_offset, count, number of the current segment)."""
    at = i.bvec or i.iov
    return i.nr_segs, i.iov_offset, i.count, at.nr if at is not None else 0


def iovecs(memory: Memory, segments: Iterable[tuple[int, int]]) -> KArray[Iovec]:
    """Stretches of the memory, by address."""
    return KArray(Iovec(memory.base + start, size) for start, size in segments)


def kvec(memory: Memory, *segments: tuple[int, int], way: int = ITER_SOURCE) -> IovIter:
    """ITER_KVEC over stretches of the memory: (start, size)."""
    i = IovIter()
    array = iovecs(memory, segments)
    total = sum(size for _, size in segments)
    lib.iov_iter_kvec(i, way, IovecPtr(array, 0), len(segments), total)
    return i


def bvec(memory: Memory, *segments: tuple[int, int], way: int = ITER_SOURCE) -> IovIter:
    """ITER_BVEC over stretches of memory whose frames lie side by side."""
    i = IovIter()
    array = KArray(
        BioVec(memory.pages[start // PAGE_SIZE], size, start % PAGE_SIZE)
        for start, size in segments
    )
    total = sum(size for _, size in segments)
    lib.iov_iter_bvec(i, way, BvecPtr(array, 0), len(segments), total)
    return i


def folioq(memory: Memory, start: int, size: int, *, way: int = ITER_SOURCE) -> IovIter:
    """ITER_FOLIOQ over single pages, as many segments as it takes."""
    queue = first = folioq_init()
    for page in memory.pages:
        if folioq_full(queue):
            queue.next = folioq_init()
            queue.next.prev = queue
            queue = queue.next
        folioq_append(queue, Folio(page))
    i = IovIter()
    iov_iter_folio_queue(i, way, first, 0, 0, start + size)
    lib.iov_iter_advance(i, start)
    return i


def xarray(count: int, start: int, size: int, *, way: int = ITER_SOURCE) -> IovIter:
    """ITER_XARRAY over cached pages of a file of tmpfs."""
    return _xarray([fresh() for _ in range(count)], start, size, way)


def xarray_over(memory: Memory, start: int, size: int, *, way: int) -> IovIter:
    """ITER_XARRAY over the pages of a memory, in the array without a reference."""
    i = _xarray([Folio(page) for page in memory.pages], start, size, way)
    for page in memory.pages:
        page._refcount -= 1
    return i


def _xarray(folios: list[Folio], start: int, size: int, way: int) -> IovIter:
    inode = new_inode("F", TMPFS, len(folios) * PAGE_SIZE)
    for index, folio in enumerate(folios):
        filemap_add_folio(inode.i_mapping, folio, index)
    i = IovIter()
    lib.iov_iter_xarray(i, way, inode.i_mapping, start, size)
    return i


def taken(got: Extracted) -> Iterator[Piece]:
    """What a call that takes pages covered."""
    offset, left, index = got.offset0, got.ret, 0
    while left > 0 and got.pages is not None:
        size = min(PAGE_SIZE - offset, left)
        yield Piece(got.pages[index], offset, size)
        left -= size
        offset, index = 0, index + 1


def extract(i: IovIter, maxsize: int = EVERYTHING, maxpages: int = 16) -> Extracted:
    """Extract into an array that the callee makes."""
    return iov_iter_extract_pages(i, None, maxsize, maxpages, 0)


def get2(i: IovIter, maxsize: int = EVERYTHING, maxpages: int = 16) -> Extracted:
    """Reference pages, advancing."""
    array = PageArray(KArray[Page | None]([None] * maxpages))
    return iov_iter_get_pages2(i, array, maxsize, maxpages)


def joined(pieces: Iterable[Piece]) -> list[Piece]:
    """The pieces, with those joined that go on in one page."""
    found: list[Piece] = []
    for one in pieces:
        last = found[-1] if found else None
        if last and last.page is one.page and last.offset + last.size == one.offset:
            found[-1] = last._replace(size=last.size + one.size)
        elif one.size:
            found.append(one)
    return found


def described(memory: Memory, segments: Iterable[tuple[int, int]]) -> list[Piece]:
    """What stretches of the memory cover, page by page."""
    pieces = []
    for start, size in segments:
        while size:
            offset = start % PAGE_SIZE
            part = min(PAGE_SIZE - offset, size)
            pieces.append(Piece(memory.pages[start // PAGE_SIZE], offset, part))
            start, size = start + part, size - part
    return joined(pieces)


def ubuf(base: int, size: int, *, way: int) -> IovIter:
    """ITER_UBUF."""
    i = IovIter()
    iov_iter_ubuf(i, way, base, size)
    return i


def user(base: int, *segments: tuple[int, int], way: int) -> IovIter:
    """ITER_IOVEC over stretches of user memory from `base` on."""
    i = IovIter()
    array = KArray(Iovec(base + start, size) for start, size in segments)
    total = sum(size for _, size in segments)
    lib.iov_iter_init(i, way, IovecPtr(array, 0), len(segments), total)
    return i


def tasks_memory(count: int) -> Memory:
    """Pages of the current task, each of them written."""
    base = do_mmap(current().mm, 0, count * PAGE_SIZE, VM_READ | VM_WRITE)
    pages = PageArray(KArray[Page | None]([None] * count))
    assert get_user_pages_fast(base, count, FOLL_WRITE, pages) == count
    had = tuple(pages[index] for index in range(count))
    for page in had:
        put_page(page)
    return Memory(base, had)


def drained(i: IovIter, *, size: int, pages: int, take: str) -> list[Piece]:
    """Everything that is left, taken call by call; the calls must get on."""
    total, covered, found = i.count, 0, []
    while i.count:
        got = take_pages(i, size, pages, take)
        assert got.ret > 0, "the call gets on"
        assert got.ret <= size
        parts = list(taken(got))
        assert len(parts) <= pages
        covered += got.ret
        found += parts
    assert covered == total
    return joined(found)


def take_pages(i: IovIter, size: int, pages: int, take: str) -> Extracted:
    """Take pages by the function that is meant, and go on past them."""
    if take == "extract":
        return extract(i, size, pages)
    if take == "get2":
        return get2(i, size, pages)
    got = lib.iov_iter_get_pages(i, get_pages_array(pages), size, pages)
    lib.iov_iter_advance(i, max(got.ret, 0))
    return got
