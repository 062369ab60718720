"""The Textual application, and how it is started.

The first screen is painted before the model is imported: Textual takes most of a start,
and the model need not lengthen it.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from rich.segment import Segment
from textual.app import App, ComposeResult
from textual.events import Event, Key, Resize
from textual.geometry import Size
from textual.screen import Screen
from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget

from pintutor.tui.looks import Look, choose
from pintutor.tui.pacing import Pace

if TYPE_CHECKING:
    from pintutor.tui.desk import Desk

Opened = Callable[[Look], Screen[None]]
"""Makes the screen that one works on."""


@runtime_checkable
class Dressed(Protocol):
    """A screen or a widget that paints in a look of its own."""

    def wear(self, look: Look) -> None:
        """Paint in another look from now on."""


UNKNOWN = 4
"""Exit code: no kernel or lesson is called so."""
LEAVE = ("ctrl+q", "ctrl+c")
"""Keys that are heard while the model is still being loaded."""
SETTLED = 0.1
"""So long a terminal that was resized has to keep its size [s]."""
LINEAR = -1
"""What the screen is left with when the learner goes on in lines."""


@runtime_checkable
class Typed(Protocol):
    """A screen with a command line."""

    @property
    def at_rows(self) -> bool:
        """True when the focus is on rows, which hear no key themselves."""

    def begins_line(self, key: str) -> bool:
        """Go to the command line if the key asks for that now; whether it did."""


class Tutor(App[int | Exception]):
    """The tutor on a whole terminal."""

    ENABLE_COMMAND_PALETTE = False
    TITLE = "pintutor"

    def __init__(self, opened: Opened, look: Look) -> None:
        super().__init__(ansi_color=look.theme.ansi)
        self.look = look
        self.opened = opened
        self.register_theme(look.theme)
        self.theme = look.theme.name
        self.animation_level = "none"  # nothing moves that did not change
        self._typed_ahead: list[Key] | None = []
        """What was typed while the model is loaded; None once it is."""
        self._settling: Timer | None = None
        """Runs out when the terminal has kept its size for a while."""
        self.pace = Pace()

    async def on_key(self) -> None:
        """Show what the keys before this one did, while more are waiting."""
        await self.pace.keep(self)

    async def on_event(self, event: Event) -> None:
        """Hear keys here where that can be, the key of the command line always.

        Textual hands keys to whoever has the focus when they come, and a widget acts on
        them later: the rest of a line that is typed fast would be taken for keys. And
        on its way back from rows, past all that they are in, a key loses time.
        """
        if isinstance(event, Key) and not event.is_forwarded:
            if self._typed_ahead is not None and event.key not in LEAVE:
                self._typed_ahead.append(event)
                return
            if await self._heard(event):
                return
        await super().on_event(event)

    async def _heard(self, event: Key) -> bool:
        """Do what a key means before anybody else hears it; whether it was done."""
        here: object = self.screen_stack[-1] if self.screen_stack else None
        if not isinstance(here, Typed):
            return False
        if here.begins_line(event.key):
            return True
        if not here.at_rows:
            return False
        await self.on_key()
        return await self._check_bindings(event.key)

    def wear(self, look: Look) -> None:
        """Paint everything in another look from now on."""
        self.look = replace(look, ascii=self.look.ascii)
        self.register_theme(look.theme)
        self.ansi_color = look.theme.ansi
        self.theme = look.theme.name
        self.call_after_refresh(self._paint)

    def _paint(self) -> None:
        for screen in self.screen_stack:
            for widget in screen.walk_children(with_self=True):
                if isinstance(widget, Dressed):
                    widget.wear(self.look)

    def on_mount(self) -> None:
        """Show that something comes, then what comes."""
        self.push_screen(Opening(self.look))
        self.call_after_refresh(self._open)

    def _open(self) -> None:
        try:
            screen = self.opened(self.look)
        except Exception as error:  # reported once the terminal is in order again
            self.exit(error)
            return
        self.switch_screen(screen)
        self.call_after_refresh(self._replay)

    def _replay(self) -> None:
        """Hear what was typed until now, once there is somebody to hear it."""
        if self.screen.focused is None:
            self.call_after_refresh(self._replay)
            return
        ahead, self._typed_ahead = self._typed_ahead or [], None
        for event in ahead:
            # Enter comes as a line feed as long as the terminal edits lines itself.
            fed = event.key == "ctrl+j"
            self.post_message(Key("enter", "\r") if fed else event)

    def on_resize(self) -> None:
        """Paint all anew once the terminal keeps its size.

        A terminal that was small for a moment has lost what did not fit, and Textual may
        have seen nothing of it.
        """
        if self._typed_ahead is not None:
            return  # all is still to be painted
        if self._settling is not None:
            self._settling.stop()
        self._settling = self.set_timer(SETTLED, self._settled)

    def _settled(self) -> None:
        if not self.screen_stack:
            return  # the tutor ends
        # One SIGWINCH may come while another is handled: what they tell is then heard in
        # the wrong order, and the last size heard of is not that of the terminal.
        measure = getattr(self._driver, "_get_terminal_size", None)
        size = self.size
        if measure is not None and not self.is_headless:
            size = Size(*measure())
        if size != self.size:
            self.post_message(Resize(size, size))
        self.screen.refresh(layout=True)

    def action_picture(self) -> None:
        """Write what is in sight to two files, and say where they are."""
        from pintutor.tui.screenshots import keep_in_state

        try:
            told = f"{keep_in_state(self)}, and .txt beside it"
        except OSError as error:
            told = f"the picture cannot be written: {error}"
        self.notify(told, title="picture", markup=False)


class Opening(Screen[None]):
    """What is in sight until the model has been loaded."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look

    def compose(self) -> ComposeResult:
        """One widget, the size of the screen."""
        yield Words(self.look)


