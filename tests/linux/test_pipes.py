"""Pipes: copies, pages of a task, and what fork does to them."""

import pytest

from pintutor.lab import books
from pintutor.lab.lab import Lab
from pintutor.lab.pipes import contents, pipes
from tests.labs import run, started, value

KERNELS = ("v5.17", "v6.1", "v6.4", "v6.5", "v6.12")
each_kernel = pytest.mark.parametrize("kernel", KERNELS)


def waiting(lab: Lab, pipe: str = "p") -> bytes:
    """What a reader of the pipe would get."""
    return contents(pipes(lab.kernel)[pipe])


@each_kernel
def test_what_is_written_to_a_pipe_is_a_copy(kernel: str) -> None:
    lab = started("mmap buf 1", 'write buf "old"', "pipe p", kernel=kernel)
    run(lab, "pipe-write p buf:3", 'write buf "new"')
    assert waiting(lab) == b"old"
    assert value(lab, "p[0].page != buf[0].page and p[0].page._refcount == 1")


@each_kernel
def test_what_is_spliced_from_memory_is_the_page_itself(kernel: str) -> None:
    lab = started("mmap buf 1", 'write buf "old"', "pipe p", kernel=kernel)
    run(lab, "vmsplice p buf:3")
    assert value(lab, "buf[0]._refcount == 2 and not buf[0].pinned")
    run(lab, 'write buf "new"')
    assert waiting(lab) == b"new"
    assert run(lab, "drain p").value == b"new".hex()
    assert value(lab, "buf[0]._refcount == 1 and audit.clean")


def test_small_writes_go_on_in_the_same_page() -> None:
    lab = started("mmap buf 1", 'write buf "ab"', "pipe p")
    run(lab, "pipe-write p buf:1", "pipe-write p buf+1:1")
    assert (waiting(lab), value(lab, "p.buffers")) == (b"ab", 1)


def test_a_write_does_not_go_on_in_a_page_that_was_spliced() -> None:
    lab = started("mmap buf 1", 'write buf "ab"', "pipe p")
    run(lab, "vmsplice p buf:1", "pipe-write p buf+1:1")
    assert (waiting(lab), value(lab, "p.buffers")) == (b"ab", 2)
    assert value(lab, "buf.bytes")[:3] == b"ab\0"


def test_a_write_does_not_go_on_in_a_page_that_another_pipe_has_too() -> None:
    lab = started("mmap buf 1", 'write buf "ab"', "pipe p", "pipe q")
    run(lab, "pipe-write p buf:1", "tee p q", "pipe-write q buf+1:1")
    assert (waiting(lab), waiting(lab, "q")) == (b"a", b"ab")
    assert value(lab, "q.buffers") == 2


def test_a_pipe_keeps_one_page_that_was_read_for_the_next_write() -> None:
    lab = started("mmap buf 3", 'write buf "abc"', "pipe p", "pipe-write p buf")
    first = value(lab, "p[0].pfn")
    run(lab, "drain p")
    assert lab_owners(lab, first) == ["pipe"]
    run(lab, "pipe-write p buf:1")
    assert value(lab, "p[0].pfn") == first
    run(lab, "close p")
    assert lab_owners(lab, first) == []


def lab_owners(lab: Lab, pfn: int) -> list[str]:
    """Who holds the frame."""
    page = lab.kernel.mem_map[pfn]
    assert page is not None
    with lab.machine:
        return [owner.kind for owner in books.owners(lab, page)]


def test_a_reader_gets_what_fits_and_the_rest_stays() -> None:
    lab = started("mmap buf 2", 'write buf "abcdef"', "mmap out 1", "pipe p")
    run(lab, "pipe-write p buf:6", "drain p 4 to out")
    assert value(lab, "out.bytes")[:5] == b"abcd\0"
    assert waiting(lab) == b"ef"
    assert value(lab, "p[0].offset == 4 and p[0].len == 2")


