"""Iterators, pipes and other kernels in rows: readable, and within 80 columns."""

import pytest

from pintutor.view.accounts import result_rows
from pintutor.view.rows import plain, row
from pintutor.view.wrap import columns, wrap
from tests.labs import run, started

WIDTH = 80


def told(kernel: str, *lines: str) -> list[str]:
    """The rows of what the last line returns, as text."""
    rows = [plain(one) for one in result_rows(run(started(kernel=kernel), *lines), WIDTH)]
    assert all(columns(one) <= WIDTH for one in rows)
    return rows


MEMORY = ("mmap buf 8", "write buf 0x11", "kmem K 4")


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (
            ("iter i iovec dest buf+256:128", "extract i as p"),
            [
                "p = 128 bytes from byte 256: [buf[0]] pinned",
                "  iov_iter_extract_pages: 0 bytes left",
            ],
        ),
        (
            ("iter i bvec source K[0]", "extract i as p", "extract i"),
            ["= 0   iov_iter_extract_pages: 0 bytes left, nothing is held"],
        ),
        (
            ("iterimport i dest buf:1 times=1025",),
            ["= -EINVAL   import_iovec: 1025 segments, no iterator was made"],
        ),
        (
            ("iterimport i dest buf:1 buf[3]",),
            ["i  ITER_IOVEC, 4097 bytes   import_iovec: 2 segments"],
        ),
        (
            ("iter i bvec dest K[0]", 'copyto i "abc" size=40'),
            [
                f"i  40 bytes: {'61 62 63 ' * 5}61 …   _copy_to_iter",
            ],
        ),
        (
            ("iter i bvec dest K[0]+4094:2", 'copyto i "abc"'),
            ["i  2 bytes: 61 62   _copy_to_iter: 3 were asked for"],
        ),
        (("pipe P",), ["P  a pipe, nothing is in it"]),
        (("pipe P", "show pipe"), ["pipe: none", "  nothing is in P"]),
        (
            ("pipe P", "vmsplice P buf[0..1]", "drain P"),
            [
                f"P  8192 bytes: {'11 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00'} …",
                "  pipe_read: 0 buffers in the pipe",
            ],
        ),
        (
            ("disk d 1M", "iter i iovec dest buf[0..1]", "dio read d 0 i"),
            ["= 8192   read d at 0, 8192 bytes"],
        ),
    ],
)
def test_a_result_reads_in_a_row_or_two(
    lines: tuple[str, ...], expected: list[str]
) -> None:
    assert told("v6.12", *MEMORY, *lines) == expected


def test_memory_without_one_address_says_so() -> None:
    assert told("v6.12", "kmem K 2", "show kmem")[1].split("  ")[-2] == "each has one"


def test_another_kernel_is_told_by_how_many_patches_and_names_a_few_functions() -> None:
    rows = told("v6.1", "kernel v6.12")
    assert rows[0].endswith("patches   v6.12")
    assert "more have new bodies from now on" in " ".join(rows)
    assert len(rows) <= 6
    patches = told("v5.17", "kernel v5.17+iter-ubuf")
    assert patches[0] == "kernel  iter-ubuf   v5.17"


def test_a_sign_stays_in_the_row_of_what_comes_or_goes() -> None:
    rows = [
        plain(one).rstrip() for one in wrap(row("patches  + first  + second  - third"), 19)
    ]
    assert rows == ["patches  + first", "+ second  - third"]
