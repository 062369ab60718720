"""Pictures of what is in sight, as SVG and as text, of an app that runs or of a fresh one.

An SVG names fonts that a reader may have, and loads none.
"""

from __future__ import annotations

import asyncio
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from textual.app import App
from textual.pilot import Pilot
from textual.screen import Screen

from pintutor import directories
from pintutor.content.catalogue import find
from pintutor.lab.lab import Lab
from pintutor.tui.app import Tutor
from pintutor.tui.desk import Desk
from pintutor.tui.history import History
from pintutor.tui.lesson_screen import LessonScreen
from pintutor.tui.looks import Look, named
from pintutor.tui.waiting import Waiting
from pintutor.tui.working import WorkScreen

FONTS = re.compile(r"\s*@font-face \{.*?\}", re.DOTALL)
"""Fonts that would be loaded from elsewhere."""
FAMILY = "Fira Code, DejaVu Sans Mono, Menlo, Consolas, monospace"
PAUSE = 0.02
"""Between two looks at a line that takes long [seconds]."""


class Picture(NamedTuple):
    """What is in sight."""

    svg: str
    text: str


@dataclass(frozen=True, slots=True)
class Shot:
    """What to do before a picture is taken, by a learner who has done nothing yet."""

    lesson: str = ""
    lines: tuple[str, ...] = ()
    """Lines of the command language, in their order."""
    keys: tuple[str, ...] = ()
    """Keys as Textual names them, after the lines."""
    size: tuple[int, int] = (120, 40)
    theme: str = "dark"
    """A name that `theme` lists."""
    kernel: str = "v6.4"


def picture(app: App[Any]) -> Picture:
    """What the app shows now."""
    svg = FONTS.sub("", app.export_screenshot(title=app.title))
    svg = re.sub("font-family: (?:Fira Code|arial)[^;]*;", f"font-family: {FAMILY};", svg)
    width = app.size.width
    text = ["".join(part.text for part in strip)[:width] for strip in _strips(app.screen)]
    return Picture(svg, "\n".join(line.rstrip() for line in text) + "\n")


def _strips(screen: Screen[Any]) -> list[Any]:
    """The lines of a screen, from top to bottom."""
    return list(screen._compositor.render_strips())


def take(shot: Shot) -> Picture:
    """The picture that a shot asks for (CommandError, NoSuchContent)."""
    with _nobody():
        return asyncio.run(_taken(shot))


@contextmanager
def _nobody() -> Iterator[None]:
    """The state and the settings of a learner who has done nothing, and keeps nothing."""
    names = ("XDG_STATE_HOME", "XDG_CONFIG_HOME")
    before = {name: os.environ.get(name) for name in names}
    with tempfile.TemporaryDirectory() as home:
        os.environ.update(dict.fromkeys(names, home))
        try:
            yield
        finally:
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value


async def _taken(shot: Shot) -> Picture:
    look = named(shot.theme)
    app = Tutor(lambda looks: _screen(shot, looks), look)
    async with app.run_test(size=shot.size) as pilot:
        while not isinstance(app.screen, LessonScreen):
            _sound(app)
            await pilot.pause()
        for line in shot.lines:
            await _run(pilot, line)
        for key in shot.keys:
            await pilot.press(key)
            await _done(pilot)
        await pilot.pause()
        return picture(app)


def _screen(shot: Shot, look: Look) -> LessonScreen:
    desk = Desk(Lab(shot.kernel))
    if shot.lesson:
        desk.run(f"lesson {find(shot.lesson).front.id}")
    return LessonScreen(desk, History(), look)


async def _run(pilot: Pilot[Any], line: str) -> None:
    """Run a line on the screen that is in sight (CommandError)."""
    await pilot.pause()
    screen = pilot.app.screen
    assert isinstance(screen, WorkScreen)
    screen.run_line(line)
    await _done(pilot)
    if screen.command_line.error is not None:
        raise screen.command_line.error


async def _done(pilot: Pilot[Any]) -> None:
    """Wait for a line to come to its end, and for what it changed to be drawn."""
    await pilot.pause()
    while isinstance(pilot.app.screen, Waiting):
        await pilot.pause(PAUSE)
    _sound(pilot.app)


def _sound(app: App[Any]) -> None:
    """Raise what an app was left with."""
    if isinstance(app.return_value, Exception):
        raise app.return_value


def keep(shown: Picture, path: Path) -> None:
    """Write a picture: as text where the name ends in .txt, else as SVG."""
    text = shown.text if path.suffix == ".txt" else shown.svg
    path.write_text(text, encoding="utf-8")


def keep_in_state(app: App[Any]) -> Path:
    """Write a picture of an app beside those before it; returns the SVG's path."""
    folder = directories.state() / "pictures"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    number = 1
    while (path := folder / f"picture-{number}.svg").exists():
        number += 1
    shown = picture(app)
    keep(shown, path)
    keep(shown, path.with_suffix(".txt"))
    return path