def test_an_empty_pipe_has_nothing_yet_and_nothing_more_without_writers() -> None:
    lab = started("pipe p")
    assert run(lab, "drain p").error == "-EAGAIN"
    run(lab, "close p write")
    assert run(lab, "drain p").ret == 0


def test_a_full_pipe_takes_no_more_and_holds_nothing_that_it_refused() -> None:
    lab = started("mmap buf 4", 'write buf "x"', "pipe p 2")
    assert run(lab, "vmsplice p buf").ret == 2 * 4096
    assert value(lab, "buf[1]._refcount == 2 and buf[2]._refcount == 1")
    assert run(lab, "vmsplice p buf[3]").error == "-EAGAIN"
    assert run(lab, "pipe-write p buf:1").error == "-EAGAIN"
    assert value(lab, "audit.clean")


def test_without_readers_there_is_nothing_to_write_to() -> None:
    lab = started("mmap buf 1", 'write buf "x"', "pipe p", "close p read")
    for line in ("vmsplice p buf", "pipe-write p buf"):
        assert run(lab, line).error == "-EPIPE"
    assert value(lab, "buf[0]._refcount == 1 and audit.clean")


@each_kernel
def test_memory_that_is_not_there_cannot_be_spliced(kernel: str) -> None:
    lab = started("mmap buf 2", 'write buf "x"', "munmap buf[1]", "pipe p", kernel=kernel)
    assert run(lab, "vmsplice p buf+100:8000").ret == 3996
    assert run(lab, "vmsplice p 0x1000").error == "-EFAULT"
    assert value(lab, "p.buffers == 1 and audit.clean")


@each_kernel
def test_closing_a_pipe_gives_back_what_is_in_it(kernel: str) -> None:
    lab = started("mmap buf 3", "read buf", "write buf[1] 1", "pipe p", kernel=kernel)
    run(lab, "vmsplice p buf", "pipe q", "tee p q")
    assert value(lab, "zero._refcount == 1 + 4 and buf[1]._refcount == 3")
    run(lab, "close p", "close q")
    assert value(lab, "zero._refcount == 1 and buf[1]._refcount == 1 and audit.clean")


# The cases of the kernel's own tests of copy-on-write, tools/testing/selftests/mm/cow.c:
# whoever holds pages in a pipe must not see what others write after fork.


@each_kernel
def test_a_child_that_spliced_and_unmapped_does_not_see_the_parents_write(
    kernel: str,
) -> None:
    lab = started("mmap buf 1", 'write buf "old"', "pipe p", "fork child", kernel=kernel)
    run(lab, "child: vmsplice p buf", "child: munmap buf", 'write buf "new"')
    assert waiting(lab)[:3] == b"old"


@pytest.mark.parametrize("order", [("vmsplice p buf", "fork child"), ("fork child",)])
@each_kernel
def test_a_parent_that_spliced_and_unmapped_does_not_see_the_childs_write(
    kernel: str, order: tuple[str, ...]
) -> None:
    lab = started("mmap buf 1", 'write buf "old"', "pipe p", *order, kernel=kernel)
    if "vmsplice p buf" not in order:
        run(lab, "vmsplice p buf")
    run(lab, "task init", "munmap buf", 'child: write buf "new"')
    assert waiting(lab)[:3] == b"old"
    run(lab, "drain p", "exit child")
    assert value(lab, "audit.clean")


@each_kernel
def test_a_parent_that_spliced_before_fork_and_writes_leaves_the_pipe_behind(
    kernel: str,
) -> None:
    """A reference is no pin: fork shares the page, and the write goes to a copy."""
    lab = started("mmap buf 1", 'write buf "old"', "pipe p", kernel=kernel)
    run(lab, "vmsplice p buf", "fork child", 'write buf "new"')
    assert waiting(lab)[:3] == b"old"
    assert value(lab, "p[0].page != buf[0].page")
