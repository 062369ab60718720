"""What is noted of a sitting, so that it can be handed in."""

from collections.abc import Sequence

import pytest

from pintutor.content.learner.record import AGAIN, SITTING, Record
from pintutor.content.session import Session
from pintutor.lab.errors import CommandError
from pintutor.lab.lab import Lab
from tests.classroom.handed_in import lesson, right


def sitting(*lines: str, past: Sequence[str] = (), of: str = "page-counts") -> Session:
    """A lesson in which these lines were typed, after others in an earlier take."""
    found = lesson(of)
    lab = Lab(found.kernel)
    session = Session(found, lab)
    session.typed.go_on(list(past))
    lab.session = session
    for line in lines:
        lab.execute(line)
    return session


def test_lines_that_only_look_are_left_out() -> None:
    assert sitting("mmap a 1", "show pages", "audit", "lesson").typed.lines == ["mmap a 1"]


def test_a_look_that_the_lesson_asks_for_is_noted() -> None:
    assert "why buf[0]._refcount" in right()


def test_a_line_of_the_lesson_is_noted_once_however_it_was_run() -> None:
    assert sitting("go").typed.lines == ["mmap buf 2"]


def test_a_line_that_was_refused_is_not_noted() -> None:
    with pytest.raises(CommandError):
        sitting("mmap a 0")


def test_moves_after_one_another_come_to_where_they_end() -> None:
    found = sitting("mmap a 1", "back", "back", "step", "read a")
    stands = found.lab.timeline.entries[0].steps - 1
    assert found.typed.lines == ["mmap a 1", f"goto {stands}", "read a"]


def test_a_line_that_another_one_carries_out_is_noted_once() -> None:
    assert sitting("fails EFAULT: pin 0x1000").typed.lines == ["fails EFAULT: pin 0x1000"]


def test_a_race_that_is_left_by_looking_at_the_lesson_is_left() -> None:
    found = sitting("race race-fork kernel=v6.1", "lesson", "mmap a 1")
    assert found.typed.lines == ["race race-fork kernel=v6.1", "leave", "mmap a 1"]


def test_what_is_done_in_a_race_is_left_out() -> None:
    found = sitting("race race-fork kernel=v6.1", "turn P0", "undo", "leave", "mmap a 1")
    assert found.typed.lines == ["race race-fork kernel=v6.1", "leave", "mmap a 1"]


def test_an_exercise_that_was_solved_by_hand_is_noted_as_its_answer() -> None:
    typed = right("write-the-schedule")
    assert [line for line in typed if line.startswith("answer P")]


def test_a_sitting_that_goes_on_is_marked_when_something_is_typed() -> None:
    first = sitting("mmap buf 2")
    again = sitting()
    again.resume(first.record())
    assert again.typed.lines == ["mmap buf 2"]
    again.lab.execute("answer no")
    assert again.typed.lines == ["mmap buf 2", SITTING, "answer no"]


def test_what_was_typed_is_still_known_when_a_lesson_begins_anew() -> None:
    past = Record(typed=["mmap buf 2"]).begun_anew()
    assert past.typed == ["mmap buf 2", AGAIN]
    assert not past.is_begun
    assert past.begun_anew().typed == past.typed
    assert sitting("audit", "mmap b 1", past=past.typed).typed.lines[-2:] == [
        AGAIN,
        "mmap b 1",
    ]
