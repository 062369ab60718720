"""The segments of a read or write: written as those of an iterator, checked as readv()
and writev() do."""

from __future__ import annotations

import pytest

from pintutor.patches import series
from tests.labs import Lab, refused, run, started, value
from tests.unrecorded import unrecorded  # noqa: F401  (is a fixture)


def disk(kernel: str) -> Lab:
    """A buffer of bytes that differ from page to page, and a disk."""
    pages = (f"write buf[{n}] {0x41 + n:#x}" for n in range(3))
    return started("mmap buf 3", *pages, "disk d 1M", kernel=kernel)


@pytest.mark.parametrize("kernel", series.RELEASES)
def test_segments_may_be_empty_in_front_in_the_middle_and_at_the_end(kernel: str) -> None:
    lab = disk(kernel)
    line = "dio write d 0 buf[2]:0 buf[0] buf[1]:0 0x0:0 buf[2] buf:0"
    for how in ("", " async"):
        run(lab, f"{line}{how}", "irq d" if how else "show")
        assert value(lab, "d[0].byte == 0x41 and d[1].byte == 0x43 and d[2].byte == 0")
    result = run(lab, "dio read d 0 buf[1]:0 buf[1]+0:4096 buf[0]:0")
    assert (result.ret, result.left, value(lab, "buf[1].byte")) == (4096, 0, 0x41)
    assert run(lab, "audit").imbalances == ()


@pytest.mark.parametrize("kernel", series.RELEASES)
def test_nothing_is_transferred_of_segments_that_are_all_empty(kernel: str) -> None:
    lab = disk(kernel)
    assert run(lab, "dio read d 0 buf:0").ret == 0
    assert run(lab, "dio write d 0 buf:0 buf[1]:0").ret == 0
    assert run(lab, "dio read d 4096 buf:0 times=1024").ret == 0
    assert run(lab, "audit").imbalances == ()


@pytest.mark.parametrize("kernel", series.RELEASES)
def test_1024_segments_are_taken_and_one_more_is_invalid(kernel: str) -> None:
    lab = disk(kernel)
    result = run(lab, "dio write d 0 buf:512 times=1024")
    assert (result.asked, result.ret) == (512 * 1024, 512 * 1024)
    assert run(lab, "dio write d 0 buf:512 times=1025").error == "-EINVAL"
    assert run(lab, "dio write d 0 buf:512 times=1025 async").error == "-EINVAL"
    assert run(lab, "dio read d 0 buf:256 buf:256 times=513").error == "-EINVAL"
    assert run(lab, "audit").imbalances == ()


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("dio read d 0 buf bff:0", "bff"),
        ("dio read d 0 buf buf[3]:0", "[3]"),
        ("dio read d 0 buf+", "buf+"),
        ("sgio read d 0 buf[1..7]", "[1..7]"),
    ],
)
def test_what_is_no_segment_is_refused_at_its_word(line: str, word: str) -> None:
    error = refused(disk("v6.12"), line)
    assert error.at is not None
    assert line[error.at.start : error.at.stop] == word
