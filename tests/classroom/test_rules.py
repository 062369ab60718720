"""The rules of a class hold in a sitting, and where it is carried out again."""

from __future__ import annotations

from pathlib import Path

import pintutor.classroom.commands
import pintutor.content.commands  # noqa: F401  (declares the commands of lessons)
from pintutor.classroom.replaying import replay
from pintutor.content.under_way import session_of
from pintutor.lab.lab import Lab
from tests.labs import refused, run

CLASS = """name = "Autumn"
seed = 5

[policy]
attempts = 2
reveal = "never"
skip = false
"""


def test_a_class_file_says_what_is_allowed(tmp_path: Path) -> None:
    file = tmp_path / "autumn.toml"
    file.write_text(CLASS)
    lab = Lab()
    told = run(lab, "lesson which-kernel", f"class {file}")
    assert told.title == "Autumn"
    assert told.paragraphs == (
        "answers to a question: 2",
        "solutions: never",
        "hints: yes",
        "skipping: no",
        "`lesson NAME seed=5 student=YOU` is your variant of a lesson",
    )
    assert refused(lab, "skip").code == "not-allowed"
    run(lab, "lesson which-kernel again")
    assert refused(lab, "solution").code == "not-allowed"


def test_a_class_file_that_is_not_in_order_is_refused_at_its_name(tmp_path: Path) -> None:
    file = tmp_path / "autumn.toml"
    file.write_text("nmae = 1")
    error = refused(Lab(), f"class {file}")
    assert error.code == "bad-class"
    assert error.at is not None and error.at.start == 6


def test_rules_are_lifted_and_shown() -> None:
    lab = Lab()
    assert run(lab, "rules attempts=3 no-hints").data["line"] == "rules attempts=3 no-hints"
    assert run(lab, "rules").data["line"] == "rules attempts=3 no-hints"
    assert run(lab, "rules free").data["line"] == "rules free"
    assert refused(lab, "rules attempts=0").code == "bad-number"


def test_what_is_handed_in_is_marked_by_the_rules_that_it_was_taken_by() -> None:
    lab = Lab()
    run(lab, "rules attempts=2", "lesson page-counts", "go")
    session = session_of(lab)
    while session.next_line() is not None:
        run(lab, "go")
    step = session.step
    assert step is not None and step.kind == "predict"
    run(lab, "answer 77", f"answer {session.expected(step)}")
    assert session.answers[step.id].right
    done = replay(session.lesson, session.typed.lines, lambda lab, name: None)
    assert done.session.answers == session.answers
