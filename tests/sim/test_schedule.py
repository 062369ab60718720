"""Schedules as text."""

import pytest

from pintutor.sim import schedule


def test_steps_of_one_cpu_in_a_row_are_counted() -> None:
    assert schedule.text([0, 0, 0, 1, 1, 0]) == "P0*3 P1*2 P0"


def test_a_schedule_that_was_written_can_be_read() -> None:
    steps = (0, 0, 2, 1, 1, 1, 0)
    assert schedule.parse(schedule.text(steps)) == steps


@pytest.mark.parametrize("word", ["P", "Q1", "P1*", "P1*x", "1", "P1*999999"])
def test_what_is_no_part_of_a_schedule_is_named(word: str) -> None:
    with pytest.raises(ValueError, match=r".") as error:
        schedule.parse(f"P0*2 {word}")
    assert str(error.value) == word
