"""The compare screen: two kernels beside each other, the same keys for both."""

from __future__ import annotations

import asyncio
import os
import re
from dataclasses import dataclass
from typing import Any

import pytest

from pintutor.lab.comparing import comparing
from pintutor.tui.app import Tutor
from pintutor.tui.compare_keys import COMPARE_KEYS
from pintutor.tui.compare_screen import CompareScreen
from pintutor.tui.desk import Desk
from pintutor.tui.history import History
from pintutor.tui.lesson_screen import LessonScreen
from pintutor.tui.looks import choose
from pintutor.tui.pane import RowsPane
from tests.tui.races import canvas
from tests.tui.screens import PINNED, desk, snapshot

COMPARE = "compare v6.4 v6.4+zero-page-unpinned"


@dataclass
class Shown:
    """What there was to see when the keys were pressed."""

    desk: Desk
    open: bool
    """True while the compare screen lies on top."""
    panes: dict[str, list[str]]
    """The rows of each pane in sight."""
    lines: list[str]
    """The screen as plain text."""

    @property
    def ran(self) -> list[str]:
        """The lines of the log behind the one that compares."""
        return [item.line for item in self.desk.log.items][1:]


def drive(*keys: str, size: tuple[int, int] = (120, 40), line: str = COMPARE) -> Shown:
    """Compare what pins the zero page, press keys, and look."""
    made = desk(*PINNED)

    async def act() -> Shown:
        app = Tutor(lambda look: LessonScreen(made, History(), look), choose({}))
        async with app.run_test(size=size) as pilot:
            await _until(pilot, lambda: bool(app.screen.query("#log")))
            assert isinstance(app.screen, LessonScreen)
            app.screen.run_line(line)
            await _until(pilot, lambda: bool(app.screen.query("#told")))
            for key in keys:
                await pilot.press(key)
            await pilot.pause()
            found = {
                pane.id or "": pane.text()
                for pane in app.screen.query(RowsPane)
                if pane.display
            }
            compares = isinstance(app.screen, CompareScreen)
            return Shown(made, compares, found, canvas(app.screen))

    return asyncio.run(act())


async def _until(pilot: Any, holds: Any) -> None:
    for _ in range(200):
        if holds():
            return
        await pilot.pause(0.01)
    raise AssertionError("the screen has not come")


LINES = {
    "n": "step",
    "b": "back",
    "N": "step command",
    "B": "back command",
    "f": "step function",
    "F": "back function",
    "e": "step event",
    "E": "back event",
    "o": "next",
    "O": "prev",
    "x": "finish",
    "X": "back-finish",
    "p": "run",
    "comma": "run slow",
    "full_stop": "run fast",
    "u": "undo",
    "r": "redo",
    "home": "difference",
    "d": "difference next",
    "D": "difference prev",
    "i": "difference effect",
    "I": "difference effect next",
    "y": "why zero._refcount",
    "w": "last zero._refcount",
}


@pytest.mark.parametrize("keys", [[*LINES][:8], [*LINES][8:12], [*LINES][15:]])
def test_each_key_runs_its_line_on_both(
    keys: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PINTUTOR_REDUCED_MOTION", "1")
    assert drive(*keys).ran == [LINES[key] for key in keys]


@pytest.mark.parametrize("key", ["p", "comma", "full_stop"])
def test_running_moves_both(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PINTUTOR_REDUCED_MOTION", "1")
    assert drive("B", key).ran == ["back command", LINES[key]]


def test_every_key_that_runs_a_line_is_tried_here() -> None:
    tried = {*LINES, "escape,q"}
    assert {key.keys for key in COMPARE_KEYS} == tried


@pytest.mark.parametrize("key", ["escape", "q"])
def test_leaving_returns_to_the_own_machine_and_screen(key: str) -> None:
    shown = drive("b", key)
    assert not shown.open and shown.ran == ["back", "leave"]
    assert shown.desk.lab.aside is None
    assert shown.desk.lab.timeline.cursor == shown.desk.lab.timeline.total


def test_both_stand_beside_each_other_with_what_differs_signed() -> None:
    shown = drive("i", "n")
    counts = [line for line in shown.panes["pages"] if "zero" in line]
    assert "≠" in counts[0] and "1025" in counts[0].partition("≠")[0]
    assert "1025" not in counts[0].partition("≠")[2]
    assert all("≠" not in line for line in shown.panes["tables"])


def test_the_first_difference_shows_both_bodies() -> None:
    shown = drive("home")
    source = "\n".join(shown.panes["source"])
    assert "+         if is_zero_page(page):" in source
    assert "try_grab_page" in source


def test_s_shows_the_bodies_or_what_runs() -> None:
    assert "difference" in drive("i", "n", "s").panes["source"][0]
    assert "source" in drive("i", "n", "s", "s").panes["source"][0]


def test_a_narrow_screen_shows_one_side_and_tab_the_other() -> None:
    left = drive("i", "n", size=(80, 24)).panes
    right = drive("i", "n", "tab", size=(80, 24)).panes
    assert "[v6.4]" in left["heads"][0] and "[v6.4+zero-page-unpinned]" in right["heads"][0]
    assert any("1025" in line for line in left["pages"])
    assert not any("1025" in line for line in right["pages"])


def test_on_a_wide_screen_tab_goes_through_both_left_and_right() -> None:
    assert "[v6.4]" in drive("tab").panes["heads"][0]
    assert "[" not in drive("tab", "tab", "tab").panes["heads"][0]


def test_what_is_asked_is_answered_for_both() -> None:
    source = drive("i", "y").panes["source"]
    assert "why zero._refcount" in source[0]
    assert any("1025 =" in line and "1 = 1" in line for line in source)


def test_the_step_is_told_for_both() -> None:
    told = "\n".join(drive("i").panes["told"])
    assert "zero  _refcount  1 → 1025  +1024" in told
    assert "they write different things" in told


@pytest.mark.parametrize("size", [(40, 12), (160, 45)])
def test_the_screen_fits_any_terminal(size: tuple[int, int]) -> None:
    shown = drive("i", size=size)
    assert shown.open
    assert sum(len(rows) for rows in shown.panes.values()) <= size[1] + 2
    assert any("≠" in line for rows in shown.panes.values() for line in rows)


def test_a_terminal_without_room_says_so() -> None:
    assert "needs" in " ".join(drive(size=(30, 10)).panes["notice"])


def test_a_line_that_is_typed_there_runs_on_both() -> None:
    shown = drive("colon", *"pin buf[0] as q", "enter")
    both = comparing(shown.desk.lab)
    assert both is not None
    assert [lab.timeline.entries[-1].line for lab in both.labs] == ["pin buf[0] as q"] * 2


def test_g_begins_goto() -> None:
    shown = drive("g", *"100", "enter")
    assert shown.ran == ["goto 100"]
    assert shown.desk.lab.timeline.cursor == 100


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
def test_the_screen_looks_as_it_did_when_it_was_accepted(size: tuple[int, int]) -> None:
    columns, rows = size
    path = snapshot(f"compare-{columns}x{rows}")
    drawn = re.sub(r"\d+(/| of )\d+", "#\\1#", "\n".join(drive("i", "s", size=size).lines))
    drawn = re.sub(r"(?m)^├.*$", lambda bar: re.sub("─+|┄+", "─", bar[0]), drawn) + "\n"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        path.write_text(drawn, encoding="utf-8")
    assert drawn == path.read_text(encoding="utf-8")
