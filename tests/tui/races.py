"""The race screen under Textual's pilot: run lines, press keys, and see what is shown."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from textual.widget import Widget

from pintutor.tui.app import Tutor
from pintutor.tui.command_line import CommandLine
from pintutor.tui.desk import Desk
from pintutor.tui.history import History
from pintutor.tui.lesson_screen import LessonScreen
from pintutor.tui.looks import Look, choose
from pintutor.tui.pane import RowsPane
from pintutor.tui.race_screen import RaceScreen
from pintutor.tui.waiting import Waiting
from pintutor.tui.working import WorkScreen


@dataclass
class Seen:
    """What there was to see when the keys were pressed."""

    desk: Desk
    lines: list[str]
    """The screen as plain text."""
    racing: bool
    """True while the race screen is in sight."""
    typed: str
    """What stands in the command line."""
    waited: int
    """How often the screen for long lines came."""

    @property
    def text(self) -> str:
        """The screen as one text."""
        return "\n".join(self.lines)

    @property
    def ran(self) -> list[str]:
        """The lines in the log."""
        return [item.line for item in self.desk.log.items]


def race(
    made: Desk,
    line: str,
    keys: Iterable[str] = (),
    *,
    size: tuple[int, int] = (120, 40),
    look: Look | None = None,
) -> Seen:
    """Run a line on the lesson screen, press keys, and look."""
    return asyncio.run(_race(made, line, keys, size, look or choose({})))


async def _race(
    made: Desk, line: str, keys: Iterable[str], size: tuple[int, int], look: Look
) -> Seen:
    past = History()
    waited = 0
    app = Tutor(lambda looks: LessonScreen(made, past, looks), look)
    async with app.run_test(size=size) as pilot:
        while not (isinstance(app.screen, LessonScreen) and app.screen.query("#log")):
            await pilot.pause()
            assert app.is_running, "the screen did not open"
        app.screen.run_line(line)
        await pilot.pause()
        for key in (None, *keys):
            if key is not None:
                await pilot.press(key)
            while isinstance(app.screen, Waiting):
                waited += 1
                await pilot.pause(0.02)
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, WorkScreen)
        typed = screen.query_one(CommandLine).value
        racing = isinstance(screen, RaceScreen)
        return Seen(made, canvas(screen), racing, typed, waited)


def canvas(screen: WorkScreen) -> list[str]:
    """What the widgets of a screen draw, each at its place."""
    width, height = screen.size
    cells = [[" "] * width for _ in range(height)]
    texts: dict[Widget, list[str]] = {pane: pane.text() for pane in screen.query(RowsPane)}
    line = screen.query_one(CommandLine)
    for widget, rows in [*texts.items(), (line, [line.value])]:
        if not widget.is_on_screen or not widget.region.area:
            continue
        for y, row in enumerate(rows[: widget.region.height], widget.region.y):
            assert y < height, f"{widget.id} lies below the screen"
            for x, cell in enumerate(row[: widget.region.width], widget.region.x):
                cells[y][x] = cell
    return ["".join(row).rstrip() for row in cells]
