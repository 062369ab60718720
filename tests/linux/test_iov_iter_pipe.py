"""ITER_PIPE on the releases that have it: what is in the pipe, and who holds it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pintutor.linux.fs.pipe import alloc_pipe_info
from pintutor.linux.include.linux.mm_types import PAGE_SIZE, Page
from pintutor.linux.include.linux.pipe_fs_i import (
    PipeBuffer,
    PipeInodeInfo,
    pipe_buf,
)
from pintutor.linux.include.linux.uio import READ, IovIter
from pintutor.linux.include.uapi.errno import EFAULT
from pintutor.linux.lib import iov_iter as lib
from pintutor.linux.lib.iov_iter_init import iov_iter_pipe
from pintutor.linux.mm.page_alloc import put_page
from tests.linux.iterators import Piece, compound, joined, take_pages, taken
from tests.linux.machines import booted

RELEASES = ("v5.17", "v6.1", "v6.2", "v6.4")
TAKES = {"v5.17": "get", "v6.1": "get2", "v6.2": "get2", "v6.4": "get2"}
UNKNOWN = None
"""A byte of a page that was got: whoever got it writes it."""

each_release = pytest.mark.parametrize("kernel", RELEASES)
step = st.one_of(
    st.tuples(st.just("copy"), st.integers(0, 9000)),
    st.tuples(st.just("page"), st.integers(1, PAGE_SIZE)),
    st.tuples(st.just("zero"), st.integers(0, 9000)),
    st.tuples(st.just("get"), st.integers(1, 20000)),
    st.tuples(st.just("revert"), st.integers(0, 20000)),
)


def filling(slots: int = 8, *, count: int = 1 << 20) -> tuple[PipeInodeInfo, IovIter]:
    """A pipe with something in it already, and an iterator that goes on."""
    pipe = alloc_pipe_info("P", slots)
    before = IovIter()
    iov_iter_pipe(before, READ, pipe, 10)
    lib._copy_to_iter(b"0123456789", 10, before)
    i = IovIter()
    iov_iter_pipe(i, READ, pipe, count)
    return pipe, i


def buffers(pipe: PipeInodeInfo) -> list[PipeBuffer]:
    """What is in the pipe, oldest first."""
    return [pipe_buf(pipe, slot) for slot in range(pipe.tail, pipe.head)]


def contents(pipe: PipeInodeInfo) -> bytes:
    """All bytes that a reader would get."""
    return b"".join(
        buf.page.data[buf.offset : buf.offset + buf.len] for buf in buffers(pipe)
    )


@each_release
@given(steps=st.lists(step, max_size=8))
@settings(max_examples=40, deadline=None)
def test_the_pipe_has_what_the_iterator_wrote_and_did_not_take_back(
    kernel: str, steps: list[tuple[str, int]]
) -> None:
    with booted(kernel):
        pipe, i = filling()
        source = compound(0)
        expected: list[int | None] = []
        for verb, size in steps:
            _do(kernel, i, verb, size, expected, source.pages[0])
            assert i.count == (1 << 20) - len(expected)
        found = contents(pipe)
        assert found[:10] == b"0123456789"
        assert len(found) == 10 + len(expected)
        assert all(
            known is UNKNOWN or known == byte
            for known, byte in zip(expected, found[10:], strict=True)
        )
        uses = [buf.page for buf in buffers(pipe)]
        for page in set(uses):
            own = 1 if page is source.pages[0] else 0
            assert page._refcount == uses.count(page) + own


def _do(
    kernel: str,
    i: IovIter,
    verb: str,
    size: int,
    expected: list[int | None],
    page: Page,
) -> None:
    """One step, and what the pipe has of it."""
    if verb == "copy":
        data = bytes((len(expected) + n) % 251 for n in range(size))
        expected += data[: lib._copy_to_iter(data, size, i)]
    elif verb == "page":
        expected += page.data[: lib.copy_page_to_iter(page, 0, size, i)]
    elif verb == "zero":
        expected += bytes(lib.iov_iter_zero(size, i))
    elif verb == "get":
        got = take_pages(i, size, 3, TAKES[kernel])
        expected += [UNKNOWN] * max(got.ret, 0)
        for piece in taken(got):
            put_page(piece.page)
    else:
        back = min(size, len(expected))
        lib.iov_iter_revert(i, back)
        del expected[len(expected) - back :]


@each_release
@given(
    sizes=st.lists(st.integers(1, 9000), min_size=1, max_size=5), pages=st.integers(1, 4)
)
@settings(max_examples=25, deadline=None)
def test_pages_that_are_got_are_those_that_the_pipe_has_then(
    kernel: str, sizes: list[int], pages: int
) -> None:
    with booted(kernel):
        pipe, i = filling(16)
        behind = pipe.head
        found: list[Piece] = []
        for size in sizes:
            got = take_pages(i, size, pages, TAKES[kernel])
            if got.ret == -EFAULT:
                break
            found += taken(got)
        bufs = buffers(pipe)[behind - pipe.tail :]
        there = [Piece(buf.page, buf.offset, buf.len) for buf in bufs]
        assert joined(found) == there
        assert all(piece.page._refcount >= 2 for piece in found)


@each_release
def test_a_full_pipe_takes_no_more(kernel: str) -> None:
    with booted(kernel):
        pipe, i = filling(4)
        assert lib._copy_to_iter(bytes(5 * PAGE_SIZE), 5 * PAGE_SIZE, i) == 3 * PAGE_SIZE
        assert take_pages(i, 1, 1, TAKES[kernel]).ret == -EFAULT
        assert pipe.head - pipe.tail == 4
