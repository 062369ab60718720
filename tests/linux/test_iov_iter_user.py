"""Iterators over a task's memory: pages, moves and copies, on every release."""

from itertools import accumulate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pintutor.linux.include.linux.mm import GUP_PIN_COUNTING_BIAS
from pintutor.linux.include.linux.mm_types import PAGE_SIZE
from pintutor.linux.include.linux.uio import ITER_DEST, ITER_SOURCE, IovIter
from pintutor.linux.include.uapi.errno import EFAULT
from pintutor.linux.lib import iov_iter as lib
from pintutor.linux.mm.gup_unpin import unpin_user_page
from pintutor.linux.mm.page_alloc import put_page
from pintutor.patches import series
from pintutor.sim.objects import KArray
from tests.linux.iterators import (
    Memory,
    described,
    drained,
    extract,
    joined,
    state,
    take_pages,
    taken,
    tasks_memory,
    ubuf,
    user,
)
from tests.linux.machines import booted

PAGES = 6
CASES = [
    ("v5.17", "get"),
    *((kernel, "get2") for kernel in series.RELEASES if kernel != "v5.17"),
    *((kernel, "extract") for kernel in ("v6.4", "v6.5", "v6.12")),
]
KINDS = [
    (kernel, kind)
    for kernel in series.RELEASES
    for kind in ("iovec", "ubuf")
    if (kernel, kind) != ("v5.17", "ubuf")
]
one = st.integers(0, PAGES * PAGE_SIZE - 1).flatmap(
    lambda start: st.tuples(st.just(start), st.integers(0, PAGES * PAGE_SIZE - start))
)
stretches = st.lists(one, min_size=1, max_size=5)


def over(
    memory: Memory, kind: str, parts: list[tuple[int, int]], *, way: int = ITER_DEST
) -> tuple[IovIter, list[tuple[int, int]]]:
    """An iterator of a kind over stretches, and those that it goes over."""
    if kind == "ubuf":
        start, size = parts[0]
        return ubuf(memory.base + start, size, way=way), parts[:1]
    return user(memory.base, *parts, way=way), parts


@pytest.mark.parametrize(("kernel", "take"), CASES)
@given(
    parts=stretches,
    size=st.integers(1, 20000),
    pages=st.integers(1, 5),
    kind=st.sampled_from(["iovec", "ubuf"]),
    way=st.sampled_from([ITER_DEST, ITER_SOURCE]),
)
@settings(max_examples=25, deadline=None)
def test_all_calls_together_cover_the_stretches_that_the_task_named(
    kernel: str,
    take: str,
    parts: list[tuple[int, int]],
    size: int,
    pages: int,
    kind: str,
    way: int,
) -> None:
    with booted(kernel):
        memory = tasks_memory(PAGES)
        kind = kind if kernel != "v5.17" else "iovec"
        i, walked = over(memory, kind, parts, way=way)
        found = drained(i, size=size, pages=pages, take=take)
        assert found == described(memory, walked)


@pytest.mark.parametrize(("kernel", "take"), CASES)
@given(parts=stretches, size=st.integers(1, 20000), pages=st.integers(1, 5))
@settings(max_examples=15, deadline=None)
def test_each_call_holds_each_of_its_pages_once_and_all_can_be_given_back(
    kernel: str, take: str, parts: list[tuple[int, int]], size: int, pages: int
) -> None:
    with booted(kernel):
        memory = tasks_memory(PAGES)
        unit = GUP_PIN_COUNTING_BIAS if take == "extract" else 1
        before = [page._refcount for page in memory.pages]
        expected = list(before)
        had = []
        i, _ = over(memory, "iovec", parts)
        while i.count:
            for piece in taken(take_pages(i, size, pages, take)):
                expected[memory.pages.index(piece.page)] += unit
                had.append(piece.page)
        assert [page._refcount for page in memory.pages] == expected
        for page in had:
            (unpin_user_page if take == "extract" else put_page)(page)
        assert [page._refcount for page in memory.pages] == before


