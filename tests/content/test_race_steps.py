"""A lesson whose steps walk through a race, which puts the learner's machine aside."""

from __future__ import annotations

from pathlib import Path

import pytest

import pintutor.view.races  # noqa: F401  (declares commands)
from pintutor.content.checking.check_lesson import check_lesson
from pintutor.content.lesson import load
from pintutor.content.session import Session
from pintutor.lab.lab import Lab
from tests.labs import run

LESSON = """+++
id = "walked"
title = "Walked"
topic = "Races"
minutes = 2
kernel = "v6.1"
summary = "A race, turn by turn."
+++

# Walked

```pin id=own
mmap mine 1
```

```predict id=length
ask = "How long is `one`?"
expr = "one.len"
of = "walk"
```

```pin id=walk
race race-tee kernel=v6.1
turn rest
```

It has come to `one.len == 4`.

```pin id=back
leave
mmap more 1
```
"""


@pytest.fixture(name="path")
def _path(tmp_path: Path) -> Path:
    path = tmp_path / "lessons" / "01-races" / "01-walked" / "lesson.md"
    path.parent.mkdir(parents=True)
    path.write_text(LESSON)
    return path


@pytest.fixture(name="session")
def _session(path: Path) -> Session:
    lab = Lab("v6.1")
    session = lab.session = Session(load(path), lab)
    return session


def test_a_step_that_walks_through_a_race_is_checked(path: Path) -> None:
    assert check_lesson(path, {}) == []


def test_what_is_stated_in_the_midst_of_a_race_is_checked_there(path: Path) -> None:
    path.write_text(LESSON.replace("one.len == 4", "one.len == 3"))
    (found,) = check_lesson(path, {})
    assert (found.rule, "one.len is 4" in found.message) == ("PT018", True)


def test_go_leads_through_a_race_and_out_of_it(session: Session) -> None:
    run(session.lab, "go", "answer 4", "go")
    assert session.next_line() == "turn rest"
    run(session.lab, "go")
    assert session.next_line() == "leave"
    run(session.lab, "go", "go")
    assert session.done and session.lab.aside is None


def test_a_prediction_of_a_race_is_computed_on_a_copy(session: Session) -> None:
    told = run(session.lab, "go", "answer 4")
    assert told.title == "right"
    assert session.lab.aside is None


def test_what_is_done_in_a_race_is_not_taken_for_the_learners_own(
    session: Session,
) -> None:
    run(session.lab, "go", "answer 4", "go", "turn P0")
    assert session.next_line() == "turn rest"


HALVES = LESSON.replace(
    "turn rest\n```\n",
    """turn P0*2
```

```predict id=half
ask = "How long is `one` now?"
expr = "one.len"
```

```pin id=rest
turn rest
```
""",
)
"""The same race, with a question in its midst that is asked of the race itself."""


def test_a_race_that_was_left_is_begun_again(session: Session) -> None:
    run(session.lab, "go", "answer 4", "go", "leave")
    assert session.next_line() == "race race-tee kernel=v6.1"
    run(session.lab, "go")
    assert session.next_line() == "turn rest"


def test_what_the_learner_left_need_not_be_left_again(session: Session) -> None:
    run(session.lab, "go", "answer 4", "go", "go", "leave")
    assert session.next_line() == "mmap more 1"


def test_the_race_of_a_lesson_is_begun_again_after_another(session: Session) -> None:
    run(session.lab, "go", "answer 4", "go", "race race-fork kernel=v6.1", "go")
    assert session.next_line() == "turn rest"
    assert session.asks_for_race()


def test_turns_that_a_question_is_about_are_taken_again(
    path: Path, session: Session
) -> None:
    path.write_text(HALVES)
    session = session.lab.session = Session(load(path), session.lab)
    run(session.lab, "go", "answer 4", "go", "go")
    assert session.next_line() is None  # it asks
    run(session.lab, "leave")
    lines = []
    while (line := session.next_line()) is not None:
        lines.append(line)
        run(session.lab, "go")
    assert lines == ["race race-tee kernel=v6.1", "turn P0*2"]
    run(session.lab, "answer 1", "leave", "go", "go")
    assert session.next_line() == "turn rest"


def test_a_sitting_that_ended_in_a_race_goes_on_with_its_beginning(
    path: Path, session: Session
) -> None:
    run(session.lab, "go", "answer 4", "go")
    again = Session(load(path), Lab("v6.1"))
    again.resume(session.record())
    assert again.next_line() == "race race-tee kernel=v6.1"
