"""The commands that drive a lesson, as a learner types them."""

import json
from pathlib import Path
from typing import Any

import pytest

import pintutor.content.commands  # noqa: F401  (declares them)
from pintutor.content.course_map import Course
from pintutor.content.learner.progress import default_path
from pintutor.content.session import Session
from pintutor.lab.errors import CommandError
from pintutor.lab.lab import Lab, Outcome
from pintutor.lab.results import Told


def told(lab: Lab, line: str) -> Told:
    result = lab.execute(line).result
    assert isinstance(result, Told)
    return result


def refused(lab: Lab, line: str) -> CommandError:
    with pytest.raises(CommandError) as caught:
        lab.execute(line)
    return caught.value


def begun(name: str = "zero-page") -> Lab:
    lab = Lab("v6.5")
    lab.execute("mmap mine 1")
    lab.execute(f"lesson {name}")
    return lab


def at(lab: Lab) -> str:
    assert isinstance(lab.session, Session)
    step = lab.session.step
    return step.id if step else ""


def go(lab: Lab, times: int = 1) -> Any:
    for _ in range(times):
        outcome = lab.execute("go")
    return outcome


def test_a_lesson_begins_on_a_fresh_machine_of_its_kernel() -> None:
    lab = begun()
    assert lab.kernel_name == "v6.4"
    assert "mine" not in lab.names.all()
    assert lab.timeline.total == 0


def test_a_lesson_opens_with_what_it_says_and_what_to_do() -> None:
    lab = Lab()
    opening = told(lab, "lesson zero-page")
    assert opening.title == "6.1 The page nobody may pin"
    assert opening.paragraphs[0].startswith("Memory that was read but never written")
    assert opening.paragraphs[-1] == "`go` runs `mmap buf 4`"
    assert opening.data["line"] == "mmap buf 4"


def test_a_lesson_is_found_by_its_number() -> None:
    assert told(Lab(), "lesson 1.1").title == "1.1 A page and its counts"


def test_an_unknown_lesson_is_refused_with_a_guess() -> None:
    error = refused(Lab(), "lesson zero-pgae")
    assert error.code == "unknown-lesson"
    assert "did you mean `zero-page`?" in error.message


def test_the_lessons_are_listed_with_how_far_one_is() -> None:
    lab = begun()
    go(lab, 2)
    course = lab.execute("lessons").result
    assert isinstance(course, Course)
    listed = {place.id: place.state for place in course.places}
    assert (listed["page-counts"], listed["zero-page"]) == ("", "begun")


def test_go_runs_the_next_line_and_its_outcome_is_the_outcome() -> None:
    lab = begun()
    outcome = go(lab)
    inner = outcome.result if isinstance(outcome.result, Outcome) else outcome
    assert (inner.line, inner.command) == ("mmap buf 4", "mmap")


def test_go_says_what_is_asked_for_when_it_is_no_command() -> None:
    lab = begun()
    go(lab, 2)
    error = refused(lab, "go")
    assert error.code == "no-line"
    assert "a prediction" in error.message


def test_go_says_how_to_return_when_the_learner_went_back_too_far() -> None:
    lab = begun()
    go(lab, 2)
    lab.execute("answer 4097")
    lab.execute("undo 2")
    error = refused(lab, "go")
    assert error.code == "strayed"
    assert "redo" in error.hint


@pytest.mark.parametrize(
    ("answer", "right"),
    [
        ("4097", True),
        ("0x1001", True),
        ("4_097", True),
        ("1 + 4 * 1024", True),
        ("1 + 4 * GUP_PIN_COUNTING_BIAS", True),
        ("5", False),
        ("-1", False),
        ("yes", False),
        ("none", False),
    ],
)
def test_a_prediction_takes_numbers_sums_and_names(answer: str, right: bool) -> None:
    lab = begun()
    go(lab, 2)
    assert told(lab, f"answer {answer}").data["right"] is right
    assert at(lab) == "pin"


def test_a_wrong_prediction_is_told_the_value_and_what_went_wrong() -> None:
    lab = begun()
    go(lab, 2)
    said = told(lab, "answer 5").paragraphs
    assert said[0] == "zero._refcount is 4097 after that"
    assert said[1].startswith("That would be four references.")


@pytest.mark.parametrize("answer", ["-ENOMEM", "-12", "-enomem"])
def test_an_error_can_be_answered_by_name(answer: str) -> None:
    lab = begun()
    while at(lab) != "refused":
        lab.execute("skip" if at(lab) in ("first-pins", "one-too-many") else "go")
    assert told(lab, f"answer {answer}").title == "right"


@pytest.mark.parametrize("answer", ["no", "False", "false", "0"])
def test_yes_and_no_can_be_answered(answer: str) -> None:
    lab = begun("page-counts")
    go(lab)
    assert told(lab, f"answer {answer}").title == "right"


@pytest.mark.parametrize("answer", ["zero._refcount", "bff", "1 +", "2 ** 9", "9" * 99])
def test_what_is_no_value_is_refused_and_the_question_stays_open(answer: str) -> None:
    lab = begun()
    go(lab, 2)
    error = refused(lab, f"answer {answer}")
    assert error.at is not None
    assert at(lab) == "first-pins"


