"""Moving an iterator, looking at it, copying to and from it, on every release."""

from itertools import accumulate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pintutor.linux.include.linux.mm_types import PAGE_SIZE
from pintutor.linux.include.linux.uio import (
    ITER_DEST,
    ITER_SOURCE,
    READ,
    IovIter,
    iov_iter_reexpand,
    iov_iter_save_state,
    iov_iter_truncate,
)
from pintutor.linux.include.uapi.errno import EFAULT, EINVAL
from pintutor.linux.include.uapi.uio import Iovec, IovecPtr
from pintutor.linux.lib import iov_iter as lib
from pintutor.linux.lib.string import memcpy_from_kernel
from pintutor.patches import series
from pintutor.patches.between.iter_is_aligned import iov_iter_is_aligned
from pintutor.sim.objects import KArray
from tests.linux.iterators import (
    Memory,
    bvec,
    compound,
    folioq,
    kvec,
    scattered,
    state,
    user,
    xarray,
)
from tests.linux.machines import booted

each_release = pytest.mark.parametrize("kernel", series.RELEASES)

WALK = (
    ("advance", 512, (3, 0, 5096, 2)),
    ("advance", 100, (3, 100, 4996, 2)),
    ("revert", 100, (3, 0, 5096, 2)),
    ("revert", 1, (5, 511, 5097, 0)),
    ("advance", 5000, (1, 903, 97, 4)),
    ("revert", 596, (1, 307, 693, 4)),
    ("advance", 9999, (0, 0, 0, 5)),
    ("revert", 1000, (1, 0, 1000, 4)),
    ("revert", 1, (3, 4095, 1001, 2)),
)
"""A walk over segments of 512, 0, 4096, 0 and 1000 bytes, and where it comes by."""

LENGTHS = (512, 0, 4096, 0, 1000)


def laid(lengths: tuple[int, ...]) -> list[tuple[int, int]]:
    """Segments of these lengths, one behind the other."""
    starts = accumulate(lengths, initial=0)
    return list(zip(starts, lengths, strict=False))


@each_release
@pytest.mark.parametrize("kind", ["iovec", "kvec", "bvec"])
def test_a_walk_comes_by_where_the_segments_say(kernel: str, kind: str) -> None:
    with booted(kernel):
        memory = compound(1)
        make = {"kvec": kvec, "bvec": bvec}.get(kind)
        segments = laid(LENGTHS)
        i = make(memory, *segments) if make else user(0x10000, *segments, way=ITER_DEST)
        assert state(i) == (5, 0, 5608, 0)
        for verb, size, expected in WALK:
            move = lib.iov_iter_advance if verb == "advance" else lib.iov_iter_revert
            move(i, size)
            assert state(i) == expected, (verb, size)


@each_release
@given(
    lengths=st.lists(st.integers(0, 3000), min_size=1, max_size=6),
    moves=st.lists(st.integers(0, 4000), max_size=6),
    back=st.integers(0, 9000),
    kind=st.sampled_from(["kvec", "bvec", "iovec"]),
)
@settings(max_examples=25, deadline=None)
def test_going_back_undoes_going_on(
    kernel: str, lengths: list[int], moves: list[int], back: int, kind: str
) -> None:
    segments = laid(tuple(lengths))
    total = sum(lengths)
    with booted(kernel):
        memory = compound(3)
        make = {"kvec": kvec, "bvec": bvec}.get(kind)
        i = make(memory, *segments) if make else user(0x10000, *segments, way=ITER_DEST)
        for size in moves:
            lib.iov_iter_advance(i, size)
        gone = total - i.count
        lib.iov_iter_revert(i, min(back, gone))
        position = gone - min(back, gone)
        _, offset, count, at = state(i)
        assert count == total - position
        assert sum(lengths[:at]) + offset == position


@each_release
def test_a_state_that_was_saved_is_restored(kernel: str) -> None:
    with booted(kernel) as running:
        i = bvec(compound(2), (0, 1000), (4096, 5000))
        lib.iov_iter_advance(i, 1200)
        saved, before = iov_iter_save_state(i), state(i)
        lib.iov_iter_advance(i, 4800)
        lib.iov_iter_restore(i, saved)
        assert state(i) == before
        assert running.log.lines == ()


@each_release
def test_cutting_is_a_limit_and_reexpanding_is_not(kernel: str) -> None:
    with booted(kernel):
        i = kvec(compound(1), (0, 4000))
        iov_iter_truncate(i, 5000)
        assert i.count == 4000
        iov_iter_truncate(i, 100)
        assert i.count == 100
        iov_iter_reexpand(i, 4000)
        assert i.count == 4000


@each_release
def test_a_page_that_two_segments_share_counts_twice(kernel: str) -> None:
    with booted(kernel):
        i = kvec(compound(1), (0, 512), (512, 4000))
        assert lib.iov_iter_npages(i, 100) == 3
        assert lib.iov_iter_npages(i, 2) == 2


@each_release
def test_gaps_between_segments_show_in_their_ends_and_starts(kernel: str) -> None:
    with booted(kernel):
        i = user(0x10000, (0x200, 0x100), (0x1000, 0x800), way=ITER_DEST)
        assert lib.iov_iter_gap_alignment(i) == 0x10300 | 0x11000
        assert lib.iov_iter_alignment(i) == 0x10200 | 0x100 | 0x11000 | 0x800


