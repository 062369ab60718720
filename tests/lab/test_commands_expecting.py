"""expect, fails, warns."""

import pytest

from pintutor.lab.errors import Span
from tests.labs import Lab, refused, run, started, value


def test_expect_says_whether_it_holds_and_what_its_parts_are() -> None:
    lab = started("mmap a 1", "read a", "pin a as p", kernel="v6.4")
    verdict = run(lab, "expect zero._refcount == 1 + 1024")
    assert (verdict.holds, verdict.expected) == (True, "zero._refcount == 1 + 1024")
    assert verdict.operands == (("zero._refcount", 1025),)
    assert not run(lab, "expect zero._refcount == 1").holds


def test_expect_shows_a_page_by_its_name() -> None:
    lab = started("mmap a 1", "read a")
    verdict = run(lab, "expect a[0].page == zero")
    assert verdict.holds
    assert dict(verdict.operands)["a[0].page"] == "zero"


@pytest.mark.parametrize("thing", ["buf", "buf[0]", "init", "p", "d"])
def test_expect_of_a_thing_only_names_it(thing: str) -> None:
    lab = started("mmap buf 1", "write buf 0x41", "pin buf as p", "disk d 64K")
    verdict = run(lab, f"expect {thing}")
    ((name, shown),) = verdict.operands
    assert name == thing and shown.startswith("a ")


def test_expect_of_what_is_unknown_is_refused_at_the_name() -> None:
    assert refused(Lab(), "expect bff.count == 1").at == Span(7, 10)


@pytest.mark.parametrize(
    ("line", "holds", "found"),
    [
        ("fails EFAULT: pin 0x1000", True, "-EFAULT"),
        ("fails -efault: pin 0x1000", True, "-EFAULT"),
        ("fails EINVAL: pin 0x1000", False, "-EFAULT"),
        ("fails SIGSEGV: read 0x0", True, "SIGSEGV"),
        ("fails EFAULT: pin a", False, "none"),
    ],
)
def test_fails_runs_a_command_and_compares_its_error(
    line: str, holds: bool, found: str
) -> None:
    verdict = run(started("mmap a 1"), line)
    assert (verdict.holds, verdict.operands) == (holds, (("error", found),))


def test_what_fails_runs_stays_in_history_and_can_be_undone() -> None:
    lab = started("mmap a 1", "fails EFAULT: pin a as p")
    assert [entry.line for entry in lab.timeline.entries] == ["mmap a 1", "pin a as p"]
    assert value(lab, "p.count") == 1
    run(lab, "undo")
    assert lab.kernel.held == ()


def test_warns_looks_for_the_text_among_the_new_warnings() -> None:
    lab = started("mmap a 1")
    line = "warns FOLL_GET: gup pin_user_pages a 1 FOLL_GET"
    assert run(lab, line).holds
    verdict = run(lab, line)
    assert (verdict.holds, verdict.operands) == (False, (("warning", "none"),))


def test_a_warning_that_was_undone_is_given_again() -> None:
    lab = started("mmap a 1")
    line = "warns FOLL_GET: gup pin_user_pages a 1 FOLL_GET"
    run(lab, line, "undo")
    assert run(lab, line).holds


@pytest.mark.parametrize(
    ("line", "at"),
    [
        ("fails EFAULT pin 0x1000", Span(6, 23)),
        ("fails EFAULT:", Span(6, 13)),
        ("fails EFAULT: nosuch 1", Span(14, 20)),
        ("fails EFAULT: pin bff", Span(18, 21)),
        ("warns x: pin bff", Span(13, 16)),
        ("fails", None),
    ],
)
def test_an_error_in_the_inner_command_points_into_the_whole_line(
    line: str, at: Span | None
) -> None:
    error = refused(Lab(), line)
    assert at is None or error.at == at
