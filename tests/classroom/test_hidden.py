"""Hidden checks of a schedule: they look at the race, not at the learner's machine."""

from __future__ import annotations

import pytest

from pintutor.classroom.class_file import Class, Exercise, Hidden
from pintutor.classroom.results import FAILED, PASSED
from tests.classroom.handed_in import marks_of, right, statuses, submitted


@pytest.mark.parametrize(
    ("check", "status"), [("one.len == 1", PASSED), ("one.len == 2", FAILED)]
)
def test_a_hidden_check_of_a_schedule_looks_at_the_end_of_the_race(
    check: str, status: str
) -> None:
    extra = Hidden("extra", check=check, after="deadlock")
    group = Class(exercises=(Exercise("race-tee", hidden=(extra,)),))
    found = marks_of(submitted(*right("race-tee"), of="race-tee"), group)
    assert statuses(found)["extra"] == status
