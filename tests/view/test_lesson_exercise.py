"""The lesson pane when an exercise is open: what is asked, the draft, and the hints."""

from pathlib import Path

import pintutor.content.commands  # noqa: F401  (declares the commands of lessons)
from pintutor.view.panes.lesson import lesson_rows, question_open
from pintutor.view.rows import plain
from tests.content.exercises import BLANKS, DRIVER, only
from tests.labs import run


def shown(session: object) -> str:
    """The pane as text."""
    pane = lesson_rows(session, 70, 40)  # type: ignore[arg-type]
    return "\n".join(plain(each) for each in pane.rows)


def test_a_script_is_shown_with_what_is_written_yet(tmp_path: Path) -> None:
    session = only(tmp_path, DRIVER)
    assert "Driver: Fill it in." in shown(session)
    run(session.lab, "edit 3 unpin q", "hint")
    assert "3  > unpin q" in shown(session)
    assert "Hint 1: One." in shown(session)
    assert not question_open(session)


def test_blanks_are_shown_and_what_was_answered(tmp_path: Path) -> None:
    session = only(tmp_path, BLANKS)
    assert "?1" in shown(session) and "?2" in shown(session)
    assert question_open(session)
    run(session.lab, "answer 1024 1")
    assert "?1" not in shown(session)
    assert "1024 1" in shown(session)
