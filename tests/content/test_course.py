"""Letters with their lessons, new lessons, and all that is wrong said at once."""

import json
from pathlib import Path
from typing import Any

import pytest

from pintutor import cli
from pintutor.content.checking.check import check
from pintutor.content.front import Front
from pintutor.content.letters import answered, entries, uncovered
from pintutor.lab.results import Table
from tests.content.courses import Course
from tests.labs import Lab, refused, run


def lesson(*answers: str) -> Front:
    """The front matter of a lesson that answers those entries."""
    return Front(
        "it", "It", "One", 1, "v6.4", "What it is.", Path("lesson.md"), answers=answers
    )


def asked(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    """What `pintutor WORDS --json` answers."""
    cli.main([*words, "--json"])
    return json.loads(capsys.readouterr().out)


def test_an_entry_is_answered_by_the_lessons_that_name_it() -> None:
    found = answered([lesson("old-dio-v4/v4-1")])
    assert [name for name, ids in found.items() if ids] == ["old-dio-v4/v4-1"]


@pytest.mark.parametrize("letter", ["extract-v8", "block-pin-v21"])
def test_a_line_that_two_letters_have_is_answered_in_both(letter: str) -> None:
    found = answered([lesson(f"{letter}/v6-3")])
    wanted = ["extract-v8/v6-3", "block-pin-v21/v6-3"]
    assert [name for name, ids in found.items() if ids == ("it",)] == wanted


def test_what_no_lesson_answers_is_uncovered() -> None:
    left = set(entries()) - set(uncovered([lesson("extending-dio/patch-1")]))
    assert left == {"extending-dio/patch-1"}


def test_letters_as_json_have_every_entry_and_what_is_uncovered(
    capsys: pytest.CaptureFixture[str],
) -> None:
    data = asked(capsys, "letters")["data"]
    listed = [entry for letter in data["letters"] for entry in letter["entries"]]
    assert [entry["name"] for entry in listed] == list(entries())
    bare = [entry["name"] for entry in listed if not entry["lessons"]]
    assert data["uncovered"] == bare


def test_one_letter_can_be_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    data = asked(capsys, "letters", "old-dio-v4")["data"]
    assert [letter["id"] for letter in data["letters"]] == ["old-dio-v4"]
    assert all(name.startswith("old-dio-v4/") for name in data["uncovered"])


def test_a_letter_that_there_is_not_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    error = asked(capsys, "letters", "old-dio")["error"]
    assert error["message"] == "no letter is called `old-dio`; did you mean `old-dio-v4`?"


def test_letters_as_markdown_are_tables(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["letters", "old-dio-v4", "--markdown"]) == 0
    text = capsys.readouterr().out
    assert "| line | entry | what | lesson |\n|--:|---|---|---|\n| 8 | prose-1 | " in text


def test_the_prompt_lists_letters_and_the_lessons_of_one() -> None:
    listed = run(Lab(), "letters")
    assert isinstance(listed, Table) and len(listed.rows) == 5
    one = run(Lab(), "letters old-dio-v4")
    row = next(row for row in one.rows if row[1] == "patch-1")
    assert row[0] == 55 and "zero-page" in str(row[3])


def test_a_new_lesson_lacks_only_what_its_author_writes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["lesson", "new", "hello-you", "--topic", "02-greetings"]
    assert cli.main([*words, "--root", str(tmp_path)]) == 0
    folder = tmp_path / "02-greetings" / "01-hello-you"
    findings = check(folder)
    assert [each.rule for each in findings] == ["PT004", "PT013", "PT013", "PT013"]
    text = (folder / "lesson.md").read_text()
    text = text.replace('summary = ""', 'summary = "How to greet."')
    (folder / "lesson.md").write_text(text.replace("```hint\n", "```hint\n`unpin p`.\n"))
    assert check(folder) == []


def test_a_new_lesson_is_the_next_of_its_topic(course: Course) -> None:
    root = str(course.root / "lessons")
    words = ["lesson", "new", "more", "--topic", "01-first", "--root", root]
    assert cli.main(words) == 0
    path = course.root / "lessons" / "01-first" / "02-more" / "lesson.md"
    assert 'topic = "First"' in path.read_text()


@pytest.mark.parametrize(
    ("name", "topic"),
    [("two-pages", "01-first"), ("Two Pages", "01-first"), ("x", "first")],
)
def test_a_lesson_that_cannot_be_made_is_refused(
    course: Course, name: str, topic: str
) -> None:
    root = str(course.root / "lessons")
    before = sorted(course.root.rglob("*"))
    assert cli.main(["lesson", "new", name, "--topic", topic, "--root", root]) == 4
    assert sorted(course.root.rglob("*")) == before


def test_all_that_is_wrong_with_a_lesson_is_said_at_once(course: Course) -> None:
    course.spoil(course.lesson, "minutes = 2", 'minutes = "2"\nleter = 1')
    course.spoil(course.lesson, "mmap buf 2", "mmpa buf 2")
    course.spoil(course.lesson, "pin buf[0] write as p", "pni buf[0]")
    course.spoil(course.lesson, "Two things: one pin has to go, another has to come.", "")
    rules = sorted(each.rule for each in check(course.root))
    assert rules == ["PT002", "PT004", "PT010", "PT010", "PT013"]


def test_a_symptom_is_checked_where_the_lesson_stops_before_it(course: Course) -> None:
    course.spoil(course.lesson, "pin buf[0] write as p", "pin buf[9]")
    course.spoil(course.lesson, '"zero._refcount == 1 + 1024"', '"zero._refcount == 2"')
    assert sorted(each.rule for each in check(course.root)) == ["PT010", "PT024"]


def test_a_lesson_that_cannot_be_written_is_refused(
    course: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    (course.root / "lessons" / "02-taken").write_text("a file where a folder must be")
    root = str(course.root / "lessons")
    words = ["lesson", "new", "more", "--topic", "02-taken", "--root", root]
    assert cli.main(words) == 4
    assert "cannot be written" in capsys.readouterr().err


def test_who_answers_neither_yes_nor_no_is_told_to() -> None:
    lab = Lab("v6.4")
    run(lab, "lesson page-counts", "go")
    assert "write yes or no" in refused(lab, "answer maybe").message
