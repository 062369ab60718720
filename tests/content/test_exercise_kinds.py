"""Exercises that are judged by running: any answer counts that comes to the goal."""

from __future__ import annotations

from pathlib import Path

import pytest

from pintutor.content.catalogue import lessons
from pintutor.content.lesson import Lesson, load
from pintutor.content.session import Session
from pintutor.content.steps import TASKS
from pintutor.lab.lab import Lab
from tests.content.exercises import (
    BISECT,
    BLANKS,
    DRIVER,
    FIX,
    HINTS,
    HOLDER,
    LEAKS,
    RELEASE,
    found,
    only,
    sitting,
    whole,
    written,
)
from tests.labs import refused, run

TOPICS = ("Capstones", "Exercises")
SHIPPED = [load(one.path) for one in lessons() if one.front.topic in TOPICS]


def told(lab: Lab, *lines: str) -> tuple[str, str]:
    """The title of what the last line tells, and all of it."""
    result = run(lab, *lines)
    return result.title, "\n".join(result.paragraphs)


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        (RELEASE, "v6.5"),
        (RELEASE, "v6.12"),
        (RELEASE, "v6.4+zero-page-unpinned"),
        (HOLDER, "cam"),
        (HOLDER, "cam[0]"),
        (BISECT, "zero-page-unpinned"),
        (BISECT, "c8070b787519"),
        (BLANKS, "1024 1"),
        (BLANKS, "512+512 0x1"),
        (FIX, "pin m as p; unpin p"),
        (FIX, "get m as g; put g"),
        (FIX, "read m"),
        (DRIVER, "unpin q | unpin p"),
        (DRIVER, "unpin q unpin_user_page | release p"),
        (DRIVER, "read a; unpin q | read b; unpin p dirty"),
    ],
)
def test_any_right_answer_counts(tmp_path: Path, kind: str, answer: str) -> None:
    session = only(tmp_path, kind)
    title, _ = told(session.lab, f"answer {answer}")
    assert title == "right"
    assert session.done


@pytest.mark.parametrize(
    ("kind", "answer", "said"),
    [
        (RELEASE, "v6.4", "It counts there."),
        (RELEASE, "v6.4+page-reffed+iomap-zero-unreferenced", "zero._refcount is 1025"),
        (HOLDER, "init", "`init` holds buf[0]: mapping"),
        (HOLDER, "buf", "`buf` holds buf[0]: mapping"),
        (HOLDER, "nobody", "Somebody does."),
        (BISECT, "bio-extract-pages", "No bio is in it."),
        (BISECT, "a7e689dd1c06", "No bio is in it."),
        (BLANKS, "1024 2", "`?2` is not 2"),
        (FIX, "pin m as p; put p", "m[0]._refcount is 1024"),
        (FIX, "pin m as p", "m[0]._refcount is 1025"),
        (DRIVER, "unpin q | ", "without a failure"),
        (DRIVER, "unpin q; unpin p | ", "holds    without a failure"),
        (DRIVER, "unpin q | unpin p; unpin p", "no held name is called `p`"),
    ],
)
def test_a_wrong_answer_is_told_what_it_comes_to(
    tmp_path: Path, kind: str, answer: str, said: str
) -> None:
    session = only(tmp_path, kind)
    title, whole_text = told(session.lab, f"answer {answer}")
    assert title == "not so"
    assert said in whole_text
    assert not session.done