@pytest.mark.parametrize(("kernel", "kind"), KINDS)
@given(parts=stretches, moves=st.lists(st.integers(0, 9000), max_size=5))
@settings(max_examples=25, deadline=None)
def test_moves_and_looks_agree_with_the_bytes_that_are_left(
    kernel: str, kind: str, parts: list[tuple[int, int]], moves: list[int]
) -> None:
    """Every other move goes back."""
    with booted(kernel):
        memory = Memory(0x10000, ())
        i, walked = over(memory, kind, parts)
        total = i.count
        position = 0
        for index, size in enumerate(moves):
            if index % 2:
                lib.iov_iter_revert(i, min(size, position))
                position -= min(size, position)
            else:
                lib.iov_iter_advance(i, size)
                position = min(total, position + size)
            assert i.count == total - position
        left = rest(walked, position)
        assert lib.iov_iter_npages(i, 100) == sum(
            -(-(start % PAGE_SIZE + size) // PAGE_SIZE) for start, size in left if size
        )


def rest(parts: list[tuple[int, int]], gone: int) -> list[tuple[int, int]]:
    """The stretches without their first bytes."""
    ends = accumulate(size for _, size in parts)
    left = []
    for (start, size), end in zip(parts, ends, strict=True):
        passed = min(size, max(0, gone - (end - size)))
        left.append((start + passed, size - passed))
    return left


@pytest.mark.parametrize(("kernel", "kind"), KINDS)
@given(parts=stretches, cut=st.integers(0, 9000))
@settings(max_examples=15, deadline=None)
def test_what_is_copied_to_a_tasks_memory_is_copied_from_it_again(
    kernel: str, kind: str, parts: list[tuple[int, int]], cut: int
) -> None:
    with booted(kernel):
        memory = tasks_memory(PAGES)
        i, walked = over(memory, kind, parts)
        data = bytes(n % 251 for n in range(i.count))
        contents = bytearray(b"".join(page.data for page in memory.pages))
        at = 0
        for start, size in walked:
            contents[start : start + size] = data[at : at + size]
            at += size
        cut = min(cut, len(data))
        assert lib._copy_to_iter(data[:cut], cut, i) == cut
        assert lib._copy_to_iter(data[cut:], len(data), i) == len(data) - cut
        assert b"".join(page.data for page in memory.pages) == contents
        back, _ = over(memory, kind, parts, way=ITER_SOURCE)
        buffer = KArray((b"",))
        assert lib._copy_from_iter(buffer, len(data), back) == len(data)
        assert buffer[0] == b"".join(
            contents[start : start + size] for start, size in walked
        )


@pytest.mark.parametrize(("kernel", "kind"), KINDS)
def test_without_faults_a_call_takes_what_is_mapped_until_the_rest_is_faulted_in(
    kernel: str, kind: str
) -> None:
    with booted(kernel):
        memory = tasks_memory(1)
        i, _ = over(memory, kind, [(100, PAGE_SIZE)])
        i.nofault = True
        take = "get" if kernel == "v5.17" else "get2"
        got = take_pages(i, PAGE_SIZE, 4, take)
        assert got.ret == PAGE_SIZE - 100
        assert take_pages(i, PAGE_SIZE, 4, take).ret == -EFAULT


@pytest.mark.parametrize(("kernel", "kind"), KINDS)
def test_faulting_in_ends_where_memory_does_and_moves_nothing(
    kernel: str, kind: str
) -> None:
    with booted(kernel):
        memory = tasks_memory(2)
        i, _ = over(memory, kind, [(100, 3 * PAGE_SIZE)])
        before = state(i)
        for fault_in in (lib.fault_in_iov_iter_readable, lib.fault_in_iov_iter_writeable):
            assert fault_in(i, 2 * PAGE_SIZE - 100) == 0
            assert fault_in(i, 3 * PAGE_SIZE) == PAGE_SIZE + 100
            assert fault_in(i, 4 * PAGE_SIZE) == 2 * PAGE_SIZE + 100
        assert state(i) == before


def test_pages_of_an_empty_stretch_in_front_are_those_of_the_next() -> None:
    for kernel in ("v6.4", "v6.12"):
        with booted(kernel):
            memory = tasks_memory(2)
            got = extract(user(memory.base, (5, 0), (PAGE_SIZE, 10), way=ITER_DEST))
            assert joined(taken(got)) == described(memory, [(PAGE_SIZE, 10)])
