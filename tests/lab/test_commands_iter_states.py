"""Importing, copying, saving and faulting in iterators, in the command language."""

import pytest

from pintutor.lab.iters import IterCopied, IterImported, IterState
from pintutor.patches import series
from tests.labs import refused, run, started, value

BUFFER = ("mmap buf 8", "write buf 0x11")
BEYOND = "0x7fffffffffff"
"""The last byte of user space: a stretch of two bytes goes beyond it."""


@pytest.mark.parametrize("kernel", series.RELEASES)
@pytest.mark.parametrize(
    ("segments", "ret", "count"),
    [
        ("buf:512 buf[1]", 4608, 2),
        ("buf:1 times=1024", 1024, 1024),
        ("buf:0 buf:7", 7, 2),
        ("0x10000:0x7fffffff 0x10000:4096", 0x7FFFF000, 2),
    ],
)
def test_segments_are_imported_up_to_what_one_call_may_move(
    kernel: str, segments: str, ret: int, count: int
) -> None:
    lab = started(*BUFFER, kernel=kernel)
    result = run(lab, f"iterimport i dest {segments}")
    assert result == IterImported("i", ret, "", "ITER_IOVEC", count)
    assert (value(lab, "i.count"), value(lab, "i.nr_segs")) == (ret, count)


@pytest.mark.parametrize("kernel", series.RELEASES)
@pytest.mark.parametrize(
    ("segments", "error"),
    [
        ("buf:1 times=1025", "-EINVAL"),
        ("buf:1 buf:0x8000000000000000", "-EINVAL"),
        (f"{BEYOND}:2 buf:1", "-EFAULT"),
        (f"buf:1 {BEYOND}:2", "-EFAULT"),
    ],
)
def test_what_readv_refuses_makes_no_iterator(
    kernel: str, segments: str, error: str
) -> None:
    lab = started(*BUFFER, kernel=kernel)
    assert run(lab, f"iterimport i dest {segments}").error == error
    assert refused(lab, "advance i 1").code == "unknown-iterator"


def test_one_segment_is_imported_as_ubuf_since_v6_4() -> None:
    for kernel, kind in (("v6.2", "ITER_IOVEC"), ("v6.4", "ITER_UBUF")):
        lab = started(*BUFFER, kernel=kernel)
        assert run(lab, "iterimport i source buf[2]+8:100").kind == kind
        assert run(lab, "copyfrom i 3").value == "000000"


@pytest.mark.parametrize("kernel", series.RELEASES)
def test_a_state_that_was_saved_is_where_the_iterator_goes_back_to(kernel: str) -> None:
    lab = started(*BUFFER, "iter i iovec dest buf:512 buf[1]", kernel=kernel)
    run(lab, "advance i 100", "itersave i", "advance i 600")
    result = run(lab, "iterrestore i")
    assert isinstance(result, IterState)
    assert (result.count, result.iov_offset, result.segment) == (4508, 100, 0)
    error = refused(started("mmap a 1", "iter j iovec dest a"), "iterrestore j")
    assert (error.code, error.hint) == ("nothing-saved", "`itersave j` first")


@pytest.mark.parametrize("kernel", series.RELEASES)
@pytest.mark.parametrize(
    "line", ["iovec dest buf:512 buf[1]", "kvec source K:512 K[1]", "bvec dest K:512 K[1]"]
)
def test_a_copy_of_an_iterator_stands_there_too_and_moves_alone(
    kernel: str, line: str
) -> None:
    lab = started(*BUFFER, "kmem K 2", f"iter i {line}", "advance i 600", kernel=kernel)
    result = run(lab, "iterdup i j", "advance j 8")
    assert (result.count, result.iov_offset, result.cursor) == (
        4000,
        96,
        "segment 0 of 1, byte 96",
    )
    assert value(lab, "i.count") == 4008


@pytest.mark.parametrize(("kernel", "warnings"), [("v5.17", 1), ("v6.1", 1), ("v6.4", 1)])
def test_an_iterator_that_fills_a_pipe_is_not_to_be_copied(
    kernel: str, warnings: int
) -> None:
    lab = started("pipe P", "iter i pipe dest P", kernel=kernel)
    run(lab, "iterdup i j")
    assert value(lab, "dmesg.warnings") == warnings


def test_what_a_call_without_faults_lacks_is_faulted_in_and_taken_then() -> None:
    lab = started("mmap a 4", "iter i ubuf dest a nofault", kernel="v6.12")
    assert run(lab, "extract i").error == "-EFAULT"
    assert run(lab, "iterfault i writeable 8192").left == 0
    assert run(lab, "extract i as p").ret == 8192
    assert value(lab, "audit.clean")


def test_faulting_in_says_how_much_is_not_there() -> None:
    lab = started("mmap a 2", "mprotect a[1] none", "iter i iovec dest a+100:8000")
    result = run(lab, "iterfault i readable 8000")
    assert (result.function, result.left) == ("fault_in_iov_iter_readable", 4004)


def test_bytes_are_repeated_up_to_the_size_that_is_asked_for() -> None:
    lab = started("kmem K 2", "iter i kvec dest K", 'copyto i "abc" size=8190')
    result = run(lab, 'copyto i "xyz"')
    assert result == IterCopied("_copy_to_iter", "i", 3, 2, "7879")
    lab = started("kmem K 2", "iter i kvec dest K", 'copyto i "abc" size=7')
    run(lab, "iter j kvec source K+1:6")
    assert run(lab, "copyfrom j 6").value == b"bcabca".hex()


def test_a_function_that_went_and_came_is_refused_with_the_kernels_that_have_it() -> None:
    lab = started(*BUFFER, "iter i iovec dest buf", kernel="v6.12")
    error = refused(lab, "getpages i via=iov_iter_get_pages")
    assert error.message.endswith("it is in v5.17, v6.2 and v6.4")


@pytest.mark.parametrize(
    ("line", "columns", "part"),
    [
        ("iterimport j dest bof", (18, 21), "did you mean `buf`?"),
        ("iterimport j dest buf times=x", (28, 29), "is not a number"),
        ("iterdup j k", (8, 9), "no iterator is called"),
        ("iterdup i buf", (10, 13), "is taken"),
        ("iterfault i sideways 1", (12, 20), "is not one of readable, writeable"),
        ("itersave j", (9, 10), "no iterator is called"),
    ],
)
def test_a_mistake_is_shown_where_it_stands(
    line: str, columns: tuple[int, int] | None, part: str
) -> None:
    lab = started(*BUFFER, "iter i iovec dest buf")
    error = refused(lab, line)
    assert part in error.message
    assert (error.at and tuple(error.at)) == columns