@pytest.mark.parametrize(
    ("kind", "line", "column", "said"),
    [
        (RELEASE, "answer v6.44", 7, "no kernel is called `v6.44`"),
        (HOLDER, "answer cma", 7, "nothing is called `cma`; did you mean `cam`?"),
        (BISECT, "answer zero-page", 7, "no patch is called `zero-page`"),
        (BISECT, "answer c8070b", 7, "no patch is called `c8070b`"),
        (BLANKS, "answer 1", 7, "as many values as there are blanks, 2"),
        (BLANKS, "answer 1 x", 9, "`x` is no value"),
        (FIX, "answer pin m as p; unpni p", 19, "no such command; did you mean `unpin`?"),
        (FIX, "answer pin m as p; undo", 19, "`undo` has no place in a script"),
        (FIX, "answer poke m[0]._refcount 1", 7, "`poke` has no place in a script"),
        (FIX, "edit 3 unpin p", 5, "the script has 2 lines"),
        (FIX, "edit two unpin p", 5, "this is no line of the script"),
        (FIX, "edit 2 inject off", 7, "`inject` has no place"),
        (DRIVER, "edit 1 pin b as p", 5, "line 1 is given"),
        (DRIVER, "edit -4", 5, "line 4 is given"),
        (DRIVER, "answer unpin q", 7, "there are 2 holes, and 1 are filled in"),
    ],
)
def test_what_cannot_be_an_answer_is_refused_at_its_word(
    tmp_path: Path, kind: str, line: str, column: int, said: str
) -> None:
    error = refused(only(tmp_path, kind).lab, line)
    assert said in error.message
    assert error.at is not None and error.at.start == column


def test_a_unit_without_a_holder_is_held_by_nobody(tmp_path: Path) -> None:
    session = only(tmp_path, HOLDER)
    run(session.lab, "put cam")
    assert told(session.lab, "answer init")[0] == "not so"
    assert told(session.lab, "answer nobody")[0] == "right"


def test_a_script_is_changed_line_by_line_and_kept(tmp_path: Path) -> None:
    session = only(tmp_path, FIX)
    _, shown = told(session.lab, "edit 2 unpin p", "edit +2 read m", "edit +0 get m as g")
    assert [line.split("> ")[1] for line in shown.splitlines() if "> " in line] == [
        "get m as g",
        "pin m as p",
        "unpin p",
        "read m",
    ]
    assert told(session.lab, "check")[0] == "not so"
    assert told(session.lab, "edit -1", "check")[0] == "right"


def test_an_empty_hole_is_a_line_that_does_nothing(tmp_path: Path) -> None:
    session = only(tmp_path, DRIVER)
    run(session.lab, "edit 5 unpin p", "edit 3 unpin q", "edit -3")
    _, shown = told(session.lab, "edit")
    assert "  3  > ?" in shown and "  5  > unpin p" in shown
    assert told(session.lab, "edit +3 unpin q", "check")[0] == "right"


def test_a_draft_begins_again(tmp_path: Path) -> None:
    session = only(tmp_path, FIX)
    assert "put p" in told(session.lab, "edit -2", "edit again")[1]


def test_a_hint_fits_what_the_last_answer_came_to(tmp_path: Path) -> None:
    session = only(tmp_path, DRIVER)
    step = session.step
    assert step is not None
    path = session.lesson.front.path
    path.write_text(path.read_text().replace("```hint\nOne.", f"{LEAKS}\n```hint\nOne."))
    session = sitting(path)
    run(session.lab, "answer unpin q; unpin p | read a")
    assert told(session.lab, "hint")[0] == "hint for what you did"
    assert told(session.lab, "hint")[0] == "hint 1 of 3"


def test_a_draft_is_there_in_the_next_sitting(tmp_path: Path) -> None:
    first = only(tmp_path, DRIVER)
    run(first.lab, "edit 5 unpin p")
    lab = Lab(first.lesson.kernel)
    again = lab.session = Session(first.lesson, lab)
    again.resume(first.record())
    assert "  5  > unpin p" in told(lab, "edit")[1]


def test_the_machine_of_the_learner_stays_where_it_is(tmp_path: Path) -> None:
    session = only(tmp_path, DRIVER)
    before = session.lab.timeline.total
    run(session.lab, "answer unpin q | ", "edit 3 unpin q", "check")
    assert session.lab.timeline.total == before


def test_blanks_are_the_same_until_they_are_filled_in(tmp_path: Path) -> None:
    session = only(tmp_path, BLANKS)
    first = told(session.lab, "lesson")[1]
    run(session.lab, "pin buf[1] as q")
    assert told(session.lab, "lesson")[1] == first
    assert told(session.lab, *run(session.lab, "solution").paragraphs)[0] == "right"


