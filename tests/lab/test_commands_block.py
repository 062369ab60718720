"""Commands about disks: what they return, and where they say no."""

from __future__ import annotations

import pytest

from pintutor.lab.disks import Dio, DiskMade, Ended, Happened
from pintutor.view.accounts import result_rows
from tests.labs import Lab, refused, run, started, value


@pytest.fixture
def lab() -> Lab:
    """A buffer and a disk."""
    return started("mmap buf 4", 'write buf "A"', "disk d 64K")


def test_a_disk_is_made_of_zeroes(lab: Lab) -> None:
    assert run(lab, "disk e 8K lbs=4096") == DiskMade("e", 8192, 4096)
    assert value(lab, "e.size == 8192 and e.lbs == 4096 and e.pages == 2")
    assert value(lab, "e.bytes") == bytes(8192)


def test_dio_moves_bytes_between_memory_and_disk(lab: Lab) -> None:
    assert run(lab, "dio write d 512 buf+0:1024") == Dio(
        "write", "d", 512, 1024, 1024, "", 0
    )
    assert value(lab, "d[0].bytes[512]") == ord("A")
    run(lab, "dio read d 512 buf[3]+512:512")
    assert value(lab, "buf[3].bytes[512]") == ord("A")


def test_several_regions_are_one_call(lab: Lab) -> None:
    result = run(lab, "dio write d 0 buf[0]+0:512 buf[2]+512:1024")
    assert (result.asked, result.ret) == (1536, 1536)


def test_an_iterator_is_read_into_and_moves_on(lab: Lab) -> None:
    run(lab, "kmem K 2", "iter b bvec dest K[0] K[1]", "dio write d 0 buf[0]")
    assert run(lab, "dio read d 0 b").ret == 8192
    assert value(lab, "b.count") == 0


def test_an_asynchronous_call_ends_with_its_interrupt(lab: Lab) -> None:
    result = run(lab, "dio read d 0 buf async")
    assert (result.error, value(lab, "d.waiting")) == ("-EIOCBQUEUED", 1)
    assert run(lab, "irq d") == Happened("d", (0,), (Ended("d", 16384, ""),), 0)


def test_an_asynchronous_call_that_fails_at_once_says_so(lab: Lab) -> None:
    assert run(lab, "dio read d 100 buf async").error == "-EINVAL"
    assert value(lab, "d.waiting") == 0


def test_a_disk_may_be_done_in_any_order(lab: Lab) -> None:
    run(lab, "dio write d 0 buf[0] async", "dio write d 4096 buf[1] async")
    assert run(lab, "irq d which=2").bios == (1,)
    assert run(lab, "irq d all").bios == (0,)


def test_a_request_that_was_chosen_fails(lab: Lab) -> None:
    run(lab, "diskfail d 2 nospc")
    assert run(lab, "dio write d 0 buf[0]").ret == 4096
    assert run(lab, "dio write d 4096 buf[1]").error == "-ENOSPC"
    assert value(lab, "d[1].bytes") == bytes(4096)


def test_undo_takes_back_what_a_disk_did(lab: Lab) -> None:
    run(lab, "dio write d 0 buf", "undo")
    assert value(lab, "d[0].byte") == 0


def test_who_holds_a_page_under_way_is_a_bio(lab: Lab) -> None:
    run(lab, "dio read d 0 buf async")
    assert ("bio", "bio 0[0]", 1, 0) in run(lab, "owners buf[0]").rows


@pytest.mark.parametrize(
    ("line", "code", "at"),
    [
        ("disk d 4K", "name-taken", "d"),
        ("disk e 100", "bad-number", "100"),
        ("disk e 4K lbs=1000", "bad-number", "1000"),
        ("disk e 4608 lbs=4096", "bad-number", "4608"),
        ("dio read x 0 buf", "unknown-file", "x"),
        ("dio read d 0 bff", "unknown-name", "bff"),
        ("dio copy d 0 buf", "bad-choice", "copy"),
        ("dio read d 0", "missing-argument", ""),
        ("dio read d 0 buf[0] buf[1] size=4", "too-many", "4"),
        ("irq x", "unknown-disk", "x"),
        ("irq d", "too-many", "d"),
        ("diskfail d 0", "bad-number", "0"),
        ("diskfail d 1 slow", "unexpected-word", "slow"),
    ],
)
def test_what_cannot_be_done_is_refused_at_its_word(
    lab: Lab, line: str, code: str, at: str | None
) -> None:
    error = refused(lab, line)
    found = None if error.at is None else line[error.at.start : error.at.stop]
    assert (error.code, found) == (code, at)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("disk e 4K", "a disk of 4096 bytes"),
        ("dio write d 0 buf", "16384 bytes"),
        ("dio write d 61440 buf", "4096 of 16384 bytes"),
        ("dio write d 1 buf", "-EINVAL"),
        ("dio write d 0 buf async", "under way"),
        ("diskfail d", "request 1 from now on fails"),
        ("work", "no bio ended"),
    ],
)
def test_a_result_is_told_in_a_line(lab: Lab, line: str, words: str) -> None:
    rows = result_rows(run(lab, line), 100)
    assert words in "".join(segment[0] for each in rows for segment in each)


def test_what_waits_can_be_shown(lab: Lab) -> None:
    run(lab, "dio read d 0 buf async")
    assert run(lab, "show disk").rows == (("d", 65536, 512, 255, 128, 512, 1, "bio 0"),)
    assert run(lab, "show bio").rows == (
        (0, "READ", "0x0", "", 1, 4, 0, 16384, "buf[0]+0:16384"),
    )
    assert run(lab, "show work").rows == ()
