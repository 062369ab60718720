"""`check-course`: the course is checked from within, and that can be stopped."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

import pintutor.content.commands  # noqa: F401  (declares the commands of lessons)
from pintutor.lab.lab import Lab
from pintutor.lab.progress import Progress
from pintutor.view.progress import progress_words
from tests.content.courses import Course
from tests.dumps import dump
from tests.labs import refused, run, started


def test_a_course_in_order_has_nothing_to_put_right(tmp_path: Path) -> None:
    course = Course.made(tmp_path)
    lab = started("mmap buf 2")
    before = dump(lab)
    told = run(lab, f"check-course {course.lesson.parent}")
    assert told.title == "nothing to put right" and told.data == {"findings": []}
    assert dump(lab) == before
    assert (lab.progress.done, lab.progress.what) == (1, "lessons and scenarios")


def test_what_is_wrong_is_named_with_its_place(tmp_path: Path) -> None:
    course = Course.made(tmp_path)
    line = course.spoil(course.lesson, "mmap buf", "mmpa buf")
    told = run(started(), f"check-course {course.lesson.parent}")
    assert told.title == "1 to put right"
    assert f"lesson.md:{line}: PT010" in told.paragraphs[0]


def test_a_path_that_leads_nowhere_is_pointed_at() -> None:
    error = refused(started(), "check-course nowhere")
    assert error.code == "no-content" and error.at is not None
    assert (error.at.start, error.at.stop) == (13, 20)


def test_it_can_be_stopped_and_the_rest_is_not_begun(tmp_path: Path) -> None:
    Course.made(tmp_path)
    lab = Lab("v6.4")
    error: list[BaseException] = []

    def work() -> None:
        try:
            lab.execute(f"check-course {tmp_path}")
        except KeyboardInterrupt as stopped:
            error.append(stopped)

    thread = threading.Thread(target=work)
    thread.start()
    while thread.is_alive():
        lab.interrupt()
        time.sleep(0.01)
    assert error and lab.progress.done < 2


@pytest.mark.parametrize(
    ("done", "total", "seconds", "told"),
    [
        (0, 90, 4.0, "0 of 90 lessons"),
        (30, 90, 60.0, "30 of 90 lessons, about 2 min more"),
        (60, 90, 60.0, "60 of 90 lessons, 1/s, about 30 s more"),
    ],
)
def test_progress_says_about_how_long_the_rest_takes(
    done: int, total: int, seconds: float, told: str
) -> None:
    progress = Progress()
    progress.counted(done, total, "lessons")
    assert progress_words(progress, seconds) == told


def test_an_exploration_says_about_how_long_the_rest_takes() -> None:
    progress = Progress()
    progress.ran(500, 2500, "race-fork on v6.1")
    told = progress_words(progress, 2.0)
    assert told.endswith("500 executions, 250/s, about 2,500 in all, about 8 s more")
