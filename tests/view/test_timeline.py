"""The timeline as rows: columns and steps, and the signs of what happened."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pintutor.lab.timeline import Entry
from pintutor.view.panes import moment, timeline_rows
from pintutor.view.panes.scale import Scale
from pintutor.view.panes.timeline import SIGNS, signs
from pintutor.view.rows import plain
from pintutor.view.wrap import columns
from tests.labs import Lab, run, started


def _entries(sizes: list[int]) -> list[Entry]:
    """Commands that take so many steps."""
    found = []
    for size in sizes:
        entry = Entry("pin buf", "pin", "v6.4", 0)
        entry.events = [None] * (size - 1)  # type: ignore[list-item]
        found.append(entry)
    return found


SIZES = st.lists(st.integers(1, 400), min_size=1, max_size=90)
COLUMNS = st.integers(20, 200)


@settings(max_examples=150, deadline=None)
@given(SIZES, COLUMNS)
def test_every_step_has_a_column_and_later_steps_none_before(
    sizes: list[int], width: int
) -> None:
    scale = Scale(_entries(sizes), width)
    found = [scale.column(step) for step in range(scale.total + 1)]
    assert found == sorted(found)
    assert found[0] == 0 and 0 <= found[-1] < width
    assert 0 not in found[1:]


@settings(max_examples=150, deadline=None)
@given(SIZES, COLUMNS)
def test_a_column_stands_for_a_step_and_later_columns_for_none_before(
    sizes: list[int], width: int
) -> None:
    scale = Scale(_entries(sizes), width)
    found = [scale.step(column) for column in range(width)]
    assert found == sorted(found)
    assert found[0] == 0 and found[-1] == scale.total
    assert scale.step(-5) == 0 and scale.step(width + 5) == scale.total


@settings(max_examples=150, deadline=None)
@given(SIZES, COLUMNS)
def test_a_click_on_the_cursor_does_not_leave_its_column(
    sizes: list[int], width: int
) -> None:
    scale = Scale(_entries(sizes), width)
    for step in range(0, scale.total + 1, max(1, scale.total // 50)):
        column = scale.column(step)
        assert scale.column(scale.step(column)) == column


def test_the_end_of_a_command_can_be_clicked_while_commands_have_columns() -> None:
    scale = Scale(_entries([5, 300, 1, 40]), 40)
    ends = {scale.step(column) for column in range(40)}
    assert {5, 305, 306, 346} <= ends


HISTORY = ("mmap buf 2", "read buf[0]", "apply zero-page-unpinned", "mark here")


def _kinds(lab: Lab) -> list[str]:
    return [sign.kind for sign in signs(lab.timeline)]


def test_a_page_fault_a_patch_and_a_mark_have_signs() -> None:
    assert _kinds(started(*HISTORY)) == ["fault", "patch", "mark"]


def test_a_warning_has_a_sign() -> None:
    lab = started("mmap buf 1", "warns FOLL_GET: gup pin_user_pages_fast buf 1 FOLL_GET")
    assert "warning" in _kinds(lab)


def test_an_injected_failure_has_a_sign_where_it_came() -> None:
    lab = started("mmap buf 1", "inject alloc 1", "read buf")
    (failure,) = (each for each in signs(lab.timeline) if each.kind == "failure")
    assert "alloc" in failure.name
    entry, local = lab.timeline.stand(failure.step)
    assert entry is not None and entry.line == "read buf" and 1 < local < entry.steps


def test_an_oops_has_a_sign_at_the_end_of_its_command() -> None:
    lab = started("mmap a 1", "write a 1", "get a as g", "poke a[0]._refcount 1")
    assert lab.execute("put g").oops is not None
    (splat,) = (each for each in signs(lab.timeline) if each.kind == "splat")
    assert splat.step == lab.timeline.total


def test_a_branch_has_a_sign_where_it_parts() -> None:
    lab = started("mmap buf 2", "read buf[0]", "undo", "write buf[0] 0x41")
    (branch,) = (each for each in signs(lab.timeline) if each.kind == "branch")
    assert (branch.name, branch.step) == ("b1", lab.timeline.entries[0].steps)


def test_undo_does_not_take_the_signs_of_what_is_ahead() -> None:
    lab = started(*HISTORY, "goto start")
    assert _kinds(lab) == ["fault", "patch", "mark"]


@pytest.mark.parametrize("width", [40, 60, 79, 120, 200])
@pytest.mark.parametrize("height", [1, 2])
def test_the_timeline_fits_and_shows_the_cursor_and_the_mark(
    width: int, height: int
) -> None:
    lab = started(*HISTORY, "goto 20")
    shown = [plain(one) for one in timeline_rows(moment(lab), width, height).rows]
    assert len(shown) == height
    assert all(columns(one) <= width for one in shown)
    assert shown[0].count("●") == 1
    assert SIGNS["mark"][0] in shown[-1]


def test_in_two_rows_signs_have_names() -> None:
    lab = started(*HISTORY, "goto 150", "mark middle")
    _, below = timeline_rows(moment(lab), 120, 2).rows
    assert all(text in plain(below) for text in ("▾page fault", "◆middle", "◆here"))


def test_nothing_but_the_cursor_and_what_is_done_moves_with_a_step() -> None:
    lab = started(*HISTORY, "goto 100")
    before = plain(timeline_rows(moment(lab), 120, 2).rows[0])
    run(lab, "step 40")
    after = plain(timeline_rows(moment(lab), 120, 2).rows[0])
    assert len(before) == len(after)
    moved = [a + b for a, b in zip(before, after, strict=True) if a != b]
    letters = [pair for pair in moved if pair.isalnum() and not pair.isdigit()]
    assert not letters


def test_a_long_history_has_a_column_for_several_commands() -> None:
    lab = started("mmap buf 1", *["read buf"] * 60)
    (bar,) = timeline_rows(moment(lab), 40, 1).rows
    assert columns(plain(bar)) == 40 and plain(bar).count("●") == 1
