"""Lanes as text: a column for each CPU and each field raced for, wide and narrow."""

from __future__ import annotations

import pytest

from pintutor.content.races.lanes import Lanes, lanes
from pintutor.sim.schedule import parse
from pintutor.view.lanes import lane_lines, lane_names
from pintutor.view.results import result_rows
from pintutor.view.rows import as_text, plain
from tests.content.races import FORK, walking, witness_of
from tests.labs import run


def drawn(*, whole: bool = False) -> Lanes:
    """The lanes of the witness of a race."""
    found = witness_of("race-fork", FORK)
    _, walk = walking()
    walk.follow(parse(found.schedule))
    walk.witness = found
    return lanes(walk, whole=whole)


def test_fields_raced_for_stand_first_if_they_decide() -> None:
    assert drawn().fields[:3] == (
        "write_protect_seq of init",
        "buf[0]._refcount",
        "the pte of buf[0]",
    )


@pytest.mark.parametrize("width", [60, 80, 100, 140])
def test_lanes_fit_the_width(width: int) -> None:
    rows = as_text(result_rows(drawn(), width)).splitlines()
    assert max(map(len, rows)) <= width


def test_turns_that_nobody_else_sees_are_counted() -> None:
    counted, whole = lane_lines(drawn(), 100), lane_lines(drawn(whole=True), 100)
    assert len(counted) < len(whole) == len(drawn(whole=True).rows)
    covered = [n for line in counted for n in range(line.first, line.last + 1)]
    assert covered == list(range(1, len(drawn().rows) + 1))


def test_each_cpu_has_its_lane() -> None:
    result = drawn(whole=True)
    second = plain(lane_names(result, 100)).index("P1")
    for line, each in zip(lane_lines(result, 100), result.rows, strict=True):
        text = plain(line.row)[second:]
        assert bool(text[:20].strip()) == (each.told.cpu == 1)


def test_values_stand_in_the_lanes_of_fields_where_there_is_room() -> None:
    wide = as_text(line.row for line in lane_lines(drawn(), 140))
    assert "1 → 2" in wide and "rw-ad → r--ad" in wide
    narrow = as_text(line.row for line in lane_lines(drawn(), 60))
    assert "1 → 2" not in narrow


def test_the_turn_that_was_taken_last_is_marked() -> None:
    lab, walk = walking("turn P0*3")
    run(lab, "undo")
    lines = lane_lines(lanes(walk, whole=True), 80)
    assert [plain(line.row)[0] for line in lines] == [" ", ">", " "]


def test_decisive_turns_and_preemptions_are_marked() -> None:
    texts = [plain(line.row) for line in lane_lines(drawn(), 100)]
    decisive = witness_of("race-fork", FORK).decisive
    marked = [int(text[1:3]) - 1 for text in texts if text[3] == "*"]
    assert tuple(marked) == decisive
    assert sum(text[4] == "!" for text in texts) == 2


def test_a_race_of_which_nothing_has_run_has_empty_lanes() -> None:
    lab, _ = walking()
    text = as_text(result_rows(run(lab, "lanes"), 80))
    assert "P0  pin buf write as p" in text and "P1  fork child" in text


def writeback() -> Lanes:
    """The lanes of a race in which many fields are raced for, without a witness."""
    return lanes(walking("turn rest", race="race-writeback", kernel="v6.1")[1])


def test_lanes_show_that_an_object_was_freed() -> None:
    cells = [cell for line in writeback().rows for cell in line.cells if cell is not None]
    assert ("in use", "freed") in [(cell.old, cell.new) for cell in cells]


def test_the_same_race_has_the_same_lanes_in_every_machine() -> None:
    assert len({writeback().fields for _ in range(6)}) == 1
