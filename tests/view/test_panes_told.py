"""What is told below the timeline: what the step, or the command at its end, did."""

import pytest

from pintutor.view.panes import moment, told_rows
from pintutor.view.rows import as_text, plain
from tests.labs import run, started

PINNED = ("mmap buf 2", "read buf[0]", "pin buf[0] as p")


def test_at_the_end_of_a_command_its_first_changes_are_told() -> None:
    (where, first, *_) = told_rows(moment(started(*PINNED)), 120, 3)
    assert "this command: 3 changes" in plain(where)
    assert plain(first).startswith(" zero's count rose by one pin: 1024")


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("mmap buf 2", "the VMA of buf"),
        ("fork child", "the task child"),
        ("disk sda 8K", "the disk sda"),
        ("pipe p", "the pipe p"),
    ],
)
def test_a_command_that_changes_no_count_says_what_it_made(line: str, what: str) -> None:
    where, told = told_rows(moment(started(line)), 200, 2)
    assert plain(where).endswith(f"this command: made {what}")
    assert plain(told).startswith(f" `{line}` made {what}: ")


@pytest.mark.parametrize("height", [1, 2])
@pytest.mark.parametrize("width", [38, 78, 118])
def test_what_is_told_ends_in_its_full_stop_or_says_that_it_goes_on(
    width: int, height: int
) -> None:
    lab = started(*PINNED)
    ends: set[str] = set()
    for step in range(lab.timeline.total + 1):
        lab.execute(f"goto {step}")
        rows = told_rows(moment(lab), width, height)
        assert len(rows) <= height
        ends.add(plain(rows[-1])[-1])
    assert ends <= {".", "…"}


@pytest.mark.parametrize("line", ["back 60", "mmap other 1", "write buf[0] 0x42"])
def test_the_page_asked_about_is_the_one_whose_count_changed_last(line: str) -> None:
    lab = started("mmap buf 2", "write buf[0] 0x41", "get buf[0] as g")
    run(lab, line)
    assert moment(lab).counted == "buf[0]"


def test_what_was_set_by_hand_is_told_as_that() -> None:
    lab = started("mmap buf 2", "write buf[0] 0x41", "poke buf[0]._refcount 5")
    told = plain(told_rows(moment(lab), 200, 1)[0])
    assert told.startswith(" buf[0]._refcount is 5 now, it was 1: set by hand, ")


def test_changes_alike_are_told_once() -> None:
    told = as_text(told_rows(moment(started("mmap buf 4", "read buf")), 200, 2))
    assert "(so too 3 more)" in told
