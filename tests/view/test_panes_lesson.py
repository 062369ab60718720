"""The lesson pane, and what stands in its place without a lesson."""

from typing import cast

import pintutor.content.commands  # noqa: F401  (declares the commands of lessons)
from pintutor.content.catalogue import lessons
from pintutor.content.session import Session
from pintutor.view.panes import lesson_rows, question_open, welcome_rows
from pintutor.view.rows import as_text, plain
from tests.labs import Lab, run, started


def _in(lesson: str) -> Lab:
    return started(f"lesson {lesson}")


def _session(lab: Lab) -> Session:
    return cast(Session, lab.session)


def _draw(lab: Lab, width: int = 60) -> str:
    with lab.machine:
        return as_text(lesson_rows(_session(lab), width, 20).rows)


def _to(lab: Lab, kind: str) -> None:
    """Go on to the first step of that kind, by the lesson's own lines."""
    while (step := _session(lab).step) is not None and step.kind != kind:
        run(lab, "go" if step.kind == "run" else "skip")


def test_commands_are_marked_as_done_as_next_and_as_ahead() -> None:
    lab = _in("zero-page")
    lines = [line.rstrip() for line in _draw(lab).splitlines() if "▸" in line]
    assert [line[-1] for line in lines] == ["●", "·"]
    run(lab, "go")
    lines = [line.rstrip() for line in _draw(lab).splitlines() if "▸" in line]
    assert [line[-1] for line in lines] == ["✓", "●"]


def test_what_lies_ahead_is_not_shown() -> None:
    lab = _in("zero-page")
    assert "Predict" not in _draw(lab)
    assert "more to come" in _draw(lab)


def test_a_question_is_shown_without_its_answer() -> None:
    lab = _in("zero-page")
    _to(lab, "predict")
    step = _session(lab).step
    assert step is not None and question_open(_session(lab))
    assert "Predict:" in _draw(lab)
    assert "answer ▏" in _draw(lab)
    assert step.why.split(".")[0] not in " ".join(_draw(lab).split())


def test_an_answer_is_shown_with_its_reason() -> None:
    lab = _in("zero-page")
    _to(lab, "predict")
    step = _session(lab).step
    assert step is not None
    run(lab, "answer 40")
    text = " ".join(_draw(lab).split())
    assert "✗ 40" in text
    assert step.why.split(".")[0].replace("`", "") in text.replace("`", "")


def test_a_task_shows_its_checks_and_how_many_hints_there_are() -> None:
    lab = _in("zero-page")
    _to(lab, "task")
    assert "Task:" in _draw(lab)
    assert "○" in _draw(lab) or "✓" in _draw(lab)
    assert "0 of 3 shown" in _draw(lab)
    run(lab, "hint")
    assert "Hint 1:" in _draw(lab) and "1 of 3 shown" in _draw(lab)


def test_the_end_is_told() -> None:
    lab = _in("zero-page")
    _to(lab, "none")
    assert "the lesson is done" in _draw(lab)


def test_the_title_has_the_number_of_the_lesson() -> None:
    lab = _in("zero-page")
    pane = lesson_rows(_session(lab), 60, 20)
    assert plain(pane.title) == "6.1 The page nobody may pin"


def test_the_welcome_lists_the_lessons_and_what_to_type() -> None:
    text = as_text(welcome_rows(lessons(), 78, 20).rows)
    assert "Orientation" in text and "page-counts and" in text
    assert "`mmap buf 2`" in text


def test_without_lessons_the_welcome_says_where_to_look() -> None:
    assert "pintutor doctor" in as_text(welcome_rows([], 78, 20).rows)


def test_without_a_lesson_no_question_is_open() -> None:
    assert not question_open(None)


def test_a_symptom_is_shown_in_two_columns_without_moving_the_machine() -> None:
    lab = _in("zero-page")
    assert "without  with" not in _draw(lab)
    while "zero._refcount  4101     5" not in _draw(lab):
        step = _session(lab).step
        assert step is not None, "the lesson has a symptom"
        run(lab, "go" if step.kind == "run" else "skip")
    step_now = lab.timeline.cursor
    assert "without  with" in _draw(lab)
    assert lab.timeline.cursor == step_now
