"""What the screens have in common on which lines are run."""

from __future__ import annotations

import os
from functools import cached_property
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
from pintutor.lab.results import Told
from pintutor.tui.app import LINEAR, Tutor
from pintutor.tui.bars import prompt, too_small
from pintutor.tui.clicked import beginning
from pintutor.tui.command_line import CommandLine
from pintutor.tui.composing import COMPOSED, Composer
from pintutor.tui.desk import Desk
from pintutor.tui.history import History
from pintutor.tui.jobs_pane import JobsPane
from pintutor.tui.keymap import ALL
from pintutor.tui.keys import COMMON, Key, bindings
from pintutor.tui.looks import Look, named
from pintutor.tui.palette import Palette
from pintutor.tui.pane import RowsPane
from pintutor.tui.running import RUN, Running
from pintutor.tui.shape import LEAST
from pintutor.tui.waiting import PATIENCE, Awaited, Waiting, hold
from pintutor.view.panes import Pane
from pintutor.view.rows import plain
from pintutor.view.wrap import columns


class WorkScreen(Screen[None]):
    """A screen with a command line: lines run, and what came of them is shown."""

    AUTO_FOCUS = ""
    BLANK = True
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
        self.composer = Composer(self.command_line, look)
        self.jobs = JobsPane(desk, look, self.refit)
        self.running = Running(self)
        self._arranged = Size()

    def bottom(self) -> ComposeResult:
        """The command line and what stands below it, and what says that it is too small."""
        look = self.look
        yield self.jobs
        yield self.composer
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
        left = size - Size(0, self.composer.fit(size))
        left -= Size(0, self.jobs.fit(left))
        small = left.height < LEAST[1]
        for name in self.parts:
            fits = not tiny and (not small or name in COMPOSED)
            self.query_one(f"#{name}").display = fits
        self.query_one("#notice").display = tiny
        if not tiny and not small:
            self.fit(left)

    def fit(self, size: Size) -> None:
        """Give each part its room in a terminal that is large enough."""

    def on_mount(self) -> None:
        """Let the learner's own keys be heard."""
        self.app.set_keymap(self.desk.keymap.changed)

    def wear(self, look: Look) -> None:
        """Give what is opened from here this look too."""
        self.look = look

    @cached_property
    def rows(self) -> tuple[RowsPane, ...]:
        """Every pane that there is here, in sight or not."""
        return tuple(self.query(RowsPane))

    def pane(self, name: str) -> RowsPane:
        """The pane of that id."""
        return self.query_one(f"#{name}", RowsPane)

    @property
    def log_width(self) -> int:
        """Columns that what a line told is made for."""
        return self.size.width

    def came(self, outcome: Outcome) -> None:
        """Take note of what a line did, before all is drawn anew."""

    def refused(self) -> None:
        """Take note of a line that could not be carried out."""

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
        desk = self.desk
        job = Awaited(line, lambda it: desk.run(it, width=width), brief=desk.brief(line))
        if job.wait(PATIENCE):
            self._came(job, typed=typed)
            return
        hold(self.app, paused=True)

        def done(_: None) -> None:
            hold(self.app, paused=False)
            self._came(job, typed=typed)

        self.app.push_screen(Waiting(job, self.desk.lab, self.look), done)

    def _came(self, job: Awaited, *, typed: bool) -> None:
        """Show what came of a line that was typed, or that a key stands for."""
        self.desk.typing = typed
        if isinstance(job.error, CommandError):
            self.command_line.refuse(job.line, job.error)
            if typed:
                self.command_line.focus()
            self.refused()
        elif isinstance(job.error, KeyboardInterrupt):
            self.desk.interrupted(job.line)
        elif isinstance(job.error, Exception):  # ours: leave the terminal in order first
            self.app.exit(job.error)
            return
        elif job.outcome is not None:
            self.command_line.action_clear()
            self.command_line.close_list()
            if job.outcome.command == "linear":
                self.app.exit(LINEAR)
                return
            self.heed(job.outcome)
            self.came(job.outcome)
            self.running.begin(job.outcome.result)
        self.size_prompt()
        self.redraw()

    def heed(self, outcome: Outcome) -> None:
        """Paint as `theme` asked for; NO_COLOR keeps all colours away."""
        told = outcome.result
        if outcome.command != "theme" or not isinstance(told, Told):
            return
        if isinstance(self.app, Tutor) and not os.environ.get("NO_COLOR"):
            self.app.wear(named(told.data["theme"]))

    def redraw(self) -> None:
        """Draw every pane that is in sight anew."""
        for pane in self.rows:
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
        """Draw what stands below the command line, and what could stand in it."""
        self.pane("foot").redraw()
        self.composer.redraw()

    def on_command_line_listed(self) -> None:
        """Make room for what could stand in the command line, or take it back."""
        self.refit()

    def refit(self) -> None:
        """Give every part its room anew, and draw all that is in sight."""
        self.lay_out(self.size)
        self.call_after_refresh(self.redraw)

    def on_command_line_left(self) -> None:
        """Go back to the panes."""
        self.back_to_panes()

    def action_begin(self, line: str) -> None:
        """Begin a line, to be ended by the learner."""
        self.command_line.begin(line)

    async def on_rows_pane_clicked(self, event: RowsPane.Clicked) -> None:
        """Do what stands at the place that was clicked."""
        hit = event.hit
        if event.pane.id == "prompt":
            self.command_line.open_list()
        if hit is None or event.click.button != 1:
            return
        if hit.does == "line":
            self.click_line(hit.what)
        else:
            line = self.command_line
            typing = self.focused is line
            await self.run_action(next(key.does for key in ALL if key.id == hit.what))
            if self.focused is line and (line.value or not typing):
                line.open_list()

    def click_line(self, line: str) -> None:
        """Run a line that stands on the screen, or begin it where a word is missing."""
        begun = beginning(line)
        if begun == line:
            self.run_line(line)
        elif begun:
            self.command_line.begin(begun, listed=True)

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

    @property
    def at_rows(self) -> bool:
        """True when the focus is on rows, which hear no key themselves."""
        return type(self.focused) is RowsPane

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
        self.set_focus(self.command_line)

    def action_compose(self) -> None:
        """Go to the command line with a list of what can stand there, or close that."""
        self.command_line.action_list()

    def size_prompt(self) -> None:
        """Make room for the name of the kernel before the command line."""
        text = plain(prompt(self.desk.lab.kernel_name))
        self.pane("prompt").styles.width = columns(text)

    def draw_prompt(self, width: int, height: int) -> Pane:
        """What stands before the command line."""
        return Pane((), (), (prompt(self.desk.lab.kernel_name),))
