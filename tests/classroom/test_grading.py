"""Grading: what is right counts, what was not run is not wrong, and why is said."""

import inspect
import re
from dataclasses import replace
from pathlib import Path

import pytest

from pintutor.classroom.class_file import Class, Exercise, Hidden
from pintutor.classroom.handing_in import submission_of
from pintutor.classroom.replaying import runs
from pintutor.classroom.results import ERROR, FAILED, NOT_RUN, PASSED, shown
from pintutor.classroom.right_answers import taken_rightly
from pintutor.classroom.submission import Submission
from pintutor.content import catalogue
from pintutor.content.learner.record import AGAIN, SITTING
from pintutor.content.lesson import load
from pintutor.content.policy import Policy
from pintutor.content.variants import seed_of
from pintutor.lab.registry import REGISTRY
from tests.classroom.handed_in import (
    STEPS,
    changed,
    class_of,
    marks_of,
    right,
    statuses,
    submitted,
)

ALL_PASSED = dict.fromkeys(STEPS, PASSED)


def test_a_lesson_that_was_taken_rightly_has_all_points() -> None:
    found = marks_of(submitted(*right()))
    assert statuses(found) == ALL_PASSED
    assert (found.score, found.worth) == (5, 5)
    assert found.summary == "all checks passed"


@pytest.mark.parametrize("name", ["walking-time", "write-the-schedule"])
def test_lessons_of_other_kinds_can_be_handed_in(name: str) -> None:
    found = marks_of(submitted(*right(name), of=name))
    assert found.all_passed, found


def test_a_wrong_prediction_costs_its_own_point_only() -> None:
    found = marks_of(submitted(*changed(answer_1026="answer 3")))
    assert statuses(found) == {**ALL_PASSED, "bias": FAILED}
    assert found.checks[2].message == "answered 3"
    assert found.score == 4


def test_what_lies_behind_the_first_step_that_is_not_done_was_not_run() -> None:
    found = marks_of(submitted(*right()[:3]))
    assert list(statuses(found).values()) == [PASSED, FAILED, *3 * [NOT_RUN]]
    assert found.checks[1].message == "not answered"


def test_of_a_task_that_is_not_solved_is_said_what_is_missing() -> None:
    found = marks_of(submitted(*right()[:-1]))
    assert statuses(found) == {**ALL_PASSED, "give-back": FAILED}
    assert found.checks[-1].message.startswith("not done: ")


def test_any_solution_counts() -> None:
    other = (*right()[:-2], "unpin p", "put g")
    assert marks_of(submitted(*other)).all_passed


def test_a_wrong_answer_before_the_right_one_is_kept() -> None:
    found = marks_of(submitted(*_wrong_quiz_first()))
    assert statuses(found) == ALL_PASSED
    assert found.checks[3].wrong == ("1",)


def _wrong_quiz_first() -> tuple[str, ...]:
    """The right lines, with a wrong answer to the quiz before the right one."""
    place = max(n for n, line in enumerate(right()) if line == "answer 2")
    return (*right()[:place], "answer 1", *right()[place:])


@pytest.mark.parametrize(
    ("policy", "lines", "step"),
    [
        (Policy(attempts=1), _wrong_quiz_first(), "maybe"),
        (Policy(hints=False), (*right()[:-2], "hint", *right()[-2:]), "give-back"),
        (Policy(reveal=None), (*right()[:-2], "solution", *right()[-2:]), "give-back"),
        (Policy(reveal=1), (*right()[:-2], "solution", *right()[-2:]), "give-back"),
    ],
)
def test_help_that_a_class_does_not_allow_costs_the_step(
    policy: Policy, lines: tuple[str, ...], step: str
) -> None:
    submission = submitted(*lines)
    assert statuses(marks_of(submission)) == ALL_PASSED
    found = marks_of(submission, Class(policy=policy))
    assert statuses(found) == {**ALL_PASSED, step: FAILED}


def test_a_solution_counts_that_was_shown_after_as_many_looks_as_the_class_asks() -> None:
    lines = (*right()[:-2], "check", "solution", *right()[-2:])
    assert marks_of(submitted(*lines), Class(policy=Policy(reveal=1))).all_passed