def test_the_lesson_with_all_kinds_is_in_order(tmp_path: Path) -> None:
    assert found(written(tmp_path, whole())) == []


KINDS = (RELEASE, HOLDER, BISECT, BLANKS, FIX, DRIVER + LEAKS)
SPOILT = [
    ('"zero._refcount == 1"]', '"zero.pfn == zero.pfn"]', "PT014 `zero` holds on"),
    ('holds = ["zero._refcount == 1"]', 'holds = ["zero._ref =="]', "PT017"),
    ('"v6.4" = "It', '"v6.5" = "It', "PT011 `v6.5` is called wrong and is right"),
    ("nobody = ", "cam = ", "PT011 `cam` is called wrong and is right"),
    ('page = "buf[0]"', 'page = "bff[0]"', "PT017 "),
    ('to = "v6.5"', 'to = "v6.4"', "PT007 `these commands` comes to the same"),
    ("bio-extract-pages = ", "bio-extract = ", "PT011 no patch is called"),
    ("pin buf[1] as q", "read buf[1]", "PT017 these commands have no number"),
    ("blanks = 2", 'of = "bit"', "PT004 `of` is one of counts, bits, calls, all; did"),
    ("put p\n", "unpin p\n", "PT014 `mend` is right as it is given"),
    ("'''\npin m as p\n", "'''\n?\n", "PT003 a driver has holes"),
    ("pin a write as p else", "pni a write as p else", "PT010 no such command"),
    (
        '"inject fault 2"]',
        '"inject fault 9"]',
        "PT014 the case `inject fault 9` comes to no",
    ),
    ("when failed and", "when faild and", "PT029 this gets no hint of its own"),
    ("when failed and", "when failed nad", "PT017"),
    ("id=leaks when", "id=leak when", "PT029 no near miss comes to the hint `leak`"),
]


@pytest.mark.parametrize(("old", "new", "rule"), SPOILT, ids=lambda text: text[:20])
def test_what_is_wrong_with_an_exercise_is_found(
    tmp_path: Path, old: str, new: str, rule: str
) -> None:
    kind = next(each for each in KINDS if old in each)
    text = whole().partition("```release")[0] + kind.replace(old, new)
    named = kind.partition("id=")[2].split()[0]
    lines = {
        "zero": "answer v6.5",
        "who": "answer cam",
        "turned": "answer zero-page-unpinned",
        "mend": "edit 2 unpin p\n  check",
        "ladder": "answer unpin q | unpin p",
    }
    solved = f"{named}:\n  {lines[named]}\n" if named in lines else ""
    misses = "ladder:\n  answer unpin q; unpin p | read a\n" if named == "ladder" else ""
    path = written(tmp_path, f"{text}\n{HINTS}", solved=solved, misses=misses)
    assert any(each.startswith(rule) for each in found(path)), found(path)


def test_a_near_miss_that_solves_the_task_is_found(tmp_path: Path) -> None:
    path = written(tmp_path, whole(), misses="ladder:\n  answer unpin q | unpin p\n")
    assert found(path) == ["PT029 this solves the task `ladder`, so it is no near miss"]


def test_another_way_that_solves_nothing_is_found(tmp_path: Path) -> None:
    path = written(tmp_path, whole())
    (path.parent / "solutions").mkdir()
    (path.parent / "solutions" / "other.pin").write_text("zero:\n  answer v6.1\n")
    assert found(path) == ["PT015 this does not solve the task `zero`"]


@pytest.mark.parametrize("lesson", SHIPPED, ids=lambda lesson: lesson.id)
def test_an_exercise_that_is_shipped_has_three_right_answers(lesson: Lesson) -> None:
    for task in lesson.tasks:
        ways = [way for way in lesson.alternatives if way.task == task.id]
        assert task.kind == "blanks" or len(ways) >= 2, task.id


def test_each_kind_of_exercise_is_shipped() -> None:
    tasks = (task for lesson in SHIPPED for task in lesson.tasks)
    assert {task.kind for task in tasks} == set(TASKS)