@pytest.mark.parametrize("kernel", ["v6.1", "v6.4", "v6.5", "v6.12"])
def test_lengths_and_addresses_have_masks_of_their_own(kernel: str) -> None:
    with booted(kernel):
        i = user(0x10000, (0x204, 512), (0x1000, 1024), way=ITER_DEST)
        assert iov_iter_is_aligned(i, 3, 511)
        assert not iov_iter_is_aligned(i, 511, 511)
        lib.iov_iter_advance(i, 4)
        assert not iov_iter_is_aligned(i, 3, 511)


@pytest.mark.parametrize("segments", [[], [(0, 1 << 63)], [(0, 1)] * 1025])
def test_segments_of_a_system_call_are_checked(segments: list[tuple[int, int]]) -> None:
    expected = {0: 0, 1: -EINVAL, 1025: -EINVAL}[len(segments)]
    with booted("v6.12"):
        array = KArray(Iovec(0x10000 + start, size) for start, size in segments)
        found = lib.import_iovec(READ, IovecPtr(array, 0), len(segments), IovIter())
        assert found == expected


@each_release
def test_a_segment_beyond_user_space_is_refused(kernel: str) -> None:
    with booted(kernel):
        array = KArray((Iovec(0x10000, 1), Iovec(1 << 47, 1)))
        assert lib.import_iovec(READ, IovecPtr(array, 0), 2, IovIter()) == -EFAULT


RANGES = ((0, 1), (5, 3000), (4090, 12), (9000, 4096), (16383, 1))
"""Stretches of 16384 bytes, as the copies go over them."""


def pattern(size: int) -> bytes:
    """Bytes that tell their place."""
    return bytes((n * 7 + n // 251) & 0xFF for n in range(size))


def whole(memory: Memory) -> bytes:
    """All that the memory holds."""
    return memcpy_from_kernel(memory.base, len(memory.pages) * PAGE_SIZE)


@each_release
@pytest.mark.parametrize("kind", ["kmalloc", "vmalloc", "bvec"])
def test_a_copy_goes_to_the_segments_and_nowhere_else(kernel: str, kind: str) -> None:
    with booted(kernel):
        memory = scattered(4) if kind == "vmalloc" else compound(2)
        make = bvec if kind == "bvec" else kvec
        i = make(memory, *RANGES, way=ITER_DEST)
        data = pattern(i.count + 10)
        expected = bytearray(4 * PAGE_SIZE)
        at = 0
        for start, size in RANGES:
            expected[start : start + size] = data[at : at + size]
            at += size
        assert lib._copy_to_iter(data, len(data), i) == at
        assert (i.count, i.nr_segs) == (0, 0)
        assert whole(memory) == bytes(expected)


@each_release
@pytest.mark.parametrize("kind", ["kmalloc", "vmalloc", "bvec"])
def test_a_copy_comes_from_the_segments_in_order(kernel: str, kind: str) -> None:
    with booted(kernel):
        memory = scattered(4) if kind == "vmalloc" else compound(2)
        contents = pattern(4 * PAGE_SIZE)
        full = (0, 4 * PAGE_SIZE)
        lib._copy_to_iter(contents, len(contents), kvec(memory, full, way=ITER_DEST))
        make = bvec if kind == "bvec" else kvec
        i = make(memory, *RANGES, way=ITER_SOURCE)
        buffer = KArray((b"",))
        total = i.count
        assert lib._copy_from_iter(buffer, total + 10, i) == total
        parts = (contents[start : start + size] for start, size in RANGES)
        assert buffer[0] == b"".join(parts)


@each_release
def test_a_copy_reaches_the_cached_pages_of_a_file(kernel: str) -> None:
    with booted(kernel):
        i = xarray(4, 1000, 9000, way=ITER_DEST)
        data = pattern(9000)
        assert lib._copy_to_iter(data[:5000], 5000, i) == 5000
        assert lib.iov_iter_zero(10, i) == 10
        assert lib._copy_to_iter(data[5010:], 4000, i) == 3990
        pages = i.xarray.i_pages.items if i.xarray and i.xarray.i_pages else []
        found = b"".join(page.data for page in pages if page)
        assert found[1000:10000] == data[:5000] + bytes(10) + data[5010:]


def test_a_copy_reaches_the_folios_of_a_queue_across_its_segments() -> None:
    with booted("v6.12"):
        memory = scattered(40)
        data = pattern(40 * PAGE_SIZE - 5000)
        assert lib._copy_to_iter(
            data, len(data), folioq(memory, 5000, len(data), way=ITER_DEST)
        ) == len(data)
        assert whole(memory) == bytes(5000) + data
        buffer = KArray((b"",))
        lib._copy_from_iter(buffer, len(data), folioq(memory, 5000, len(data)))
        assert buffer[0] == data


def test_a_queue_goes_back_across_its_segments() -> None:
    with booted("v6.12"):
        i = folioq(scattered(40), 0, 40 * PAGE_SIZE)
        lib.iov_iter_advance(i, 35 * PAGE_SIZE + 7)
        assert (i.folioq_slot, i.iov_offset) == (4, 7)
        lib.iov_iter_revert(i, 5 * PAGE_SIZE)
        assert (i.folioq_slot, i.iov_offset, i.count) == (30, 7, 10 * PAGE_SIZE - 7)


def test_copying_against_the_direction_is_noticed_since_v6_2() -> None:
    for kernel, warnings in (("v6.1", 0), ("v6.2", 1), ("v6.12", 1)):
        with booted(kernel) as running:
            i = kvec(compound(1), (0, 100), way=ITER_SOURCE)
            copied = lib._copy_to_iter(b"x" * 100, 100, i)
            assert (copied, len(running.log.lines)) == (0 if warnings else 100, warnings)
