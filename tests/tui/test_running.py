"""`run` on the screen: the machine goes by itself, pauses, or jumps to the end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from pintutor.tui import running
from pintutor.tui.app import Tutor
from pintutor.tui.desk import Desk
from pintutor.tui.history import History
from pintutor.tui.lesson_screen import LessonScreen
from pintutor.tui.looks import choose
from tests.tui.screens import PINNED, desk

Act = Callable[[Pilot[Any]], Awaitable[None]]


@pytest.fixture(autouse=True)
def _motion(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PINTUTOR_REDUCED_MOTION", raising=False)
    monkeypatch.setattr(running, "SECONDS", {"slow": 60.0, "normal": 0.01, "fast": 0.005})


def act_on(made: Desk, act: Act) -> list[str]:
    """Open the lesson screen and act; the lines of the log."""

    async def drive() -> None:
        app = Tutor(lambda look: LessonScreen(made, History(), look), choose({}))
        async with app.run_test(size=(100, 30)) as pilot:
            while not app.screen.query("#log"):
                await pilot.pause()
            await pilot.press("escape")
            await act(pilot)

    asyncio.run(drive())
    return [item.line for item in made.log.items]


async def until_still(pilot: Pilot[Any], made: Desk) -> None:
    """Wait until nothing runs."""
    while made.pace:
        await pilot.pause(0.02)


def test_run_shows_the_steps_one_after_the_other_and_ends_where_the_line_ends() -> None:
    made = desk(*PINNED, "goto 440")
    seen: list[int] = []
    stand = made.scrub

    def scrub(step: int) -> None:
        seen.append(step)
        stand(step)

    made.scrub = scrub  # type: ignore[method-assign]

    async def act(pilot: Pilot[Any]) -> None:
        await pilot.press("p")
        await until_still(pilot, made)

    assert act_on(made, act) == ["run"]
    total = made.lab.timeline.total
    assert seen == [*range(441, total + 1)]
    assert made.lab.timeline.cursor == total


def test_the_same_key_pauses_it_and_the_log_says_where() -> None:
    made = desk(*PINNED, "goto 100")

    async def act(pilot: Pilot[Any]) -> None:
        await pilot.press("comma")
        assert made.pace == "slow"
        await pilot.press("p")
        assert made.pace == ""

    assert act_on(made, act) == ["run slow", "goto 101"]
    assert made.lab.timeline.cursor == 101


def test_any_other_line_pauses_it_first() -> None:
    made = desk(*PINNED, "goto 100")

    async def act(pilot: Pilot[Any]) -> None:
        await pilot.press("comma", "n")

    assert act_on(made, act) == ["run slow", "goto 101", "step"]
    assert made.lab.timeline.cursor == 102


def test_another_pace_goes_on_from_where_it_is() -> None:
    made = desk(*PINNED, "goto 440")

    async def act(pilot: Pilot[Any]) -> None:
        await pilot.press("comma", "full_stop")
        await until_still(pilot, made)

    assert act_on(made, act) == ["run slow", "goto 441", "run fast"]
    assert made.lab.timeline.cursor == made.lab.timeline.total


def test_the_timeline_says_how_fast_it_runs() -> None:
    made = desk(*PINNED, "goto 100")
    shown: list[str] = []

    async def act(pilot: Pilot[Any]) -> None:
        await pilot.press("comma")
        shown.append(pilot.app.screen.query_one("#time").text()[0])  # type: ignore[attr-defined]

    act_on(made, act)
    assert "▸    101/" in shown[0]


def test_where_nothing_may_move_it_is_at_the_end_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PINTUTOR_REDUCED_MOTION", "1")
    made = desk(*PINNED, "goto 100")

    async def act(pilot: Pilot[Any]) -> None:
        await pilot.press("comma")
        assert made.pace == ""

    assert act_on(made, act) == ["run slow"]
    assert made.lab.timeline.stand().at_end
