"""The screens to browse in under Textual's pilot: press keys, click, and look."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from textual.pilot import Pilot

from pintutor.tui.app import Tutor
from pintutor.tui.desk import Desk
from pintutor.tui.history import History
from pintutor.tui.looks import Look, choose
from pintutor.tui.screens import BrowseScreen, opened
from pintutor.tui.waiting import Waiting
from tests.tui.races import canvas

Tried = Pilot[int | Exception]
Then = Callable[[Tried], Awaitable[None]]


@dataclass
class Seen:
    """What there was to see at the end."""

    desk: Desk
    lines: list[str]
    """The screen as plain text."""
    chosen: str
    """The row that is chosen."""
    filter: str
    focus: str
    open: bool
    """True while the screen has not been left."""
    shown: int
    """Rows that can be chosen."""

    @property
    def text(self) -> str:
        """The screen as one text."""
        return "\n".join(self.lines)

    @property
    def ran(self) -> list[str]:
        """The lines in the log."""
        return [item.line for item in self.desk.log.items]


async def _nothing(pilot: Tried) -> None:
    """Press and click nothing more."""


def browse(
    made: Desk,
    line: str,
    keys: Iterable[str] = (),
    *,
    size: tuple[int, int] = (120, 40),
    look: Look | None = None,
    then: Then = _nothing,
) -> Seen:
    """Open the screen of a line, press keys, do what else is asked, and look."""
    return asyncio.run(_browse(made, line, keys, size, look or choose({}), then))


async def _browse(
    made: Desk,
    line: str,
    keys: Iterable[str],
    size: tuple[int, int],
    look: Look,
    then: Then,
) -> Seen:
    screen = opened(made.run(line), made, History(), look)
    assert screen is not None, f"`{line}` opens no screen"
    made.log.items.clear()
    app = Tutor(lambda looks: screen, look)
    async with app.run_test(size=size) as pilot:
        while not (app.screen is screen and screen.list.text()):
            assert app.return_value is None, app.return_value
            await pilot.pause(0.01)
        await pilot.pause()
        for key in keys:
            await _pressed(pilot, screen, key)
        await then(pilot)
        await pilot.pause()
        return _seen(made, screen)


async def _pressed(pilot: Tried, screen: BrowseScreen, key: str) -> None:
    await pilot.press(key)
    while isinstance(pilot.app.screen, Waiting):
        await pilot.pause(0.02)


def _seen(made: Desk, screen: BrowseScreen) -> Seen:
    return Seen(
        made,
        canvas(screen) if screen.is_attached else [],
        screen.list.key,
        screen.list.filter,
        (screen.focused.id or "") if screen.focused else "",
        screen.is_attached and screen.is_current,
        sum(bool(line.key) for line in screen.list.lines),
    )
