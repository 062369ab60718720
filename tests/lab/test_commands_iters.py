"""Kernel memory and iterators in the command language."""

import pytest

from pintutor.lab.iters import IterPages, IterState
from pintutor.lab.results import Table
from pintutor.patches import series
from tests.labs import Lab, refused, run, started, value

BUFFER = ("mmap buf 8", "write buf 0x11")


def clean(lab: Lab) -> bool:
    """Whether every count has its holders."""
    return bool(value(lab, "audit.clean"))


@pytest.mark.parametrize("kernel", series.RELEASES)
@pytest.mark.parametrize(
    "line",
    [
        "iter i iovec dest buf+0x123:0x2345",
        "iter i iovec source buf:0 buf[1] buf+0x3f0:32",
        "iter i bvec dest K[1] K[3]+100:200",
        "iter i bvec source C+0x800:10240",
        "iter i xarray dest F+100:5000",
    ],
)
def test_pages_that_are_got_are_accounted_for_and_given_back(
    kernel: str, line: str
) -> None:
    lab = started(*BUFFER, "kmem K 6", "kmem C 8 compound", kernel=kernel)
    run(lab, "file F 4 tmpfs", "mmap m 4 of F shared", "write m 0x22", line)
    result = run(lab, "getpages i as g")
    assert result.ret > 0 and clean(lab)
    assert value(lab, "g[0]._refcount") > 1
    run(lab, "release g")
    assert clean(lab)


@pytest.mark.parametrize("kernel", ["v6.4", "v6.5", "v6.12"])
@pytest.mark.parametrize(
    ("line", "how"),
    [
        ("iter i ubuf dest buf+0x123:0x2345", "pin"),
        ("iter i iovec source buf:0 buf[1]", "pin"),
        ("iter i kvec dest K[2]+16:100", "nothing"),
        ("iter i kvec source V+4000:5000", "nothing"),
        ("iter i bvec source C+0x800:10240", "nothing"),
        ("iter i xarray source F+100:5000", "nothing"),
    ],
)
def test_pages_are_extracted_as_their_memory_has_to_be_held(
    kernel: str, line: str, how: str
) -> None:
    lab = started(
        *BUFFER, "kmem K 6", "kmem C 8 compound", "kmem V 3 vmalloc", kernel=kernel
    )
    run(lab, "file F 4 tmpfs", "mmap m 4 of F shared", "write m 0x22", line)
    before = value(lab, "vmstat.nr_foll_pin_acquired")
    result = run(lab, "extract i as p")
    assert isinstance(result, IterPages)
    assert (result.how, result.count) == (how, 0)
    pins = value(lab, "vmstat.nr_foll_pin_acquired") - before
    assert pins == (result.npages if how == "pin" else 0)
    assert clean(lab)
    run(lab, "release p")
    assert clean(lab)


def test_a_queue_of_folios_is_listed_since_v6_12() -> None:
    lab = started("kmem K 6", "iter q folioq source K", kernel="v6.12")
    result = run(lab, "extract q maxsize=10000 as p")
    assert (result.ret, result.npages, result.how) == (10000, 3, "nothing")
    error = refused(started("kmem K 6", kernel="v6.5"), "iter q folioq source K")
    assert "has no iov_iter_folio_queue()" in error.message


@pytest.mark.parametrize("kernel", ["v5.17", "v6.1", "v6.4"])
def test_going_back_frees_what_an_iterator_put_into_a_pipe(kernel: str) -> None:
    lab = started("pipe P", "iter i pipe dest P:16384", kernel=kernel)
    result = run(lab, "getpages i maxsize=10000 as g")
    if kernel == "v5.17":
        run(lab, "advance i 10000")
    assert (result.npages, value(lab, "P.buffers")) == (3, 3)
    assert value(lab, "g[2]._refcount") == 2 and clean(lab)
    run(lab, "iterrevert i 6000")
    assert (value(lab, "P.buffers"), value(lab, "g[2]._refcount")) == (1, 1)
    assert value(lab, "i.count") == 12384 and clean(lab)
    run(lab, "release g")
    assert clean(lab)


def test_in_a_pipe_version_8_held_nothing_so_going_back_frees_listed_pages() -> None:
    lab = started("pipe P", "iter i pipe dest P:16384", kernel="v6.2+extract-v8")
    result = run(lab, "extract i maxsize=8192 as p")
    assert (result.how, value(lab, "p[0]._refcount")) == ("nothing", 1)
    run(lab, "iterrevert i 8192")
    assert (value(lab, "p[0]._refcount"), value(lab, "p[0].free")) == (0, True)
    outcome = lab.execute('dma p "x"')
    assert outcome.oops is not None


def test_no_iterator_fills_a_pipe_since_v6_5() -> None:
    error = refused(started("pipe P", kernel="v6.5"), "iter i pipe dest P")
    assert "has no iov_iter_pipe()" in error.message


def test_getting_pages_advances_since_v6_0() -> None:
    for kernel, left in (("v5.17", 8192), ("v6.1", 0)):
        lab = started(*BUFFER, "iter i iovec dest buf[0..1]", kernel=kernel)
        run(lab, "getpages i")
        assert value(lab, "i.count") == left


def test_pages_with_a_hole_between_are_got_up_to_it() -> None:
    lab = started("mmap a 3", "mprotect a[2] none", kernel="v6.12")
    result = run(lab, "iter i ubuf dest a+3072:6144", "extract i as p")
    assert (result.ret, result.offset0, result.npages) == (5120, 3072, 2)
    assert (value(lab, "i.count"), value(lab, "i.iov_offset")) == (1024, 5120)
    run(lab, "extract i as q")
    assert value(lab, "result.error") == "-EFAULT"


