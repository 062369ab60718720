"""One sitting under Textual's pilot in which many keys are tried, one after the other."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable

from textual.pilot import Pilot

from pintutor.tui.app import Tutor
from pintutor.tui.desk import Desk
from pintutor.tui.history import History
from pintutor.tui.keys import Key
from pintutor.tui.lesson_screen import LessonScreen
from pintutor.tui.looks import Look, choose
from pintutor.tui.waiting import Waiting
from pintutor.tui.working import WorkScreen
from tests.tui.races import canvas

Tried = Pilot[int | Exception]
Then = Callable[[Tried, LessonScreen], Awaitable[None]]


def sitting(
    made: Desk, then: Then, *, size: tuple[int, int] = (120, 40), look: Look | None = None
) -> None:
    """Open the lesson screen and carry something out in it."""
    asyncio.run(_sitting(made, then, size, look or choose({})))


async def _sitting(made: Desk, then: Then, size: tuple[int, int], look: Look) -> None:
    past = History()
    app = Tutor(lambda looks: LessonScreen(made, past, looks), look)
    async with app.run_test(size=size) as pilot:
        while not (isinstance(app.screen, LessonScreen) and app.screen.query("#log")):
            await pilot.pause()
            assert app.is_running, "the screen did not open"
        screen = app.screen
        await pilot.pause()
        await then(pilot, screen)


async def press(pilot: Tried, *keys: str) -> None:
    """Press keys, and wait for what they began."""
    for key in keys:
        await pilot.press(key)
        while isinstance(pilot.app.screen, Waiting):
            await pilot.pause(0.02)
    await pilot.pause()


async def click(pilot: Tried, words: str, *, nth: int = 0, into: str = "") -> None:
    """Click where words stand on the screen, at a part of them if one is named."""
    lines = drawn(pilot)
    found = [(x, y) for y, line in enumerate(lines) for x in _places(line, words)]
    assert found, f"{words!r} is not in sight:\n" + "\n".join(lines)
    x, y = found[nth]
    await pilot.click(offset=(x + words.index(into or words), y))
    while isinstance(pilot.app.screen, Waiting):
        await pilot.pause(0.02)
    await pilot.pause()


def _places(line: str, words: str) -> Iterable[int]:
    at = line.find(words)
    while at >= 0:
        yield at
        at = line.find(words, at + 1)


def drawn(pilot: Tried) -> list[str]:
    """The screen that is in sight, as plain text."""
    screen = pilot.app.screen
    assert isinstance(screen, WorkScreen)
    return canvas(screen)


def state(pilot: Tried, screen: LessonScreen) -> tuple[object, ...]:
    """Everything that a key may change."""
    here, desk = screen.panes, screen.desk
    last = desk.log.items[-1] if desk.log.items else None
    return (
        len(pilot.app.screen_stack),
        screen.focused.id if screen.focused else "",
        (here.tab, here.zoomed, here.front, str(here.columns)),
        (len(desk.log.items), last, last.times if last else 0, desk.lab.timeline.cursor),
        (desk.face, desk.chosen, screen.command_line.value),
        canvas(screen) if pilot.app.screen is screen else [],
    )


async def idle(pilot: Tried, screen: LessonScreen, key: Key, *, before: str = "") -> str:
    """The name of the first key that changes nothing; empty when all do something."""
    for name in key.keys.split(","):
        if before:
            await press(pilot, *before.split())
        at = state(pilot, screen)
        await press(pilot, name)
        if state(pilot, screen) == at:
            return f"{key.id}: {name}"
        await settle(pilot, screen)
    return ""


async def settle(pilot: Tried, screen: LessonScreen) -> None:
    """Close what lies over the screen and leave the command line."""
    while pilot.app.screen is not screen:
        await press(pilot, "escape")
    screen.command_line.action_clear()
    if screen.arrangement.zoomed:
        screen.action_zoom()
    screen.back_to_panes()
    await pilot.pause()