def test_a_step_that_was_skipped_has_no_points() -> None:
    found = marks_of(submitted(*changed(answer_1026="skip")))
    assert found.checks[2].message == "skipped"


def test_a_lesson_can_be_taken_in_several_sittings() -> None:
    lines = [part for line in right() for part in (line, SITTING)]
    assert marks_of(submitted(*lines)).all_passed


def test_what_was_right_stays_right_when_the_lesson_begins_anew() -> None:
    assert marks_of(submitted(*right(), AGAIN, "mmap buf 2")).all_passed


def test_what_goes_wrong_after_it_was_right_costs_nothing() -> None:
    lines = (*right(), AGAIN, *_wrong_quiz_first()[:-2], "solution", *right()[-2:])
    strict = Class(policy=Policy(attempts=1, reveal=None))
    assert marks_of(submitted(*lines), strict).all_passed


def test_beginning_anew_does_not_undo_a_wrong_prediction() -> None:
    lines = (*changed(answer_1026="answer 3"), AGAIN, *right())
    assert statuses(marks_of(submitted(*lines)))["bias"] == FAILED


def test_lines_that_are_refused_are_named_and_do_no_harm() -> None:
    found = marks_of(submitted(*right()[:1], "mmap x 0", *right()[1:]))
    assert found.all_passed
    assert found.notes[0].startswith("line 11 is refused here: ")


def test_more_lines_that_are_refused_are_counted() -> None:
    found = marks_of(submitted(*5 * ["mmap x 0"], *right()))
    assert found.notes[-1] == "2 more lines are refused"


@pytest.mark.parametrize(
    ("other", "code", "line"),
    [
        (replace(submitted(*right()), lesson="../../etc/passwd"), "unknown-lesson", 2),
        (replace(submitted(*right()), content="sha256:0"), "other-content", 3),
        (replace(submitted(*right()), kernel="v6.12"), "other-content", 4),
    ],
)
def test_a_submission_of_another_lesson_has_no_marks(
    other: Submission, code: str, line: int
) -> None:
    found = marks_of(other)
    assert (found.problem, found.line, found.score) == (code, line, 0)


def test_a_lesson_that_is_none_of_the_class_has_no_marks() -> None:
    group = Class(exercises=(Exercise("zero-page"),))
    assert marks_of(submitted(*right()), group).problem == "unknown-lesson"


def test_another_students_variant_has_no_marks() -> None:
    path = catalogue.find("fill-the-blanks").path
    taken = taken_rightly(load(path, seed=seed_of("ada", 7)))
    mine = submission_of(taken.lesson, taken.typed.lines, "ada")
    assert marks_of(mine, Class(seed=7)).all_passed
    assert marks_of(mine, Class(seed=8)).problem == "other-variant"
    assert marks_of(replace(mine, student="eve"), Class(seed=7)).problem == "other-variant"


def test_a_lesson_without_variants_is_the_same_for_all() -> None:
    assert marks_of(submitted(*right()), Class(seed=7)).all_passed


def test_a_submission_that_was_changed_is_marked_and_says_so() -> None:
    data = submitted(*right()).text.replace("student: ada", "student: eve").encode()
    found = marks_of(data)
    assert (found.all_passed, found.changed) == (True, True)
    assert found.notes == ("line 10, or one before it, was changed by hand",)


def test_a_class_may_refuse_what_was_changed() -> None:
    data = submitted(*right()).text.replace("student: ada", "student: eve").encode()
    assert marks_of(data, Class(refuse_changed=True)).problem == "changed"


def test_points_are_those_of_the_class() -> None:
    found = marks_of(submitted(*right()), class_of(points={"bias": 2.5, "maybe": 0}))
    assert (found.score, found.worth) == (5.5, 5.5)


def test_a_check_that_needs_one_that_was_not_passed_is_not_run() -> None:
    group = class_of(needs={"maybe": ("bias",)})
    found = marks_of(submitted(*changed(answer_1026="answer 3")), group)
    assert statuses(found)["maybe"] == NOT_RUN
    assert found.checks[3].message == "`bias` was not passed"


