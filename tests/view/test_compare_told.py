"""What a comparison tells in text: both sides, and a sign before what differs."""

from __future__ import annotations

import pytest

import pintutor.content.commands  # noqa: F401  (declares `compare`)
from pintutor.view.compare import DIFFERS, alone, beside
from pintutor.view.rows import as_text, plain, row
from pintutor.view.text import outcome_rows
from pintutor.view.wrap import columns
from tests.labs import Lab, run, started

PINNED = ("mmap buf 2", "read buf[0]", "pin buf[0] as p", "unpin p")
ZERO = "compare v6.4 v6.4+zero-page-unpinned"


@pytest.fixture
def lab() -> Lab:
    """A lab that compares pinning the zero page before and after one patch."""
    made = started(*PINNED)
    run(made, ZERO)
    return made


def _told(lab: Lab, line: str, width: int = 80) -> str:
    return as_text(outcome_rows(lab.execute(line), lab=lab, width=width))


def test_a_step_that_differs_is_told_for_both_with_a_sign(lab: Lab) -> None:
    told = _told(lab, "difference effect").splitlines()
    assert told[0].startswith(f"{DIFFERS} step ")
    assert told[1].startswith(f"{DIFFERS} v6.4  try_grab_page:")
    assert "1 → 1025" in told[2]
    assert any(line.startswith(f"{DIFFERS} v6.4+1  ") for line in told)


def test_a_step_that_does_not_differ_has_no_sign(lab: Lab) -> None:
    told = _told(lab, "goto 20")
    assert DIFFERS not in told
    assert "v6.4+1  " in told


def test_both_bodies_are_told_as_one_difference_with_the_lines_that_ran(lab: Lab) -> None:
    told = _told(lab, "difference")
    assert "▶ +         if is_zero_page(page):" in told
    assert "- v6.4, try-grab-page-int   + v6.4+1, zero-page-unpinned" in told


def test_what_both_say_alike_is_told_once(lab: Lab) -> None:
    told = _told(lab, "owners buf[0]")
    assert told.count("the same on both") == 1


def test_what_they_say_otherwise_is_told_for_each(lab: Lab) -> None:
    run(lab, "difference effect")
    told = _told(lab, "why zero._refcount").splitlines()
    assert told[0] == "v6.4" and "v6.4+1" in told
    assert any(line.startswith(f"{DIFFERS} 1025 =") for line in told)
    assert any(line.startswith(f"{DIFFERS} 1 =") for line in told)


def test_what_one_side_refuses_is_told_as_refused() -> None:
    lab = started("mmap buf 1")
    run(lab, "compare v6.4 v6.5")
    told = _told(lab, "gup pin_user_pages_fast buf 1 FOLL_HONOR_NUMA_FAULT as p")
    assert "refused: v6.4 has no FOLL_HONOR_NUMA_FAULT" in told
    assert "p = 1 page" in told


def test_where_only_one_is_in_a_function_its_body_is_told_alone() -> None:
    lab = started("mmap buf 1", "read buf", "pin buf as p", "unpin p")
    run(lab, ZERO, "difference effect")
    told = ""
    while "folio_put_refs" not in told:
        told = _told(lab, "difference effect next")
    assert "folio_put_refs" in told


ONE = [row("a"), row("  12 b"), row("▶ 13 c"), row("d")]
TWO = [row("a"), row("▶  9 b"), row("   10 new"), row("   11 c"), row("e")]


def test_rows_that_are_alike_stand_beside_each_other_whatever_their_numbers() -> None:
    shown = [plain(one) for one in beside(ONE, TWO, 43)]
    assert [DIFFERS in line for line in shown] == [False, False, True, False, True]
    assert all(columns(line) <= 43 for line in shown)


def test_counts_that_differ_are_no_numbers_of_lines() -> None:
    (shown,) = beside([row("  1025 = 1 boot")], [row("  1 = 1 boot")], 43)
    assert DIFFERS in plain(shown)


def test_one_side_alone_has_a_sign_before_what_the_other_has_not() -> None:
    shown = [plain(one) for one in alone(TWO, ONE, 40)]
    assert [line.startswith(DIFFERS) for line in shown] == [False, False, True, False, True]
