"""`progress`: how far one is, and what is done with all that is kept."""

from pathlib import Path

import pytest

import pintutor.content.commands  # noqa: F401  (declares them)
from pintutor.content.course_map import Course
from pintutor.content.learner.progress import Store
from pintutor.content.learner.record import Answer, Mistake, Record
from pintutor.lab.lab import Lab
from pintutor.lab.results import Table, Told
from tests.labs import refused

WRONG = {"first-pins": Mistake(["5"])}
BEGUN = Record(
    ["map", "first-pins"],
    {"first-pins": Answer("5", right=False)},
    lines=["mmap buf 4", "read buf"],
    mistakes=WRONG,
)
DONE = Record(["map"], lines=["mmap buf 2"], complete=True)


def said(line: str) -> Told:
    result = Lab().execute(line).result
    assert isinstance(result, Told)
    return result


def rows(line: str) -> tuple[Table, dict[str, tuple[str | int, ...]]]:
    table = Lab().execute(line).result
    assert isinstance(table, Table)
    return table, {str(row[0]): row for row in table.rows}


@pytest.fixture(autouse=True)
def kept() -> Store:
    store = Store()
    store.save_all({"page-counts": DONE, "zero-page": BEGUN})
    return store


def test_it_counts_by_topic_and_says_what_comes_next() -> None:
    table, topics = rows("progress")
    _, done, of, percent, minutes, ahead = topics["Orientation"]
    assert (done, percent, ahead) == (1, f"{100 // int(of)} %", "page-tables")
    assert int(minutes) > 0
    assert topics["all"][1] == 1
    assert "`lesson zero-page` comes next" in table.note
    assert "`review` asks again what went wrong, 1 so far" in table.note


def test_a_folder_that_cannot_be_written_is_told_before_anything_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    course = Lab().execute("lessons").result
    assert isinstance(course, Course)
    assert any(note.startswith("nothing is kept: ") for note in course.notes)
    told = Lab().execute("lesson page-tables").result
    assert isinstance(told, Told)
    assert not any("nothing is kept" in one for one in told.paragraphs)


def test_it_says_when_every_lesson_is_done(kept: Store) -> None:
    from pintutor.content.catalogue import lessons

    kept.save_all({one.front.id: DONE for one in lessons()})
    table, topics = rows("progress")
    assert (topics["all"][3], topics["all"][4]) == ("100 %", 0)
    assert table.note.startswith("every lesson is done")


def test_mistakes_are_listed_with_what_was_given(kept: Store) -> None:
    _, found = rows("progress mistakes")
    _, step, asked, given, state = found["zero-page"]
    assert (step, given, state) == ("first-pins", "5", "")
    assert str(asked).startswith("What will `zero._refcount` be")
    kept.save("zero-page", Record(take=0, mistakes={"first-pins": Mistake(["5"], 1)}))
    assert rows("progress mistakes")[1]["zero-page"][-1] == "corrected"


def test_reset_says_what_would_be_lost_and_does_nothing(kept: Store) -> None:
    told = said("progress reset zero-page")
    assert told.title == "this would be lost"
    assert told.paragraphs[0] == "zero-page: begun, 2 steps, 1 answer, 2 commands"
    assert told.paragraphs[-1] == "`progress reset zero-page yes` does it"
    assert kept.load()["zero-page"] == BEGUN


def test_reset_keeps_the_mistakes_and_no_more(kept: Store) -> None:
    assert said("progress reset 6.1 yes").title == "reset: zero-page"
    assert kept.load()["zero-page"] == Record(take=2, mistakes=WRONG)
    assert kept.load()["page-counts"] == DONE


def test_forget_keeps_nothing(kept: Store) -> None:
    said("progress forget zero-page yes")
    assert set(kept.load()) == {"page-counts"}


def test_all_means_every_lesson(kept: Store) -> None:
    said("progress forget all yes")
    assert kept.load() == {}


def test_a_lesson_of_which_nothing_is_kept_loses_nothing() -> None:
    assert said("progress reset page-tables").title == "nothing is kept of it"


def test_a_lesson_that_is_reset_under_way_is_left(kept: Store) -> None:
    lab = Lab()
    lab.execute("lesson zero-page")
    result = lab.execute("progress reset zero-page yes").result
    assert isinstance(result, Told)
    assert result.paragraphs == ("no lesson is under way now; the machine stays as it is",)
    assert lab.timeline.entries[0].line == "mmap buf 4"
    lab.execute("mmap more 1")
    assert kept.load()["zero-page"] == Record(take=2, mistakes=WRONG)


def test_an_unknown_lesson_is_refused_at_its_word() -> None:
    error = refused(Lab(), "progress reset zero-pgae")
    assert error.code == "unknown-lesson"
    assert "did you mean `zero-page`?" in error.message
    assert error.at is not None
    assert (error.at.start, error.at.stop) == (15, 24)


