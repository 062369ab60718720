"""The race screen: who goes on is a key, both ways, and the lesson screen comes back."""

from __future__ import annotations

import os
import re

import pytest

from pintutor.lab.registry import REGISTRY
from pintutor.tui.hints import race_hints, race_keys_pane
from pintutor.tui.keymap import Keymap
from pintutor.tui.lesson_screen import LessonScreen
from pintutor.tui.looks import choose
from pintutor.tui.race_keys import RACE_KEYS
from pintutor.tui.waiting import Waiting
from pintutor.view.rows import as_text
from tests.content.races import FORK
from tests.tui.pressing import Tried, sitting
from tests.tui.races import race
from tests.tui.screens import desk, snapshot

BEGIN = f"race race-fork kernel={FORK}"
SNAPSHOTS = {"race-120x40": (120, 40), "race-80x24": (80, 24)}


def test_a_race_opens_its_screen() -> None:
    seen = race(desk(), BEGIN)
    assert seen.racing
    assert "nothing has run" in seen.text and "P1  would begin  fork child" in seen.text


def test_the_number_of_a_cpu_lets_it_go_on() -> None:
    seen = race(desk(), BEGIN, ["0", "0", "1"])
    assert seen.ran[-2:] == ["turn P0", "turn P1"]
    assert seen.desk.lab.timeline.entries[-1].line == "turn P1"
    assert "3 turns taken" in seen.text


def test_turns_go_back_and_forward_again() -> None:
    assert "turn 1 of 3" in race(desk(), BEGIN, [*"000", "B", "B"]).text
    assert "turn 2 of 3" in race(desk(), BEGIN, [*"000", "B", "B", "space"]).text
    assert "turn 2 of 3" in race(desk(), BEGIN, [*"000", "backspace"]).text


def test_lines_can_be_stepped_within_a_turn() -> None:
    seen = race(desk(), BEGIN, [*"000", "b", "b"])
    assert seen.ran[-1] == "back"
    assert not seen.desk.lab.timeline.stand().at_end


def test_another_way_is_taken_from_the_past() -> None:
    seen = race(desk(), BEGIN, [*"000", "B", "1"])
    assert "left for it, from turn 2 on: `turn P0`" in seen.text


def test_the_end_is_compared_with_what_the_race_is_about() -> None:
    seen = race(desk(), BEGIN, ["0", "r"])
    assert "the end  exists: p.count == 1" in seen.text
    assert "does not hold" in seen.text and "P0  has ended" in seen.text


@pytest.mark.parametrize("key", ["escape", "q"])
def test_leaving_the_race_returns_to_the_own_machine(key: str) -> None:
    seen = race(desk("mmap mine 1"), BEGIN, ["0", key])
    assert not seen.racing
    assert [entry.line for entry in seen.desk.lab.timeline.entries] == ["mmap mine 1"]


def test_a_search_runs_beside_the_screen_and_opens_what_it_found() -> None:
    seen = race(desk(), "witness race-fork")
    assert seen.racing
    assert "P1 reads buf[0]._refcount in page_needs_cow_for_dma()" in " ".join(
        seen.text.split()
    )


def test_a_search_can_be_taken_back() -> None:
    made = desk()
    line = "explore race-read-pin strategy=naive budget=1000000"

    async def then(pilot: Tried, screen: LessonScreen) -> None:
        screen.run_line(line)
        while not isinstance(pilot.app.screen, Waiting):
            await pilot.pause(0.01)
        await pilot.press("escape")
        while not made.log.items:
            await pilot.pause(0.01)

    sitting(made, then)
    (last,) = made.log.items
    assert last.line == line and "interrupted" in as_text(last.told)
    assert made.lab.aside is None


def test_a_turn_that_cannot_be_taken_is_said_below_the_line() -> None:
    seen = race(desk(), BEGIN, ["7"])
    assert "P7 is no CPU here" in seen.text
    assert seen.typed == "turn P7"


def test_every_turn_is_shown_at_the_press_of_a_key() -> None:
    counted = race(desk(), "witness race-fork", ["space"] * 3)
    whole = race(desk(), "witness race-fork", [*["space"] * 3, "l"])
    assert "turns of its own" in counted.text
    assert "turns of its own" not in whole.text


def test_keys_stand_for_commands_that_there_are() -> None:
    assert all(REGISTRY.get(key.line.split()[0]) for key in RACE_KEYS)
    text = as_text(race_keys_pane(Keymap({}, ()), 80, 30, cpus=2).rows)
    assert "turn P1" in text and "turn P2" not in text


@pytest.mark.parametrize("cpus", [2, 4])
def test_the_bar_of_keys_fits_two_rows(cpus: int) -> None:
    assert len(race_hints(80, Keymap({}, ()), cpus, ahead="answer").rows) <= 2


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (40, 12), (200, 50)])
def test_the_screen_fits_every_terminal(size: tuple[int, int]) -> None:
    seen = race(desk(), BEGIN, ["0", "1"], size=size)
    assert "cannot be drawn" not in seen.text
    assert ">" in seen.text and "P1" in seen.text


@pytest.mark.parametrize("name", SNAPSHOTS)
def test_the_screen_looks_as_it_did_when_it_was_accepted(name: str) -> None:
    seen = race(desk(), "witness race-two-reads", ["space"] * 4, size=SNAPSHOTS[name])
    drawn = re.sub(r"\.py:\d+", ".py:#", seen.text) + "\n"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        snapshot(name).write_text(drawn, encoding="utf-8")
    assert drawn == snapshot(name).read_text(encoding="utf-8")


def test_a_terminal_that_is_too_small_is_told_so() -> None:
    assert "pintutor needs" in race(desk(), BEGIN, size=(30, 8)).text


def test_without_colours_the_same_is_said() -> None:
    plain = race(desk(), BEGIN, ["0"], look=choose({"NO_COLOR": "1"}))
    assert plain.text == race(desk(), BEGIN, ["0"]).text


def test_a_race_that_a_refused_line_left_is_left_on_the_screen_too() -> None:
    made = desk()
    made.run("lesson page-counts")
    assert not race(made, BEGIN, [":", *"check", "enter"]).racing
