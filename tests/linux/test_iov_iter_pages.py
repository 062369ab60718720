"""Getting and extracting the pages of iterators: which, how held, what moves."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pintutor.linux.include.linux.mm_types import PAGE_SIZE
from pintutor.linux.include.linux.uio import IovIter
from pintutor.linux.include.uapi.errno import EFAULT
from pintutor.linux.lib import iov_iter as lib
from tests.linux.iterators import (
    bvec,
    compound,
    described,
    drained,
    extract,
    folioq,
    get2,
    kvec,
    scattered,
    state,
    taken,
    xarray,
)
from tests.linux.machines import booted

EXTRACTING = ("v6.4", "v6.5", "v6.12")
"""Releases that extract."""


segments = st.lists(
    st.tuples(st.integers(0, 7 * PAGE_SIZE), st.integers(1, PAGE_SIZE)),
    min_size=1,
    max_size=5,
)
CASES = [
    ("v5.17", "get"),
    ("v6.1", "get2"),
    ("v6.2", "get2"),
    ("v6.4", "get2"),
    ("v6.12", "get2"),
    *((kernel, "extract") for kernel in EXTRACTING),
]


@pytest.mark.parametrize(("kernel", "take"), CASES)
@given(
    parts=segments,
    size=st.integers(1, 20000),
    pages=st.integers(1, 5),
    kind=st.sampled_from(["bvec", "kvec", "vmalloc", "xarray", "folioq"]),
    empty=st.lists(st.integers(0, 4), max_size=3),
)
@settings(max_examples=25, deadline=None)
def test_all_calls_together_cover_what_the_segments_say(
    kernel: str,
    take: str,
    parts: list[tuple[int, int]],
    size: int,
    pages: int,
    kind: str,
    empty: list[int],
) -> None:
    with booted(kernel):
        if kernel == "v6.12" and take == "extract":
            for at in empty:
                parts.insert(min(at, len(parts)), (100, 0))
        if kind == "folioq" and kernel != "v6.12":
            kind = "xarray"
        if kind in ("kvec", "vmalloc") and take != "extract":
            kind = "bvec"
        if kind in ("xarray", "folioq"):
            start, length = parts[0][0], max(1, sum(one for _, one in parts) % 9000)
            length = min(length, 8 * PAGE_SIZE - start)
            if kind == "xarray":
                i = xarray(8, start, length)
                cached = i.xarray.i_pages.items if i.xarray and i.xarray.i_pages else []
                memory = compound(0)._replace(pages=tuple(page for page in cached if page))
            else:
                memory = scattered(8)
                i = folioq(memory, start, length)
            expected = described(memory, [(start, length)])
        else:
            memory = scattered(8) if kind == "vmalloc" else compound(3)
            make = bvec if kind == "bvec" else kvec
            i = make(memory, *parts)
            expected = described(memory, parts)
        assert drained(i, size=size, pages=pages, take=take) == expected


@pytest.mark.parametrize("kernel", EXTRACTING)
def test_a_long_kvec_comes_eight_pages_at_a_time(kernel: str) -> None:
    with booted(kernel):
        memory = scattered(20)
        i = kvec(memory, (0x200, 70000))
        expected = [
            (32256, 0x200, memory.pages[0:8], (1, 32256)),
            (32768, 0, memory.pages[8:16], (1, 65024)),
            (4976, 0, memory.pages[16:18], (0, 0)),
        ]
        for ret, offset0, pages, where in expected:
            got = extract(i, 102400, 8)
            assert (got.ret, got.offset0) == (ret, offset0)
            assert [piece.page for piece in taken(got)] == list(pages)
            assert state(i)[:2] == where
        assert i.count == 0


@pytest.mark.parametrize("kernel", EXTRACTING)
def test_bvecs_whose_pages_adjoin_are_not_joined(kernel: str) -> None:
    with booted(kernel):
        i = bvec(compound(1), (0, PAGE_SIZE), (PAGE_SIZE, PAGE_SIZE))
        got = extract(i, 2 * PAGE_SIZE, 8)
        assert (got.ret, i.nr_segs) == (PAGE_SIZE, 1)


@pytest.mark.parametrize("kernel", EXTRACTING)
def test_cached_pages_of_a_file_come_across_pages(kernel: str) -> None:
    with booted(kernel):
        i = xarray(30, 0x5200, 70000)
        got = extract(i, 102400, 8)
        assert (got.ret, got.offset0, i.iov_offset) == (32256, 0x200, 32256)
        assert len(list(taken(got))) == 8


def test_a_queue_stands_behind_the_folio_that_it_ended_with() -> None:
    with booted("v6.12"):
        i = folioq(scattered(40), 0x5200, 70000)
        got = extract(i, 102400, 8)
        assert (got.ret, got.offset0) == (32256, 0x200)
        assert (i.folioq_slot, i.iov_offset) == (12, PAGE_SIZE)
        assert extract(i, 102400, 8).ret == 8 * PAGE_SIZE


@pytest.mark.parametrize("kernel", EXTRACTING)
@pytest.mark.parametrize("make", [kvec, bvec])
def test_nothing_is_held_of_kernel_memory(kernel: str, make: type) -> None:
    with booted(kernel):
        memory = compound(2)
        extract(make(memory, (100, 9000)))
        assert (memory.pages[0]._refcount, memory.pages[0]._pincount) == (1, 0)


@pytest.mark.parametrize("kernel", ["v6.1", *EXTRACTING])
def test_get_pages_references_each_page_of_a_bvec(kernel: str) -> None:
    with booted(kernel):
        memory = compound(2)
        assert get2(bvec(memory, (100, 9000))).ret == 9000
        assert memory.pages[0]._refcount == 4


def test_kernel_memory_by_address_cannot_be_referenced_but_extracted() -> None:
    with booted("v6.4"):
        memory = compound(1)
        assert get2(kvec(memory, (0, 4096))).ret == -EFAULT
        assert extract(kvec(memory, (0, 4096))).ret == 4096


@pytest.mark.parametrize("kernel", EXTRACTING)
def test_nothing_wanted_moves_nothing_and_nothing_can_be_had_of_discard(
    kernel: str,
) -> None:
    with booted(kernel):
        i = kvec(compound(1), (0, 4096))
        assert extract(i, 0).ret == 0
        assert i.count == 4096
        discard = IovIter()
        lib.iov_iter_discard(discard, 0, 10)
        assert extract(discard, 10, 1).ret == -EFAULT


@pytest.mark.parametrize("make", [kvec, bvec])
def test_an_empty_segment_in_front_ends_the_extraction_up_to_v6_5(make: type) -> None:
    for kernel, ret, left in (("v6.4", 0, 0), ("v6.5", 0, 0), ("v6.12", 4096, 0)):
        with booted(kernel):
            i = make(compound(2), (0, 0), (4096, 4096))
            assert extract(i, 4096).ret == ret
            assert i.nr_segs == left
            assert i.count == 4096 - ret
