"""The lesson screen under Textual's pilot: press keys, and see what is shown."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pintutor.tui.app import Tutor
from pintutor.tui.command_line import CommandLine
from pintutor.tui.desk import Desk
from pintutor.tui.history import History
from pintutor.tui.lesson_screen import LessonScreen
from pintutor.tui.looks import Look, choose
from pintutor.tui.pane import RowsPane
from pintutor.tui.waiting import Waiting
from tests.labs import started

PINNED = ("mmap buf 2", "read buf[0]", "pin buf[0] as p")


@dataclass
class Seen:
    """What there was to see when the keys were pressed."""

    desk: Desk
    lines: list[str]
    """The screen as plain text."""
    focus: str
    """Id of the widget with the focus."""
    tab: str
    typed: str
    """What stands in the command line."""
    over: bool
    """True when another screen lies over the lesson screen."""
    result: object
    """What the application was left with."""

    @property
    def text(self) -> str:
        """The screen as one text."""
        return "\n".join(self.lines)

    @property
    def ran(self) -> list[str]:
        """The lines in the log."""
        return [item.line for item in self.desk.log.items]


def desk(*lines: str, lesson: str = "") -> Desk:
    """A desk in a lab where these lines have run, or in a lesson."""
    made = Desk(started())
    for line in (f"lesson {lesson}",) * bool(lesson) + lines:
        made.run(line)
    made.log.items.clear()
    return made


def drive(
    made: Desk,
    keys: Iterable[str] = (),
    *,
    size: tuple[int, int] = (120, 40),
    resize: tuple[int, int] | None = None,
    look: Look | None = None,
) -> Seen:
    """Open the screen, press keys and look."""
    return asyncio.run(_drive(made, keys, size, resize, look or choose({})))


async def _drive(
    made: Desk,
    keys: Iterable[str],
    size: tuple[int, int],
    resize: tuple[int, int] | None,
    look: Look,
) -> Seen:
    past = History()
    app = Tutor(lambda looks: LessonScreen(made, past, looks), look)
    async with app.run_test(size=size) as pilot:
        while not (isinstance(app.screen, LessonScreen) and app.screen.query("#log")):
            await pilot.pause()
            assert app.is_running, "the screen did not open"
        for key in keys:
            await pilot.press(key)
            while isinstance(app.screen, Waiting):
                await pilot.pause(0.02)
        if resize is not None:
            await pilot.resize_terminal(*resize)
        await pilot.pause()
        screen = app.screen_stack[1] if len(app.screen_stack) > 1 else app.screen
        assert isinstance(screen, LessonScreen)
        line = screen.query_one(CommandLine)
        return Seen(
            made,
            canvas(screen),
            (screen.focused.id or "") if screen.focused else "",
            screen.panes.tab,
            line.value,
            len(app.screen_stack) > 2,
            app.return_value,
        )


def canvas(screen: LessonScreen) -> list[str]:
    """What the widgets of a screen draw, each at its place."""
    width, height = screen.size
    cells = [[" "] * width for _ in range(height)]
    texts = {pane: pane.text() for pane in screen.query(RowsPane)}
    line = screen.query_one(CommandLine)
    for widget, rows in [*texts.items(), (line, [line.value])]:
        if not widget.is_on_screen or not widget.region.area:
            continue
        for y, row in enumerate(rows[: widget.region.height], widget.region.y):
            for x, cell in enumerate(row[: widget.region.width], widget.region.x):
                cells[y][x] = cell
    return ["".join(row).rstrip() for row in cells]


def snapshot(name: str) -> Path:
    """The file that holds what a screen looked like when it was last accepted."""
    return Path(__file__).with_name("snapshots") / f"{name}.txt"
