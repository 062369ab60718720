"""The welcome offers to go on where a tutor broke off, and Enter does."""

from pintutor.content.learner.resuming import offer
from pintutor.tui.desk import Desk
from pintutor.view.rows import as_text
from tests.labs import started
from tests.tui.screens import drive
from tests.tutors import Tutor


def offered(*lines: str) -> Desk:
    """A desk that is opened after a tutor with these lines was killed."""
    Tutor(*lines).kill()
    return Desk(started(), offered=offer())


def test_the_welcome_says_what_can_be_gone_on_with() -> None:
    desk = offered("lesson zero-page", "go", "go")
    text = " ".join(as_text(desk.lesson_pane(40, 20).rows).split())
    assert "Enter goes on where you were: lesson zero-page, 1 step done" in text


def test_enter_goes_on_with_the_lesson() -> None:
    seen = drive(offered("lesson zero-page", "go", "go"), ["enter"])
    assert seen.ran[0] == "resume"
    assert seen.desk.session is not None
    assert seen.desk.session.lesson.id == "zero-page"


def left(*lines: str) -> Desk:
    """A desk that is opened after a tutor with these lines was left."""
    Tutor(*lines).leave()
    return Desk(started(), offered=offer())


def test_enter_goes_on_with_the_lesson_that_was_worked_at_last() -> None:
    before = ("lesson zero-page", "go", "go", "lesson page-tables", "go", "go")
    desk = left(*before)
    text = " ".join(as_text(desk.lesson_pane(60, 20).rows).split())
    assert "Enter goes on with 1.2 Page tables and huge pages" in text
    assert drive(desk, ["enter"]).ran == ["lesson page-tables"]


def test_once_something_was_done_enter_begins_the_first_lesson() -> None:
    desk = offered("mmap buf 4")
    assert desk.line("go") == "resume"
    desk.run("resume")
    assert desk.line("go") == "lesson page-counts"
