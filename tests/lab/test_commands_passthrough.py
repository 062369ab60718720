"""The commands about SG_IO, and about files that somebody else keeps."""

from __future__ import annotations

import pytest

from pintutor.view.results_block import result_rows
from pintutor.view.rows import as_text
from tests.labs import refused, run, started


def test_a_command_says_what_it_transferred() -> None:
    result = run(started("mmap buf 1", "disk d 64K"), "sgio read d 63488 buf")
    assert (result.op, result.asked, result.ret, result.resid) == ("read", 4096, 0, 2048)


def test_a_command_that_is_under_way_names_its_bios() -> None:
    lab = started("mmap buf 1", "write buf 1", "disk d 64K")
    assert run(lab, "sgio read d 0 buf async").bios == (0,)
    assert run(lab, "irq d").bios == (0,)
    assert run(lab, "sgend").ret == 0


def test_show_names_the_bios_of_a_request() -> None:
    lab = started("mmap buf 1", "write buf 1", "disk d 64K", "sgio read d 0 buf async")
    (row,) = run(lab, "show disk").rows
    assert row[-1] == "bio 0"


def test_an_unknown_disk_is_refused_at_its_word() -> None:
    line = "sgio read e 0 buf"
    error = refused(started("mmap buf 1", "disk d 64K"), line)
    assert error.at is not None
    assert line[error.at.start : error.at.stop] == "e"


def test_a_direction_that_is_none_is_refused_at_its_word() -> None:
    line = "sgio reed d 0 buf"
    error = refused(started("mmap buf 1", "disk d 64K"), line)
    assert error.at is not None
    assert line[error.at.start : error.at.stop] == "reed"


def test_the_end_of_nothing_cannot_be_asked_for() -> None:
    lab = started("mmap buf 1", "write buf 1", "disk d 64K", "sgio read d 0 buf async")
    assert refused(lab, "sgend").code == "not-there"


def test_a_file_on_a_disk_has_nobody_who_answers() -> None:
    line = "rpc G"
    error = refused(started("file F 1 nfs", "file G 1"), line)
    assert error.at is not None
    assert line[error.at.start : error.at.stop] == "G"


def test_no_more_calls_are_answered_than_wait() -> None:
    assert refused(started("file F 1 nfs"), "rpc F").code == "too-many"


def test_results_are_told_in_a_line() -> None:
    lab = started("mmap buf 1", "write buf 1", "disk d 64K", "diskfail d")
    for line, words in (
        ("sgio read d 0 buf", "the disk says -EIO"),
        ("sgio read d 63488 buf", "2048 bytes not transferred"),
        ("sgio write d 0 buf async", "under way: bio"),
        ("sgio read d 0 buf+0x100000:512", "-EFAULT"),
    ):
        rows = result_rows(run(lab, line), 92)
        assert words in as_text(rows)


@pytest.mark.parametrize("memory", ["kern=K", "it"])
@pytest.mark.parametrize("word", ["async", "sg", "direct"])
def test_a_driver_is_refused_what_only_a_task_can_ask_for(memory: str, word: str) -> None:
    lab = started("disk d 64K", "kmem K 1", "mmap buf 1", "iter it iovec dest buf")
    error = refused(lab, f"sgio read d 0 {memory} {word}")
    assert error.code == "unexpected-word" and f"`{word}`" in error.message
