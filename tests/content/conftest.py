"""The course of the guide for authors, and a sitting in its lesson."""

from pathlib import Path

import pytest

import pintutor.content.commands
import pintutor.content.races.explore_commands
import pintutor.content.races.walk_commands
import pintutor.content.races.witness_commands  # noqa: F401  (declare commands of lessons)
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
