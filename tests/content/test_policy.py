"""What a class allows: attempts, solutions, skipping and hints."""

from __future__ import annotations

from pathlib import Path

import pytest

from pintutor.content.learner.record import Record, merged
from pintutor.content.learner.record_json import from_json, to_json
from pintutor.content.policy import Policy
from pintutor.content.session import Session
from pintutor.lab.lab import Lab
from tests.content.courses import Course, Sitting
from tests.content.exercises import DRIVER, RELEASE, only
from tests.labs import refused, run

PREDICT = """
```predict id=count
ask = "What is `buf[0]._refcount`?"
expr = "buf[0]._refcount"
```
"""


def session(folder: Path, kind: str, **allowed: object) -> Session:
    """A sitting in a lesson with one question, in a class that allows this."""
    return only(folder, kind, policy=Policy(**allowed))  # type: ignore[arg-type]


def test_after_the_last_attempt_the_lesson_goes_on(tmp_path: Path) -> None:
    taken = session(tmp_path, RELEASE, attempts=2)
    first = run(taken.lab, "answer v6.1")
    assert "answer again (1 more answer)" in first.paragraphs[-1]
    assert "zero" not in taken.answers
    last = run(taken.lab, "answer v6.2")
    assert "that was the last answer that may be given" in last.paragraphs
    assert taken.done and not taken.answers["zero"].right


def test_each_check_of_a_script_is_an_attempt(tmp_path: Path) -> None:
    taken = session(tmp_path, DRIVER, attempts=2)
    run(taken.lab, "edit 3 unpin q", "edit 5 read a", "check", "check")
    assert taken.answers["ladder"].text == "unpin q | read a"
    assert not taken.answers["ladder"].right


def test_what_cannot_be_an_answer_is_no_attempt(tmp_path: Path) -> None:
    taken = session(tmp_path, RELEASE, attempts=1)
    refused(taken.lab, "answer v6.44")
    assert run(taken.lab, "answer v6.5").title == "right"


def gone_on(taken: Session, record: Record) -> Session:
    """The same lesson, taken up by another tutor."""
    lab = Lab(taken.lesson.kernel)
    again = lab.session = Session(taken.lesson, lab, policy=taken.tries.policy)
    again.resume(record)
    return again


def test_attempts_of_an_earlier_sitting_count(tmp_path: Path) -> None:
    taken = session(tmp_path, RELEASE, attempts=3)
    run(taken.lab, "answer v6.1")
    again = gone_on(taken, from_json(to_json(taken.record())))
    assert "(1 more answer)" in run(again.lab, "answer v6.2").paragraphs[-1]
    last = gone_on(taken, again.record())
    run(last.lab, "answer v5.17")
    assert not last.answers["zero"].right


def test_wrong_answers_of_an_earlier_sitting_bring_the_solution_nearer(
    tmp_path: Path,
) -> None:
    taken = session(tmp_path, RELEASE, reveal=1)
    run(taken.lab, "answer v6.1")
    assert run(gone_on(taken, taken.record()).lab, "solution").title


def test_two_sittings_at_once_win_no_attempt() -> None:
    one, two = Record(wrong={"zero": ["v6.1", "v6.2"]}), Record(wrong={"zero": ["v6.4"]})
    assert merged(one, two).wrong == merged(two, one).wrong == one.wrong


def test_a_lesson_that_begins_anew_has_all_attempts() -> None:
    assert Record(lines=["mmap a 1"], wrong={"zero": ["v6.1"]}).begun_anew().wrong == {}


@pytest.mark.parametrize(
    ("reveal", "wrong", "refusal"),
    [
        (0, 0, ""),
        (2, 1, "a solution is shown after 2 wrong answers; there are 1"),
        (2, 2, ""),
        (None, 5, "this class shows no solutions"),
    ],
)
def test_a_solution_is_shown_when_the_class_says_so(
    tmp_path: Path, reveal: int | None, wrong: int, refusal: str
) -> None:
    taken = session(tmp_path, RELEASE, reveal=reveal)
    run(taken.lab, *["answer v6.1"] * wrong)
    if refusal:
        assert refused(taken.lab, "solution").message == refusal
    else:
        assert run(taken.lab, "solution").title == "one solution of zero"


def test_a_class_may_do_without_skipping_and_hints(tmp_path: Path) -> None:
    taken = session(tmp_path, RELEASE, skip=False, hints=False)
    assert refused(taken.lab, "skip").message == "this class does not let steps be skipped"
    assert refused(taken.lab, "hint").message == "this class gives no hints"
    assert run(taken.lab, "answer v6.1").paragraphs[-1] == "answer again"


def predicted(course: Course, **allowed: object) -> Sitting:
    """The lesson of the guide at its prediction, in a class that allows this."""
    text = course.lesson.read_text()
    first, _, rest = text.partition("```predict")
    course.lesson.write_text(first + PREDICT + "```task" + rest.partition("```task")[2])
    course.solution.write_text("swap:\n  pin buf[1] as q\n")
    from pintutor.content.lesson import load

    sitting = Sitting.begun(load(course.lesson))
    sitting.session.tries.policy = Policy(**allowed)  # type: ignore[arg-type]
    sitting.type("go", "go")
    return sitting


def test_a_prediction_takes_one_answer_and_says_what_is_so(course: Course) -> None:
    told = predicted(course).type("answer 2").result
    assert "buf[0]._refcount is 1" in told.paragraphs  # type: ignore[attr-defined]


def test_a_prediction_may_take_several_and_keeps_the_value_back(course: Course) -> None:
    sitting = predicted(course, attempts=2, reveal=None)
    first = sitting.type("answer 2").result.paragraphs  # type: ignore[attr-defined]
    assert "answer again (1 more answer), or `skip`" in first
    last = sitting.type("answer 3").result.paragraphs  # type: ignore[attr-defined]
    assert not any("is 1" in each for each in (*first, *last))
    assert sitting.at == "swap"
