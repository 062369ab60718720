"""Submission: one file that says what it is, read strictly."""

import pytest

from pintutor.classroom.limits import MOST_LINES
from pintutor.classroom.problem import NotMarked
from pintutor.classroom.submission import read
from tests.classroom.handed_in import right, submitted

WHOLE = submitted(*right()).text


def refused(data: bytes) -> NotMarked:
    """Why the bytes of a file are no submission."""
    with pytest.raises(NotMarked) as raised:
        read(data)
    return raised.value


def with_line(number: int, line: str) -> bytes:
    """The file with another line in the place of one, from 1."""
    lines = WHOLE.splitlines()
    lines[number - 1] = line
    return ("\n".join(lines) + "\n").encode()


def test_what_was_written_is_read_again() -> None:
    found = read(WHOLE.encode())
    assert found.lines == right()
    assert (found.lesson, found.student, found.kernel) == ("page-counts", "ada", "v6.4")
    assert found.changed == 0
    assert found.text == WHOLE


def test_line_breaks_of_another_system_and_a_mark_at_the_start_change_nothing() -> None:
    found = read(b"\xef\xbb\xbf" + WHOLE.replace("\n", "\r\n").encode())
    assert (found.lines, found.changed) == (right(), 0)


@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        (b"", "empty", 0),
        (b" \n\n", "empty", 0),
        (b"%PDF-1.7\n", "no-submission", 1),
        (WHOLE.replace("submission 1", "submission 2").encode(), "other-version", 1),
        (WHOLE.encode()[:-3] + b"\xff\n", "not-text", 21),
        (with_line(2, "lessons: page-counts"), "bad-head", 2),
        (with_line(2, "lesson: \x1b[31m"), "bad-head", 2),
        (with_line(5, "student: a\u202eb"), "bad-head", 5),
        (with_line(5, "student: " + "a" * 81), "bad-head", 5),
        (with_line(6, "seed: -1"), "bad-head", 6),
        (with_line(8, "lines: 11"), "cut-short", 21),
        (with_line(9, "x"), "bad-line", 9),
        (with_line(12, "mmap buf 1"), "bad-line", 12),
        (with_line(12, "0123456g mmap buf 1"), "bad-line", 12),
        (with_line(12, "01234567 " + "a" * 5000), "too-long", 12),
        (WHOLE.encode() + b"01234567 audit\n" * MOST_LINES, "too-long", 0),
        (b"pintutor submission 1\nlesson: x", "bad-head", 3),
    ],
)
def test_a_file_that_is_not_in_order_is_refused_at_its_line(
    data: bytes, code: str, line: int
) -> None:
    error = refused(data)
    assert (error.code, error.line) == (code, line)


def test_what_is_in_a_file_that_is_none_of_ours_is_not_repeated() -> None:
    assert "secret" not in refused(b"root:secret:0:0\n").message


def test_a_line_that_was_changed_is_noticed() -> None:
    assert read(with_line(13, WHOLE.splitlines()[12][:9] + "answer 3")).changed == 13


def test_lines_that_changed_places_are_noticed() -> None:
    lines = WHOLE.splitlines()
    lines[10], lines[11] = lines[11], lines[10]
    assert read("\n".join(lines).encode()).changed == 11


def test_another_name_at_the_head_is_noticed() -> None:
    assert read(with_line(5, "student: eve")).changed == 10


def test_a_line_that_was_taken_out_is_noticed_although_the_count_was_put_right() -> None:
    lines = WHOLE.splitlines()
    del lines[14]
    lines[7] = "lines: 11"
    assert read("\n".join(lines).encode()).changed == 10
