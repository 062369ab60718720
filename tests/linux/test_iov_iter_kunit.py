"""The questions that the kernel asks its own iterators in lib/kunit_iov_iter.c.

The stretches are those of the kernel's tests: among them empty ones in front and in the
middle, some that begin or end in a page, and two that adjoin.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import pytest

from pintutor.linux.include.linux.bvec import BioVec, BvecPtr
from pintutor.linux.include.linux.mm_types import PAGE_SIZE, Page
from pintutor.linux.include.linux.uio import ITER_DEST, ITER_SOURCE, Extracted, IovIter
from pintutor.linux.lib import iov_iter as lib
from pintutor.linux.lib.iov_iter_pages import get_pages_array
from pintutor.linux.lib.string import memcpy_from_kernel, memcpy_to_kernel
from pintutor.patches import series
from pintutor.patches.between.extract_pages_kernel import iov_iter_extract_pages
from pintutor.sim.objects import KArray
from tests.linux.iterators import (
    Memory,
    Piece,
    described,
    folioq,
    joined,
    kvec,
    scattered,
    taken,
    xarray_over,
)
from tests.linux.machines import booted

NPAGES = 256
"""Pages of the memory that the iterators go over: 1 MiB."""

RANGES = (
    (0x00002, 0x00002),
    (0x00027, 0x03000),
    (0x05193, 0x18794),
    (0x20000, 0x20000),
    (0x20000, 0x24000),
    (0x24000, 0x27001),
    (0x29000, 0xFFFFB),
    (0xFFFFD, 0xFFFFE),
)
"""First byte and end of each stretch of the memory."""

PARTS = (
    (0, 0x0002, 0x0002),
    (1, 0x0027, 0x0893),
    (2, 0x0193, 0x0794),
    (3, 0x0000, 0x1000),
    (4, 0x0000, 0x1000),
    (5, 0x0000, 0x1000),
    (6, 0x0000, 0x0FFB),
    (6, 0x0FFD, 0x0FFE),
)
"""Page, first byte in it and end of each stretch, for bvecs."""

IN_PAGES = tuple(
    (page * PAGE_SIZE + first, page * PAGE_SIZE + end) for page, first, end in PARTS
)
"""`PARTS` as stretches of the memory."""

ARRAY = 8
"""Pages that the caller's array takes."""

MOST = 100 * 1024
"""Bytes that each call asks for."""

each_release = pytest.mark.parametrize("kernel", series.RELEASES)
EXTRACTING = [
    *((kernel, "xarray") for kernel in ("v6.4", "v6.5")),
    *(("v6.12", kind) for kind in ("kvec", "bvec", "xarray", "folioq")),
]
"""Kernels on which the kernel's tests of extraction pass, by kind of iterator."""

Ranges = tuple[tuple[int, int], ...]
Part = tuple[int, int, int]


class Walk(NamedTuple):
    """An iterator that was made over stretches of the memory."""

    i: IovIter
    ranges: Ranges
    end_offset: int | None
    """What iov_offset is at its end; None where segments say it."""


def pattern(count: int) -> bytes:
    """Bytes that count up."""
    return bytes(n & 0xFF for n in range(count))


def sizes(ranges: Ranges) -> Ranges:
    """The stretches as first byte and length."""
    return tuple((first, end - first) for first, end in ranges)


def bvec_by_page(memory: Memory, way: int, parts: Iterable[Part] = PARTS) -> IovIter:
    """ITER_BVEC over `PARTS`, joined where the frames adjoin."""
    vecs: list[BioVec] = []
    following: Page | None = None
    for number, first, end in parts:
        page = memory.pages[number]
        if first == 0 and end and following is not None and page.pfn == following.pfn + 1:
            vecs[-1].bv_len += end
        else:
            vecs.append(BioVec(page, end - first, first))
        following = page if end == PAGE_SIZE else None
    i = IovIter()
    total = sum(vec.bv_len for vec in vecs)
    lib.iov_iter_bvec(i, way, BvecPtr(KArray(vecs), 0), len(vecs), total)
    return i


def walks(kind: str, memory: Memory, way: int) -> Iterator[Walk]:
    """The iterators that go over the stretches, one or several."""
    if kind == "kvec":
        yield Walk(kvec(memory, *sizes(RANGES), way=way), RANGES, None)
    elif kind == "bvec":
        yield Walk(bvec_by_page(memory, way), IN_PAGES, None)
    for first, end in RANGES if kind in ("xarray", "folioq") else ():
        size = end - first
        if kind == "xarray":
            i = xarray_over(memory, first, size, way=way)
            yield Walk(i, ((first, end),), size)
        else:
            i = folioq(memory, first, size, way=way)
            yield Walk(i, ((first, end),), end % PAGE_SIZE)


COPIES = [
    (kernel, kind)
    for kernel in series.RELEASES
    for kind in ("kvec", "bvec", "xarray", "folioq")
    if kind != "folioq" or kernel == "v6.12"
]


