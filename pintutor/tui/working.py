"""What the screens have in common on which lines are run."""

from __future__ import annotations

import os
import re
from itertools import takewhile
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.events import Resize
from textual.geometry import Size
from textual.screen import Screen
from textual.widgets import Input

from pintutor.lab.errors import CommandError
from pintutor.lab.lab import Outcome
from pintutor.lab.registry import REGISTRY
from pintutor.lab.results import Told
from pintutor.tui.app import LINEAR, Tutor
from pintutor.tui.bars import prompt, too_small
from pintutor.tui.command_line import CommandLine
from pintutor.tui.desk import Desk
from pintutor.tui.history import History
from pintutor.tui.keymap import ALL
from pintutor.tui.keys import COMMON, Key, bindings
from pintutor.tui.looks import Look, named
from pintutor.tui.palette import Palette
from pintutor.tui.pane import RowsPane
from pintutor.tui.running import RUN, Running
from pintutor.tui.shape import LEAST
from pintutor.tui.waiting import PATIENCE, Job, Waiting
from pintutor.view.panes import Pane
from pintutor.view.rows import plain
from pintutor.view.wrap import columns

PLACEHOLDER = re.compile("[A-Z]{2,}|N|…")
"""A word of a line that the learner is to put something in the place of."""


class WorkScreen(Screen[None]):
    """A screen with a command line: lines run, and what came of them is shown."""

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = bindings(COMMON)
    keys: ClassVar[tuple[Key, ...]] = COMMON
    """Every key that is heard here."""
    parts: ClassVar[tuple[str, ...]] = ()
    """What is shown unless the terminal is too small, from the top."""

    def __init__(self, desk: Desk, history: History, look: Look) -> None:
        super().__init__()
        self.desk = desk
        self.look = look
        self.history = history
        self.command_line = CommandLine(desk.lab, history)
        self.running = Running(self)
        self._arranged = Size()

    def bottom(self) -> ComposeResult:
        """The command line and what stands below it, and what says that it is too small."""
        look = self.look
        with Horizontal(id="ask"):
            yield RowsPane(self.draw_prompt, look, "prompt", titled=False)
            yield self.command_line
        yield RowsPane(self.draw_foot, look, "foot", titled=False)
        yield RowsPane(too_small, look, "notice", titled=False)

    def draw_foot(self, width: int, height: int) -> Pane:
        """What is wrong with the line, or its completions, or the keys."""
        raise AssertionError("each screen has a foot of its own")

    def on_resize(self, event: Resize) -> None:
        """Choose the shape that fits the terminal."""
        if event.size != self._arranged:
            self.lay_out(event.size)

    def lay_out(self, size: Size) -> None:
        """Show what fits."""
        self._arranged = size
        tiny = size.width < LEAST[0] or size.height < LEAST[1]
        for name in (*self.parts, "notice"):
            self.query_one(f"#{name}").display = tiny == (name == "notice")
        if not tiny:
            self.fit(size)

    def fit(self, size: Size) -> None:
        """Give each part its room in a terminal that is large enough."""

    def on_mount(self) -> None:
        """Let the learner's own keys be heard."""
        self.app.set_keymap(self.desk.keymap.changed)

    def wear(self, look: Look) -> None:
        """Give what is opened from here this look too."""
        self.look = look

    def pane(self, name: str) -> RowsPane:
        """The pane of that id."""
        return self.query_one(f"#{name}", RowsPane)

    @property
    def log_width(self) -> int:
        """Columns that what a line told is made for."""
        return self.size.width

    def came(self, outcome: Outcome) -> None:
        """Take note of what a line did, before all is drawn anew."""

    def back_to_panes(self) -> None:
        """Put the focus where keys are heard."""

    def quiet_enter(self) -> None:
        """Do what Enter does on an empty line."""

    def run_line(self, line: str, *, typed: bool = False) -> None:
        """Run a line; what came of it is shown now, or when it is done.

        What `run` shows step by step pauses for it; `run` itself only pauses it.
        """
        if self.running.pause() and line == RUN:
            return
        width = max(20, self.log_width)
        job = Job(line, lambda text: self.desk.run(text, width=width))
        if job.wait(PATIENCE):
            self._came(job, typed=typed)
            return
        self._pause(paused=True)

        def done(_: None) -> None:
            self._pause(paused=False)
            self._came(job, typed=typed)

        self.app.push_screen(Waiting(job, self.desk.lab, self.look), done)

    def _pause(self, *, paused: bool) -> None:
        for screen in self.app.screen_stack:
            for pane in screen.query(RowsPane):
                pane.paused = paused

    def _came(self, job: Job, *, typed: bool) -> None:
        """Show what came of a line that was typed, or that a key stands for."""
        if isinstance(job.error, CommandError):
            self.command_line.refuse(job.line, job.error)
            if typed:
                self.command_line.focus()
        elif isinstance(job.error, KeyboardInterrupt):
            self.desk.interrupted(job.line)
        elif isinstance(job.error, Exception):  # ours: leave the terminal in order first
            self.app.exit(job.error)
            return
        elif job.outcome is not None:
            self.command_line.action_clear()
            if job.outcome.command == "linear":
                self.app.exit(LINEAR)
                return
            self._dress(job.outcome)
            self.came(job.outcome)
            self.running.begin(job.outcome.result)
        self.size_prompt()
        self.redraw()

    def _dress(self, outcome: Outcome) -> None:
        """Paint as `theme` asked for; NO_COLOR keeps all colours away."""
        told = outcome.result
        if outcome.command != "theme" or not isinstance(told, Told):
            return
        if isinstance(self.app, Tutor) and not os.environ.get("NO_COLOR"):
            self.app.wear(named(told.data["theme"]))

    def redraw(self) -> None:
        """Draw every pane that is in sight anew."""
        for pane in self.query(RowsPane):
            pane.redraw()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Run what was typed."""
        line = event.value.strip()
        if line in ("quit", "exit"):
            self.app.exit(0)
        elif line:
            self.command_line.history.add(line)
            self.run_line(line, typed=True)
        else:
            self.quiet_enter()

    def on_command_line_told(self) -> None:
        """Draw what stands below the command line."""
        self.pane("foot").redraw()

    def on_command_line_left(self) -> None:
        """Go back to the panes."""
        self.back_to_panes()

    def action_begin(self, line: str) -> None:
        """Begin a line, to be ended by the learner."""
        self.command_line.begin(line)

    async def on_rows_pane_clicked(self, event: RowsPane.Clicked) -> None:
        """Do what stands at the place that was clicked."""
        hit = event.hit
        if hit is None:
            return
        if hit.does == "line":
            self.click_line(hit.what)
        elif hit.does == "type":
            await self.command_line.take_sign(hit.what)
        else:
            await self.run_action(next(key.does for key in ALL if key.id == hit.what))

    def click_line(self, line: str) -> None:
        """Run a line that stands on the screen, or begin it where a word is missing."""
        words = line.split()
        command = REGISTRY.get(words[0]) if words else None
        if command is None:
            return
        given = [*takewhile(lambda word: not PLACEHOLDER.fullmatch(word), words)]
        needed = sum(one.required for one in command.parameters)
        if given == words and len(words) > needed:
            self.run_line(line)
        else:
            self.command_line.begin(" ".join(given) + " ")

    def action_palette(self) -> None:
        """Find a command, a key, a pane or a lesson, and do it."""
        self.app.push_screen(
            Palette(self.keys, self.desk.keymap, self.desk.lessons, self.look), self._picked
        )

    async def _picked(self, chosen: tuple[str, str] | None) -> None:
        does, what = chosen or ("", "")
        if does == "run":
            self.run_line(what)
        elif does == "begin":
            self.command_line.begin(f"{what} ")
        elif does == "press":
            await self.run_action(next(key.does for key in ALL if key.id == what))
        elif does == "pane":
            self.show_pane(what)

    def show_pane(self, name: str) -> None:
        """Bring a pane into sight, where the screen has it."""

    def begins_line(self, key: str) -> bool:
        """Go to the command line if the key asks for that now; whether it did."""
        begins = (one for one in self.keys if one.action == "command_line")
        keys = [name for one in begins for name in self.desk.keymap.keys(one).split(",")]
        if key not in keys or isinstance(self.focused, Input):
            return False
        self.set_focus(self.command_line)
        return True

    def action_command_line(self) -> None:
        """Go to the command line."""
        self.command_line.focus()

    def size_prompt(self) -> None:
        """Make room for the name of the kernel before the command line."""
        text = plain(prompt(self.desk.lab.kernel_name))
        self.pane("prompt").styles.width = columns(text)

    def draw_prompt(self, width: int, height: int) -> Pane:
        """What stands before the command line."""
        return Pane((), (), (prompt(self.desk.lab.kernel_name),))
