"""The course of the guide for authors, and a sitting in its lesson."""

from pathlib import Path

import pytest

from pintutor.content.lesson import load
from tests.content.courses import Course, Sitting


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """A course of the test's own."""
    return Course.made(tmp_path / "course")


@pytest.fixture
def sitting(course: Course) -> Sitting:
    """The lesson of that course, just begun."""
    return Sitting.begun(load(course.lesson))