@pytest.mark.parametrize(("kernel", "kind"), COPIES)
def test_a_copy_to_an_iterator_fills_its_stretches_only(kernel: str, kind: str) -> None:
    with booted(kernel):
        memory = scattered(NPAGES)
        memcpy_to_kernel(memory.base, bytes(NPAGES * PAGE_SIZE))
        data, at = pattern(NPAGES * PAGE_SIZE), 0
        expected = bytearray(NPAGES * PAGE_SIZE)
        for i, ranges, end_offset in walks(kind, memory, ITER_DEST):
            size = i.count
            for first, end in ranges:
                expected[first:end] = data[at : at + end - first]
                at += end - first
            assert lib._copy_to_iter(data[at - size : at], size, i) == size
            finished(i, end_offset)
        assert memcpy_from_kernel(memory.base, len(expected)) == bytes(expected)


@pytest.mark.parametrize(("kernel", "kind"), COPIES)
def test_a_copy_from_an_iterator_has_its_stretches_in_order(kernel: str, kind: str) -> None:
    with booted(kernel):
        memory = scattered(NPAGES)
        data = pattern(NPAGES * PAGE_SIZE)
        memcpy_to_kernel(memory.base, data)
        for i, ranges, end_offset in walks(kind, memory, ITER_SOURCE):
            size, buffer = i.count, KArray((b"",))
            assert lib._copy_from_iter(buffer, size, i) == size
            assert buffer[0] == b"".join(data[first:end] for first, end in ranges)
            finished(i, end_offset)


def finished(i: IovIter, end_offset: int | None) -> None:
    """The iterator stands at its end."""
    assert i.count == 0
    if end_offset is None:
        assert i.nr_segs == 0
    else:
        assert i.iov_offset == end_offset


def extracted(i: IovIter) -> Extracted:
    """One call of the kernel's tests, and what has to hold of each."""
    before = i.count
    got = iov_iter_extract_pages(i, get_pages_array(ARRAY), MOST, ARRAY, 0)
    assert 0 <= got.ret <= min(MOST, before)
    assert 0 <= got.offset0 < PAGE_SIZE
    assert i.count == before - got.ret
    return got


def test_bvecs_are_joined_only_where_frames_adjoin() -> None:
    """Both set-ups of `PARTS` occur: frames in a row, and frames with gaps."""
    for apart, count in ((False, 5), (True, 8)):
        with booted("v6.12"):
            memory = scattered(NPAGES)
            if apart:
                memory = memory._replace(pages=memory.pages[::2])
            i = bvec_by_page(memory, ITER_DEST)
            assert i.nr_segs == count
            found: list[Piece] = []
            while i.count:
                found += taken(extracted(i))
            assert joined(found) == described(memory, sizes(IN_PAGES))


@pytest.mark.parametrize(("kernel", "kind"), EXTRACTING)
def test_extraction_names_each_page_of_the_stretches_in_order(
    kernel: str, kind: str
) -> None:
    with booted(kernel):
        memory = scattered(NPAGES)
        for i, ranges, end_offset in walks(kind, memory, ITER_DEST):
            found: list[Piece] = []
            calls = 0
            while i.count:
                got = extracted(i)
                assert got.ret
                calls += 1
                found += taken(got)
            assert calls or all(first == end for first, end in ranges)
            assert joined(found) == described(memory, sizes(ranges))
            if kind == "xarray":
                assert i.iov_offset == end_offset
            assert all(page._refcount == 1 for page in memory.pages[:2])


@pytest.mark.parametrize("kernel", ["v6.4", "v6.5"])
@pytest.mark.parametrize("kind", ["kvec", "bvec"])
def test_an_empty_stretch_in_front_ended_extraction_before_it_was_mended(
    kernel: str, kind: str
) -> None:
    """The kernel's own tests came with the mend, and fail without it."""
    with booted(kernel):
        memory = scattered(NPAGES)
        ((i, _, _),) = walks(kind, memory, ITER_DEST)
        before = i.count
        assert extracted(i).ret == 0
        assert (i.count, i.nr_segs) == (before, 0)


@pytest.mark.parametrize("kernel", ["v6.4", "v6.5"])
@pytest.mark.parametrize("kind", ["kvec", "bvec"])
def test_without_it_the_same_stretches_are_extracted(kernel: str, kind: str) -> None:
    with booted(kernel):
        memory = scattered(NPAGES)
        ranges: Ranges = RANGES[1:] if kind == "kvec" else IN_PAGES[1:]
        if kind == "kvec":
            i = kvec(memory, *sizes(ranges), way=ITER_DEST)
        else:
            i = bvec_by_page(memory, ITER_DEST, PARTS[1:])
        found: list[Piece] = []
        while i.count:
            found += taken(extracted(i))
        assert joined(found) == described(memory, sizes(ranges))