def hidden(**fields: object) -> Hidden:
    return replace(Hidden("extra", 3), **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("check", "status"),
    [
        (hidden(check="audit.clean"), PASSED),
        (hidden(check="buf[0]._refcount == 2"), FAILED),
        (hidden(check="nothing._refcount == 2"), FAILED),
        (hidden(check="buf[0]._refcount == 1", after="give-back"), PASSED),
        (hidden(race="race-dio-fork", verdict="Never", kernel="v6.5"), PASSED),
        (hidden(race="race-dio-fork", verdict="Never"), FAILED),
        (hidden(race="no-such-race", verdict="Never"), ERROR),
        (hidden(check="audit.clean", needs=("bias",)), PASSED),
    ],
)
def test_a_hidden_check_looks_at_the_learners_machine(check: Hidden, status: str) -> None:
    found = marks_of(submitted(*right()), class_of(check))
    assert statuses(found) == {**ALL_PASSED, "extra": status}
    assert found.score == 5 + 3 * (status == PASSED)


def test_a_hidden_check_of_a_task_looks_at_the_moment_when_it_was_solved() -> None:
    lines = (*right(), "pin buf[0] as late")
    then = hidden(check="buf[0]._refcount == 1", after="give-back")
    assert marks_of(submitted(*lines), class_of(then)).all_passed
    assert not marks_of(submitted(*lines), class_of(replace(then, after=""))).all_passed


def test_a_hidden_check_of_a_task_that_was_not_solved_is_not_run() -> None:
    check = hidden(check="audit.clean", after="give-back")
    found = marks_of(submitted(*right()[:-1]), class_of(check))
    assert statuses(found)["extra"] == NOT_RUN


def test_the_verdict_of_a_race_is_that_of_the_learners_own_kernel() -> None:
    check = hidden(race="race-dio-fork", verdict="Never")
    lines = (*right(), "kernel v6.5")
    assert marks_of(submitted(*lines), class_of(check)).all_passed
    lines = (*lines, "revert bio-extract-pages with-dependents")
    assert statuses(marks_of(submitted(*lines), class_of(check)))["extra"] == FAILED


def test_that_all_passed_is_said_of_what_is_public() -> None:
    group = class_of(hidden(check="audit.clean"))
    assert (
        marks_of(submitted(*right()), group).summary == "all public checks passed, 1 hidden"
    )
    found = marks_of(submitted(*right()[:-1]), group)
    assert found.summary == "4 of 5 public checks passed, 1 hidden"


@pytest.mark.parametrize(
    ("reveal", "name", "message"),
    [
        ("full", "extra", "buf[0]._refcount == 2: buf[0]._refcount is 1"),
        ("sentence", "hidden-1", "Count again."),
        ("error", "hidden-1", "buf[0]._refcount is 1"),
        ("points", "hidden-1", ""),
    ],
)
def test_a_learner_sees_of_a_hidden_check_what_is_to_be_revealed(
    reveal: str, name: str, message: str
) -> None:
    check = hidden(check="buf[0]._refcount == 2", reveal=reveal, sentence="Count again.")
    found = marks_of(submitted(*right()), class_of(check))
    last = shown(found, teacher=False)[-1]
    assert (last.name, last.message, last.score, last.points) == (name, message, 0, 3)
    whole = shown(found, teacher=True)[-1]
    assert (whole.name, whole.message) == (
        "extra",
        "buf[0]._refcount == 2: buf[0]._refcount is 1",
    )


def test_no_command_that_is_carried_out_knows_of_files() -> None:
    opens = re.compile(r"\b(open|Path|Store|open_file|save_file)\(")
    found = {
        command.name
        for command in REGISTRY.commands.values()
        if runs(command, ()) and (module := inspect.getmodule(command.function))
        if opens.search(inspect.getsource(module))
    }
    assert found == {"witness"}  # which does with the words save and load only


@pytest.mark.parametrize(
    "line", ["witness save x", "witness load x", "submit x", "lessons"]
)
def test_no_line_of_a_submission_touches_a_file(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = marks_of(submitted("race race-fork kernel=v6.1", "turn P0", line))
    assert found.is_marked
    assert list(tmp_path.iterdir()) == []