def test_nofault_gets_only_what_is_mapped() -> None:
    lab = started("mmap a 3", "write a[0] 0x11", kernel="v6.12")
    result = run(lab, "iter i ubuf dest a nofault", "extract i")
    assert result.ret == 4096


def test_hubbards_pins_take_a_tasks_memory_only_and_stay_where_they_are() -> None:
    lab = started(*BUFFER, "kmem K 1", kernel="v5.17+iter-pin-pages")
    run(lab, "iter i iovec dest buf[0..1]", "getpages i via=iov_iter_pin_pages as p")
    assert value(lab, "buf[0]._refcount") == value(lab, "buf[1]._refcount") == 1025
    assert (value(lab, "result.ret"), value(lab, "i.count")) == (8192, 8192)
    run(lab, "release p", "iter b bvec dest K[0]")
    result = run(lab, "getpages b via=iov_iter_pin_pages")
    assert (result.error, value(lab, "dmesg.warnings")) == ("-EFAULT", 1)
    run(lab, "getpages b via=iov_iter_pin_pages maxsize=0")
    assert value(lab, "result.ret") == 0
    assert clean(lab)


def test_a_copy_to_user_memory_ends_where_it_cannot_be_written() -> None:
    lab = started("mmap a 2", "mprotect a[1] none", kernel="v6.12")
    result = run(lab, "iter i ubuf dest a+4090:20", 'copyto i "0123456789"')
    assert (result.ret, value(lab, "i.count")) == (6, 14)
    assert value(lab, "a[0].bytes")[4090:] == b"012345"


def test_a_copy_goes_through_the_page_tables_and_breaks_sharing() -> None:
    lab = started(*BUFFER, "fork child", "iter i iovec dest buf[0]", kernel="v6.12")
    run(lab, 'copyto i "AB"')
    assert value(lab, "buf[0].bytes")[:2] == b"AB"
    assert value(lab, "child.buf[0].byte") == 0x11
    run(lab, "iter s iovec source buf[0]", "copyfrom s 3")
    assert value(lab, "result.value") == "414200"


def test_show_iter_says_where_each_stands() -> None:
    lab = started(*BUFFER, "iter i iovec dest buf:512 buf[1]", "advance i 600")
    table = run(lab, "show iter")
    assert isinstance(table, Table)
    assert table.rows == (
        ("i", "ITER_IOVEC", "dest", 4008, 88, 1, "segment 1 of 2, byte 88"),
    )


def test_an_iterator_can_be_cut_and_given_its_length_again() -> None:
    lab = started(*BUFFER, "iter i iovec dest buf[0..1]")
    assert isinstance(run(lab, "itertruncate i 100"), IterState)
    assert value(lab, "i.count") == 100
    assert run(lab, "itertruncate i 5000", "reexpand i 8192").count == 8192


def test_kernel_memory_that_is_freed_is_gone_whoever_listed_it() -> None:
    lab = started(
        "kmem C 4 compound", "iter i bvec dest C", "extract i as p", kernel="v6.12"
    )
    run(lab, "kfree C")
    assert value(lab, "p[0].free") is True
    assert clean(lab)


def test_undo_takes_an_iterator_and_kernel_memory_back() -> None:
    lab = started("kmem K 2", "iter i bvec dest K[0]")
    run(lab, "undo", "undo")
    assert refused(lab, "advance i 1").code == "unknown-iterator"
    run(lab, "kmem K 3", "iter i bvec dest K[0]")
    assert value(lab, "i.count") == 4096


@pytest.mark.parametrize(
    ("line", "columns", "part"),
    [
        ("iter i iovec dest bof:10", (18, 21), "did you mean `buf`?"),
        ("iter i iovec dest buf[9]", (21, 24), "is not in pages 0..7"),
        ("iter i iovec dest buf+x", (18, 23), "is no segment"),
        ("iter i kvec dest buf", (17, 20), "no kernel memory is called"),
        ("iter i bvec dest K+4000:100000", (17, 30), "ends at byte 24576"),
        ("iter i bvec dest V", (17, 18), "do not lie side by side"),
        ("iter i ubuf dest buf buf", (21, 24), "has one segment"),
        ("iter i discard dest buf", (20, 23), "is not a number"),
        ("iter i xarray dest buf", (19, 22), "no file is called"),
        ("iter i pipe dest buf", (17, 20), "no pipe is called"),
        ("iter buf iovec dest buf", (5, 8), "is taken"),
        ("iter i iovec dest", (17, 17), "needs a segment"),
        ("iter i discard source 10", (15, 21), "nothing can be read"),
        ("extract j", (8, 9), "no iterator is called"),
        ("kfree buf", (6, 9), "no kernel memory is called"),
    ],
)
def test_a_mistake_is_shown_where_it_stands(
    line: str, columns: tuple[int, int] | None, part: str
) -> None:
    lab = started(*BUFFER, "kmem K 6", "kmem V 2 vmalloc", "pipe P")
    scatter(lab)
    error = refused(lab, line)
    assert part in f"{error.message} {error.hint}"
    assert (error.at and tuple(error.at)) == columns


def scatter(lab: Lab) -> None:
    """Give V frames that do not lie side by side."""
    run(lab, "kfree V", "kmem A 1", "kmem B 1", "kfree B", "kmem V 2 vmalloc")


def test_what_cannot_be_extracted_yet_is_refused_by_name() -> None:
    error = refused(started(*BUFFER, "iter i iovec dest buf", kernel="v6.1"), "extract i")
    assert "has no iov_iter_extract_pages()" in error.message
