"""The timeline under the pilot: clicking, dragging, turning the wheel."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import pytest
from textual.events import (
    MouseDown,
    MouseEvent,
    MouseMove,
    MouseScrollDown,
    MouseScrollUp,
    MouseUp,
)
from textual.pilot import Pilot

from pintutor.tui.app import Tutor
from pintutor.tui.desk import Desk
from pintutor.tui.history import History
from pintutor.tui.lesson_screen import LessonScreen
from pintutor.tui.looks import choose
from pintutor.tui.time_bar import TimeBar
from tests.dumps import dump, journal_form
from tests.tui.screens import PINNED, desk

Act = Callable[[Pilot[Any], TimeBar], Awaitable[None]]


def on_bar(made: Desk, act: Act, *, size: tuple[int, int] = (100, 30)) -> list[str]:
    """Open the lesson screen, do something with its timeline; the lines of the log."""

    async def drive() -> None:
        app = Tutor(lambda look: LessonScreen(made, History(), look), choose({}))
        async with app.run_test(size=size) as pilot:
            while not app.screen.query(TimeBar):
                await pilot.pause()
            await pilot.press("escape")
            await act(pilot, app.screen.query_one(TimeBar))
            await pilot.pause()

    asyncio.run(drive())
    return [item.line for item in made.log.items]


Mouse = TypeVar("Mouse", bound=MouseEvent)


def mouse(kind: type[Mouse], x: int) -> Mouse:
    """An event of the mouse at a column of the bar."""
    return kind(None, x, 0, 0, 0, 1, False, False, False, screen_x=x, screen_y=0)


@pytest.mark.parametrize("x", [0, 30])
def test_a_click_goes_to_the_step_of_its_column_by_a_line(x: int) -> None:
    made = desk(*PINNED)
    wanted: list[int] = []

    async def act(pilot: Pilot[Any], bar: TimeBar) -> None:
        wanted.append(bar.step_at(x))
        await pilot.click(bar, offset=(x, 0))

    assert on_bar(made, act) == [f"goto {wanted[0]}"]
    assert made.lab.timeline.cursor == wanted[0]


def test_dragging_shows_the_steps_below_it_and_logs_the_last_only() -> None:
    made = desk(*PINNED)
    seen: list[int] = []

    async def act(pilot: Pilot[Any], bar: TimeBar) -> None:
        bar.post_message(mouse(MouseDown, 5))
        for x in (5, 20, 33):
            bar.post_message(mouse(MouseMove, x))
            await pilot.pause()
            seen.append(made.lab.timeline.cursor - bar.step_at(x))
        bar.post_message(mouse(MouseUp, 40))
        await pilot.pause()
        seen.append(made.lab.timeline.cursor - bar.step_at(40))

    assert len(on_bar(made, act)) == 1
    assert seen == [0, 0, 0, 0]


def test_positions_that_were_left_before_they_were_drawn_are_passed_over() -> None:
    made = desk(*PINNED)
    scrubbed: list[int] = []
    stand = made.scrub

    def scrub(step: int) -> None:
        scrubbed.append(step)
        stand(step)

    made.scrub = scrub  # type: ignore[method-assign]

    async def act(pilot: Pilot[Any], bar: TimeBar) -> None:
        bar.on_mouse_down(mouse(MouseDown, 2))
        for x in range(2, 60):
            bar.on_mouse_move(mouse(MouseMove, x))
        await pilot.pause()
        assert scrubbed == [bar.step_at(59)]

    on_bar(made, act)


def test_the_wheel_steps_both_ways() -> None:
    made = desk(*PINNED, "goto 100")

    async def act(pilot: Pilot[Any], bar: TimeBar) -> None:
        for kind in (MouseScrollUp, MouseScrollUp, MouseScrollDown):
            bar.post_message(mouse(kind, 5))
            await pilot.pause()

    assert on_bar(made, act) == ["back", "step"]
    assert made.lab.timeline.cursor == 99


def test_scrubbing_anywhere_and_back_leaves_the_machine_as_it_was() -> None:
    made = desk(*PINNED)
    lab = made.lab
    before = dump(lab), journal_form(lab.machine)
    for step in range(0, lab.timeline.total, 7):
        made.scrub(step)
    made.scrub(lab.timeline.total)
    assert (dump(lab), journal_form(lab.machine)) == before


def test_without_a_history_a_click_goes_nowhere() -> None:
    made = desk()

    async def act(pilot: Pilot[Any], bar: TimeBar) -> None:
        await pilot.click(bar, offset=(30, 0))

    on_bar(made, act)
    assert made.lab.timeline.cursor == 0
