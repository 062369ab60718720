"""Exercises on a race: any schedule counts that comes to the stated end."""

from __future__ import annotations

from pathlib import Path

import pytest

import pintutor.view.races  # noqa: F401  (declares commands)
from pintutor.content.checking.check_lesson import check_lesson
from pintutor.content.lesson import load
from pintutor.content.session import Session
from pintutor.lab.lab import Lab
from pintutor.sim.schedule import parse, text
from tests.content.races import FORK, witness_of
from tests.labs import refused, run

LESSON = """+++
id = "between"
title = "Fork comes in between"
topic = "Races"
minutes = 5
kernel = "v6.4"
summary = "When a pin and fork miss each other."
+++

# Fork comes in between

```schedule id=miss
ask = "Let fork come in between."
race = "race-fork"
kernel = "v6.1+bug-fork-unnoticed"
reach = "p.count == 1 and not p[0].anon_exclusive"
why = "Fork asked before the pin was taken."
```

```hint
Who has to ask first?
```

```hint
Fork reads the count before the pin is added.
```

```hint
P0, P1 up to its question, P0 to its end.
```

```task id=map
Map a page as `mine`.
```

```check
mine.pages == 1
```

```hint
One.
```

```hint
Two.
```

```hint
Three.
```
"""


def schedule() -> str:
    """The witness without its end, which runs on by itself."""
    found = parse(witness_of("race-fork", FORK).schedule)
    last = max(number for number, cpu in enumerate(found) if cpu == 0)
    return text(found[: last + 1])


@pytest.fixture(name="lesson")
def _lesson(tmp_path: Path) -> Path:
    path = tmp_path / "lessons" / "01-races" / "01-fork" / "lesson.md"
    path.parent.mkdir(parents=True)
    path.write_text(LESSON)
    path.with_name("solution.pin").write_text(
        f"miss:\n  answer {schedule()}\nmap:\n  mmap mine 1\n"
    )
    return path


@pytest.fixture(name="session")
def _session(lesson: Path) -> Session:
    lab = Lab("v6.4")
    session = lab.session = Session(load(lesson), lab)
    return session


def spoilt(lesson: Path, old: str, new: str, *, file: str = "lesson.md") -> list[str]:
    """The rules and messages that a change leads to."""
    path = lesson.with_name(file)
    assert path.read_text().count(old) == 1
    path.write_text(path.read_text().replace(old, new))
    return [f"{each.rule} {each.message}" for each in check_lesson(lesson, {})]


def test_a_schedule_that_reaches_the_goal_is_right(session: Session) -> None:
    told = run(session.lab, f"answer {schedule()}")
    assert told.title == "right" and told.data["right"]
    assert session.step is not None and session.step.id == "map"


def test_another_schedule_with_more_switches_counts_too(session: Session) -> None:
    first, *rest = schedule().split()
    count = int(first.removeprefix("P0*"))
    told = run(session.lab, f"answer P0 P1 P0*{count - 1} {_less(rest[0])} {rest[1]}")
    assert told.title == "right"


def _less(word: str) -> str:
    cpu, _, count = word.partition("*")
    return f"{cpu}*{int(count) - 1}"


@pytest.mark.parametrize("given", ["P0", "P1", "P0*3 P1*2"])
def test_a_schedule_that_does_not_is_told_what_it_comes_to(
    session: Session, given: str
) -> None:
    told = run(session.lab, f"answer {given}")
    assert told.title == "not so"
    assert "p[0].anon_exclusive is true" in told.paragraphs[0]
    assert session.step is not None and session.step.id == "miss"


def test_a_schedule_that_cannot_be_is_refused_at_its_word(session: Session) -> None:
    error = refused(session.lab, "answer P0*2 P5")
    assert error.message == "P5 is no CPU here"
    assert error.at is not None and error.at.start == 12


def test_turns_by_hand_solve_it_as_well(session: Session) -> None:
    lab = session.lab
    run(lab, "go", *(f"turn {word}" for word in schedule().split()))
    assert session.step is not None and session.step.id == "miss"
    outcome = lab.execute("turn rest")
    assert "the schedule `miss` is done" in outcome.notes
    assert session.step.id == "map"


def test_a_race_that_ends_otherwise_does_not_solve_it(session: Session) -> None:
    run(session.lab, "go", "turn P0", "turn rest")
    assert session.step is not None and session.step.id == "miss"


def test_a_race_on_another_kernel_does_not_solve_it(session: Session) -> None:
    run(session.lab, "race race-fork kernel=v6.1", "turn rest")
    assert session.step is not None and session.step.id == "miss"


def test_the_lesson_goes_on_on_the_own_machine(session: Session) -> None:
    lab = session.lab
    run(lab, "go", f"turn {schedule()} rest", "check")
    assert lab.aside is None
    assert "the task `map` is done" in lab.execute("mmap mine 1").notes


def test_hints_and_the_solution_are_at_hand(session: Session) -> None:
    assert run(session.lab, "hint").title == "hint 1 of 3"
    assert run(session.lab, "solution").paragraphs == (f"answer {schedule()}",)


def test_the_lesson_is_in_order(lesson: Path) -> None:
    assert check_lesson(lesson, {}) == []


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ('"race-fork"', '"race-frok"', "PT007 no scenario is called"),
        ('"race-fork"', '"zero-page"', "PT007 `zero-page` is no race"),
        ("bug-fork-unnoticed", "bug-fork-unotised", "PT007 no patch is called"),
        ("p.count == 1 and", "p.count == and", "PT017"),
        ('p[0].anon_exclusive"', 'p[0].nosuch"', "PT017 a page has no `nosuch`"),
        ("not p[0].anon_exclusive", "(not p[0].anon_exclusive or q)", "PT017 nothing is"),
        ("and not p[0]", "and p[0]", "PT014 `miss` is reached without an interleaving"),
        ('race = "race-fork"\n', "", "PT003 the key `race` is missing"),
        ("Who has to ask first?\n", "", "PT013 the hint is empty"),
    ],
)
def test_what_is_wrong_with_an_exercise_is_found(
    lesson: Path, old: str, new: str, found: str
) -> None:
    assert any(each.startswith(found) for each in spoilt(lesson, old, new))


@pytest.mark.parametrize(
    ("new", "found"),
    [
        ("answer P0*3 P1", "PT015 this does not solve the task `miss`"),
        ("answer P0*3 P7", "PT010 P7 is no CPU here"),
        ("mmap other 1", "PT015 this does not solve the task `miss`"),
    ],
)
def test_a_solution_that_solves_nothing_is_found(
    lesson: Path, new: str, found: str
) -> None:
    told = spoilt(lesson, f"answer {schedule()}", new, file="solution.pin")
    assert any(each.startswith(found) for each in told)


def test_without_a_goal_the_race_has_to_go_wrong(lesson: Path) -> None:
    goal = 'reach = "p.count == 1 and not p[0].anon_exclusive"\n'
    assert spoilt(lesson, goal, "") == []
