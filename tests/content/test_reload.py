"""A lesson whose file changes while it is taken is read again."""

import os

import pytest

import pintutor.content.commands  # noqa: F401  (declares the commands of lessons)
from pintutor.content.learner.progress import Store
from pintutor.content.lesson import load
from pintutor.content.under_way import session_of, take_up
from tests.content.courses import Course
from tests.labs import Lab, refused, run


@pytest.fixture
def lab(course: Course) -> Lab:
    """A lab in which the course's lesson is under way; one step of it is done."""
    lab = Lab()
    take_up(lab, load(course.lesson), None, Store())
    run(lab, "go", "go")
    return lab


def changed(course: Course, old: str, new: str) -> None:
    """Change the lesson, so that the file's time differs whatever its resolution."""
    course.spoil(course.lesson, old, new)
    later = course.lesson.stat().st_mtime_ns + 10**9
    os.utime(course.lesson, ns=(later, later))


def test_the_new_text_is_shown_and_what_was_done_stays_done(
    lab: Lab, course: Course
) -> None:
    changed(course, "when a driver has pinned the page?", "with a pin on it?")
    said = run(lab, "lesson")
    assert said.paragraphs[0] == "the lesson has changed; it was read again"
    assert any("with a pin on it?" in each for each in said.paragraphs)
    assert said.data["id"] == "bias"
    assert run(lab, "expect buf[1]._refcount == 1").holds


def test_a_lesson_that_has_not_changed_is_left_alone(lab: Lab) -> None:
    session = session_of(lab)
    run(lab, "lesson")
    assert session_of(lab) is session


def test_a_lesson_that_was_spoiled_is_refused_with_its_line_and_goes_on(
    lab: Lab, course: Course
) -> None:
    session = session_of(lab)
    changed(course, "```quiz id", "```quizz id")
    error = refused(lab, "lesson")
    assert "lesson.md:" in error.message and "quizz" in error.message
    assert session_of(lab) is session
    assert run(lab, "answer 1025").title == "right"