class Words(Widget):
    """The name of the tutor, what it waits for, and how to leave."""

    DEFAULT_CSS = "Words { width: 1fr; height: 1fr; }"

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look

    def render_line(self, y: int) -> Strip:
        """The line: most are empty."""
        width, height = self.size
        text, role = {
            0: (" pintutor", "title"),
            2: (" The model of the kernel is being loaded.", "plain"),
            height - 1: (" what you type is kept   Ctrl+Q quit", "dim"),
        }.get(y, ("", "plain"))
        painted = [Segment(text[:width], self.look.style(role))] if text else []
        return Strip(painted).adjust_cell_length(width, self.look.style("plain"))


def run(lesson: str | None, kernel: str, *, linear: bool = False) -> int:
    """Open the tutor, in a lesson if one is named; returns the exit code.

    With `linear` it talks in lines from the start; the command `linear` goes over to
    that. Errors: whatever failed within a command, once the terminal is in order again.
    """
    desks: list[Desk] = []

    def opened(look: Look) -> Screen[None]:
        desks.append(_desk(lesson, kernel))
        screen = _screen(desks[0], look)
        # What has been loaded stays. To look through it for garbage takes as long as a
        # hundred steps, and it would be done now and then in the midst of one.
        gc.freeze()
        return screen

    try:
        if linear:
            desks.append(_desk(lesson, kernel))
        result = LINEAR if linear else Tutor(opened, choose()).run()
    except Exception as error:  # reported like one that the screen ended with
        result = error
    if isinstance(result, Exception):
        return _failed(result)
    if result == LINEAR:
        from pintutor.tui import linear as lines

        result = lines.run(desks[0])
    for desk in desks:
        if desk.lab.keeper is not None:
            desk.lab.keeper.end()
    return result or 0


def _desk(lesson: str | None, kernel: str) -> Desk:
    """A desk on a fresh machine, whose work can go on after a crash."""
    from pintutor.content.catalogue import find
    from pintutor.content.learner.resume_commands import Autosave
    from pintutor.content.learner.resuming import offer
    from pintutor.lab.jobs import Jobs
    from pintutor.lab.lab import Lab
    from pintutor.tui.desk import Desk
    from pintutor.tui.waiting import MOMENT

    lab = Lab(kernel)
    lab.jobs = Jobs(patience=MOMENT)
    desk = Desk(lab, offered=offer() if lesson is None else "")
    lab.keeper = Autosave()
    if lesson is not None:
        desk.run(f"lesson {find(lesson).front.id}")
    return desk


def _screen(desk: Desk, look: Look) -> Screen[None]:
    """The lesson screen on a desk."""
    from pintutor.tui.history import History
    from pintutor.tui.lesson_screen import LessonScreen

    return LessonScreen(desk, History(), look)


def _failed(error: Exception) -> int:
    """Say what there is not; what is no learner's mistake is raised again."""
    from pintutor.content.errors import NoSuchContent
    from pintutor.lab.errors import CommandError

    if not isinstance(error, (CommandError, NoSuchContent)):
        raise error
    hint = f"\ntry: {error.hint}" if error.hint else ""
    print(f"pintutor: {error}{hint}", file=sys.stderr)
    return UNKNOWN