def to_quiz(lab: Lab) -> None:
    while at(lab) != "skip-it":
        lab.execute("go" if lab.session.next_line() else "skip")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("answer", "title"), [("1", "wrong"), ("2", "right"), ("b", "right")]
)
def test_a_choice_is_answered_by_number_or_letter(answer: str, title: str) -> None:
    lab = begun()
    to_quiz(lab)
    assert told(lab, f"answer {answer}").title == title


def test_a_wrong_choice_is_told_why_and_can_be_answered_again() -> None:
    lab = begun()
    to_quiz(lab)
    assert told(lab, "answer 1").paragraphs[0].startswith("The frame is not lost")
    assert at(lab) == "skip-it"


@pytest.mark.parametrize("answer", ["0", "4", "z", "yes"])
def test_a_choice_that_there_is_not_is_refused(answer: str) -> None:
    lab = begun()
    to_quiz(lab)
    assert refused(lab, f"answer {answer}").code == "bad-choice"


def test_an_answer_without_a_question_is_refused() -> None:
    assert refused(begun(), "answer 1").code == "no-question"


@pytest.mark.parametrize("line", ["go", "answer 1", "hint", "check", "solution", "skip"])
def test_without_a_lesson_a_command_says_how_to_begin_one(line: str) -> None:
    error = refused(Lab(), line)
    assert error.code == "no-lesson"
    assert "`lesson NAME` begins one" in error.hint


def to_task(lab: Lab) -> None:
    while at(lab) != "in-order":
        lab.execute("go" if lab.session.next_line() else "skip")  # type: ignore[union-attr]


def test_the_task_is_shown_again_on_demand() -> None:
    lab = begun("pins-held-across")
    to_task(lab)
    assert told(lab, "lesson").paragraphs[0].startswith("Bring the machine to where")


def test_check_names_the_checks_that_do_not_hold_and_the_state() -> None:
    lab = begun("pins-held-across")
    to_task(lab)
    result = told(lab, "check")
    assert result.title == "0 of 4 checks hold"
    assert any("zero._refcount is 4097" in row for row in result.paragraphs)
    assert result.data["solved"] is False


def test_hints_go_on_to_the_solution() -> None:
    lab = begun("pins-held-across")
    to_task(lab)
    titles = [told(lab, "hint").title for _ in range(3)]
    assert titles == ["hint 1 of 3", "hint 2 of 3", "hint 3 of 3"]
    assert told(lab, "hint").paragraphs[-1] == "`solution` shows one"


def test_the_solution_is_shown_and_not_run() -> None:
    lab = begun("pins-held-across")
    to_task(lab)
    before = lab.timeline.total
    lines = told(lab, "solution").data["lines"]
    assert lines == ["undo 2", "unpin p", "apply zero-page-unpinned", "pin buf as p"]
    assert (lab.timeline.total, at(lab)) == (before, "in-order")


def test_the_hint_outside_a_task_names_the_next_command() -> None:
    assert "`mmap buf 4`" in told(begun(), "hint").paragraphs[0]


def test_a_lesson_goes_on_where_it_was_left() -> None:
    lab = begun()
    go(lab, 2)
    lab.execute("answer 4097")
    go(lab, 1)
    other = Lab()
    other.execute("lesson zero-page")
    assert at(other) == "pin"
    assert "buf" in other.names.all()


def test_a_lesson_can_be_begun_anew() -> None:
    lab = begun()
    go(lab, 2)
    lab.execute("lesson zero-page again")
    assert at(lab) == "map"
    assert lab.timeline.total == 0


def test_a_lesson_whose_kept_lines_no_longer_run_begins_anew_and_says_so() -> None:
    lab = begun()
    go(lab, 2)
    path = default_path()
    path.write_text(path.read_text().replace("mmap buf 4", "mmap buf four"))
    other = Lab()
    opening = told(other, "lesson zero-page")
    assert opening.paragraphs[0].startswith("it begins anew, as it cannot go on")
    assert at(other) == "map"


def test_a_lesson_that_is_done_begins_anew_and_stays_done_in_the_list() -> None:
    lab = begun("page-counts")
    while at(lab):
        lab.execute("go" if lab.session.next_line() else "skip")  # type: ignore[union-attr]
    lab.execute("lesson page-counts")
    assert at(lab) == "map"
    go(lab)
    course = lab.execute("lessons").result
    assert isinstance(course, Course)
    assert {place.id: place.state for place in course.places}["page-counts"] == "done"


def test_a_state_directory_that_cannot_be_written_stops_no_lesson(own_home: Path) -> None:
    own_home.mkdir()
    (own_home / "state").write_text("a file, where a directory should be")
    lab = begun()
    assert lab.execute("mmap buf 4").notes == ()  # the lesson told it
    assert lab.execute("read buf").notes == ()
    assert at(lab) == "first-pins"


def test_what_a_lesson_tells_is_data_too() -> None:
    lab = begun()
    go(lab, 2)
    outcome = lab.execute("answer 4097 --json").to_json()
    assert json.loads(json.dumps(outcome))["result"]["data"]["value"] == 4097
