"""Handing in: `submit` in a lesson and on the command line, and the answer key."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import pintutor.classroom.commands  # noqa: F401  (declares `submit`)
from pintutor import cli
from pintutor.classroom.answer_key import key, lessons_named
from pintutor.classroom.submission import read
from pintutor.content.learner.progress import Store
from pintutor.content.learner.record import AGAIN, Record
from pintutor.lab.lab import Lab
from tests.classroom.handed_in import LESSON, lesson, marks_of, right, submitted
from tests.labs import refused


@pytest.fixture(autouse=True)
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A learner with a state and a folder of their own."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("PINTUTOR_STUDENT", "ada")
    monkeypatch.chdir(tmp_path)


def begun() -> Lab:
    """A lab in which the first lesson is under way, and something was done of it."""
    lab = Lab()
    for line in (f"lesson {LESSON}", "go", "answer no"):
        lab.execute(line)
    return lab


def test_what_was_done_of_a_lesson_is_handed_in(tmp_path: Path) -> None:
    begun().execute("submit mine.submission")
    found = read((tmp_path / "mine.submission").read_bytes())
    assert (found.student, found.lines) == ("ada", ("mmap buf 2", "answer no"))
    assert [each.status for each in marks_of(found).checks][:2] == ["passed", "failed"]


def test_who_hands_in_can_be_said(tmp_path: Path) -> None:
    begun().execute('submit mine.submission as "Grace Hopper"')
    assert read((tmp_path / "mine.submission").read_bytes()).student == "Grace Hopper"


def test_what_was_handed_in_is_written_over_and_nothing_else(tmp_path: Path) -> None:
    lab = begun()
    lab.execute("submit mine.submission")
    lab.execute("go")
    lab.execute("submit mine.submission")
    assert len(read((tmp_path / "mine.submission").read_bytes()).lines) == 3
    (tmp_path / "thesis.txt").write_text("mine")
    error = refused(lab, "submit thesis.txt")
    assert "is there and is no submission" in error.message
    assert error.at is not None and error.at.start == len("submit ")
    assert (tmp_path / "thesis.txt").read_text() == "mine"


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("submit x as " + 81 * "a", 12),
        ('submit x as "a\u202eb"', 12),
        ("submit no/such/folder", 7),
    ],
)
def test_what_cannot_be_handed_in_is_refused_at_its_word(line: str, column: int) -> None:
    error = refused(begun(), line)
    assert error.at is not None and error.at.start == column


def test_without_a_lesson_nothing_is_handed_in() -> None:
    assert refused(Lab(), "submit x").code == "no-lesson"


def test_nothing_is_handed_in_of_a_lesson_in_which_nothing_was_typed() -> None:
    lab = Lab()
    lab.execute(f"lesson {LESSON}")
    assert "nothing was typed" in refused(lab, "submit x").message


def test_a_review_is_not_handed_in() -> None:
    lab = begun()
    for line in ("go", "answer 7", "review", "skip"):
        lab.execute(line)
    assert "a part of a lesson" in refused(lab, "submit x").message


def test_what_is_kept_is_handed_in_on_the_command_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Store().save(LESSON, Record(typed=[*right(), AGAIN]))
    assert cli.main(["submit", LESSON, "--json"]) == 0
    file = json.loads(capsys.readouterr().out)["data"]["file"]
    assert marks_of(Path(file).read_bytes()).all_passed


def test_a_lesson_that_was_not_begun_cannot_be_handed_in(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert cli.main(["submit", LESSON]) == 2
    assert "nothing was typed" in capsys.readouterr().err


def test_an_answer_key_says_what_is_right_in_each_question_and_task() -> None:
    found = key(lesson())
    assert [each.lines for each in found] == [
        ("answer no",),
        ("answer 2",),
        ("answer 1026",),
        ("answer 2",),
        ("put g", "unpin p"),
    ]
    assert all(each.question and each.step for each in found)


@pytest.mark.parametrize("name", ["09-capstones", "9", "Capstones"])
def test_an_answer_key_can_be_had_of_a_topic(name: str) -> None:
    folders = {each.front.path.parent.parent.name for each in lessons_named(name, 0)}
    assert folders == {"09-capstones"}


def test_a_single_submission_says_by_its_exit_code_why_it_has_no_marks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "one.submission"
    codes = []
    for text in (
        submitted(*right()).text,
        submitted(*right()[:-1]).text,
        "junk",
        submitted(*right()).text.replace("page-counts", "no-lesson"),
        submitted(*right()).text.replace("sha256:", "sha256:0"),
    ):
        file.write_text(text)
        codes.append(cli.main(["grade", str(file)]))
    assert codes == [0, 1, 3, 4, 5]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["grade", "."], "there is no *.submission"),
        (["grade", "x", "--format", "csv", "--format", "tap"], "need as many files"),
        (["grade", "x", "y", "--format", "gradescope"], "one submission, not 2"),
        (["grade", "x", "--json", "--format", "csv"], "--json is"),
        (["grade", "x", "--class", "no.toml"], "cannot be read"),
        (["grade", "x", "--jobs", "0"], "less than 1"),
        (["answer-key", "zero-pages"], "did you mean `zero-page`"),
    ],
)
def test_words_that_ask_for_the_impossible_are_refused(
    words: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(words) in (2, 3, 4)
    said = capsys.readouterr()
    assert says in said.out + said.err