@pytest.mark.parametrize("action", ["reset", "forget", "export", "import"])
def test_an_action_without_its_word_is_refused(action: str) -> None:
    assert refused(Lab(), f"progress {action}").code == "missing-word"


def test_a_word_that_is_not_taken_is_refused_at_its_place() -> None:
    error = refused(Lab(), "progress mistakes zero-page")
    assert error.code == "unexpected-word"
    assert error.at is not None
    assert (error.at.start, error.at.stop) == (18, 27)


def test_an_unknown_action_is_refused_at_its_word() -> None:
    error = refused(Lab(), "progress rest zero-page")
    assert error.at is not None
    assert (error.at.start, error.at.stop) == (9, 13)


def test_what_was_exported_brings_back_what_was_lost(kept: Store, tmp_path: Path) -> None:
    file = tmp_path / "mine.jsonl"
    said(f"progress export {file}")
    said("progress reset zero-page yes")
    told = said(f"progress import {file}")
    assert told.title == "this would change"
    after = "begun, 2 steps, 1 answer, 2 commands, 1 mistake"
    assert told.paragraphs[0] == f"zero-page: 1 mistake → {after}"
    assert kept.load()["zero-page"].done == []
    said(f"progress import {file} yes")
    found = kept.load()["zero-page"]
    assert (found.done, found.lines, found.mistakes) == (BEGUN.done, BEGUN.lines, WRONG)
    assert said(f"progress import {file} yes").title.startswith("it says nothing")


def test_an_import_takes_nobody_back(kept: Store, tmp_path: Path) -> None:
    file = tmp_path / "mine.jsonl"
    said(f"progress export {file}")
    further = Record([*BEGUN.done, "pin"], BEGUN.answers, lines=[*BEGUN.lines, "pin buf"])
    kept.save("zero-page", further)
    said(f"progress import {file} yes")
    assert kept.load()["zero-page"].done == further.done


def test_an_import_reads_a_file_of_the_first_version(kept: Store, tmp_path: Path) -> None:
    file = tmp_path / "progress.json"
    lesson = '{"done": ["a"], "answers": {}, "hints": {}, "lines": ["mmap a 1"]}'
    file.write_text(
        f'{{"schema": "pintutor/progress", "v": 1, "lessons": {{"old": {lesson}}}}}'
    )
    said(f"progress import {file} yes")
    assert kept.load()["old"].lines == ["mmap a 1"]


@pytest.mark.parametrize("text", ["", "no progress", '{"schema": "other", "v": 2}\n'])
def test_a_file_that_is_no_progress_is_refused_and_left(tmp_path: Path, text: str) -> None:
    file = tmp_path / "other"
    file.write_text(text)
    error = refused(Lab(), f"progress import {file} yes")
    assert (error.code, file.read_text()) == ("bad-file", text)
    assert list(tmp_path.glob("other.*")) == []


def test_a_file_that_is_there_is_overwritten_on_demand_only(tmp_path: Path) -> None:
    file = tmp_path / "mine.jsonl"
    file.write_text("precious")
    told = said(f"progress export {file}")
    assert told.paragraphs[-1] == f"`progress export {file} yes` does it"
    assert file.read_text() == "precious"
    said(f"progress export {file} yes")
    assert "zero-page" in file.read_text()


def test_a_file_that_cannot_be_written_is_refused_at_its_word(tmp_path: Path) -> None:
    error = refused(Lab(), f"progress report {tmp_path}/no/such/folder.md")
    assert error.code == "bad-file"
    assert error.at is not None


def test_the_report_names_lessons_patches_terms_and_mistakes(tmp_path: Path) -> None:
    file = tmp_path / "learned.md"
    said(f"progress report {file}")
    text = file.read_text()
    assert "| 1.1 | A page and its counts |" in text
    assert "(`zero-page-unpinned`, commit c8070b787519, in v6.5)" in text
    assert "- **\\_refcount**:" in text
    assert "0 of 1 are corrected." in text
    assert "be when all four pages are pinned? | 5 |" in text


def test_what_was_typed_is_not_obeyed_by_the_report(kept: Store) -> None:
    hostile = Mistake(["5", "|</td>`*x*\x1b[31m"])
    kept.save("zero-page", Record(take=0, mistakes={"first-pins": hostile}))
    (row,) = [line for line in said("progress report").paragraphs if "/td" in line]
    assert "| 5, \\|\\</td\\>\\`\\*x\\*\\\\x1b\\[31m |" in row


def test_a_file_that_was_damaged_is_said(kept: Store) -> None:
    with kept.path.open("a") as file:
        file.write("no line\n")
    assert "cannot be read and left out" in rows("progress")[0].note
