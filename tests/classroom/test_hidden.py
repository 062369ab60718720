"""Hidden checks of a schedule: they look at the race, not at the learner's machine."""

from __future__ import annotations

from pintutor.classroom.class_file import Class, Exercise, Hidden
from pintutor.classroom.results import FAILED, PASSED
from tests.classroom.handed_in import marks_of, right, statuses, submitted


def test_a_hidden_check_of_a_schedule_looks_at_the_end_of_the_race() -> None:
    holds = Hidden("holds", check="one.len == 1", after="deadlock")
    not_so = Hidden("not-so", check="one.len == 2", after="deadlock")
    group = Class(exercises=(Exercise("race-tee", hidden=(holds, not_so)),))
    found = statuses(marks_of(submitted(*right("race-tee"), of="race-tee"), group))
    assert (found["holds"], found["not-so"]) == (PASSED, FAILED)
