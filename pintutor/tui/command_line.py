"""The command line: completion, history, and where an error stands in it."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.events import Key, Paste
from textual.message import Message
from textual.widgets import Input
from textual.widgets.input import Selection

from pintutor.lab.command import Completion
from pintutor.lab.errors import CommandError
from pintutor.lab.lab import Lab
from pintutor.lab.registry import REGISTRY
from pintutor.lab.words import MAX_LINE
from pintutor.tui.below import completions_below, error_below
from pintutor.tui.history import History
from pintutor.tui.likely import likely_first
from pintutor.view.rows import Row, row

GOES_ON = (".", "=", "|", "*", "[", ":")
"""What a word ends in that goes on; any other is whole."""
TIGHT = ".[+:=,|*;@"
"""Signs that follow a word without a blank."""
WAYS = "Tab completes   ↓ lists   ↑ recalls   Esc to the keys"
"""What can be done in the command line besides typing."""


class CommandLine(Input):
    """An input for one line; Tab completes, the arrows recall, Esc leaves it.

    While `listing`, a list of what could stand in it is open: the arrows move in that.
    """

    DEFAULT_CSS = """
    CommandLine { width: 1fr; height: 1; border: none; padding: 0; }
    CommandLine:focus { border: none; background-tint: transparent; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "recall(-1)", show=False),
        Binding("down", "recall(1)", show=False),
        Binding("tab", "complete(1)", show=False, priority=True),
        Binding("shift+tab", "complete(-1)", show=False, priority=True),
        Binding("escape", "leave", show=False),
        Binding("ctrl+c", "clear", show=False),
    ]

    class Told(Message):
        """What stands below the command line has to be drawn anew."""

    class Listed(Message):
        """The list was opened or closed."""

    class Pasted(Message):
        """Several lines were pasted, to be run one after the other."""

        def __init__(self, lines: list[str]) -> None:
            super().__init__()
            self.lines = lines

    class Left(Message):
        """The learner leaves the command line for the panes."""

    def __init__(self, lab: Lab, history: History) -> None:
        super().__init__(id="line", compact=True, select_on_focus=False)
        self.max_length = MAX_LINE
        self.cursor_blink = False
        self.lab = lab
        self.history = history
        self.error: CommandError | None = None
        """What is wrong with the line, until it is changed."""
        self.completions: list[Completion] = []
        self.chosen = -1
        """The completion that is in the line; -1 for none."""
        self.listing = False
        """True while the list of completions is open."""
        self._spaced = False
        """The line ends in a blank that nobody typed."""
        self._typed = ""
        self._filled: str | None = None
        """What was put into the line, until the learner changes it."""

    def on_input_changed(self) -> None:
        """Find completions for what is typed, and forget the error before it."""
        if self.value == self._filled:
            return
        self._filled = None
        self.error = None
        self.chosen = -1
        self._typed = self.value
        self._complete()
        self.post_message(self.Told())

    def _complete(self) -> None:
        with self.lab.machine:
            found = REGISTRY.complete(self.lab, self.value, self.cursor_position)
        commands = found[:1] and found[0].kind == "command"
        self.completions = likely_first(found, self.lab) if commands else found

    def action_complete(self, way: int) -> None:
        """Put the next completion into the line."""
        if self.value != self._filled:
            self._typed = self.value  # the message of the last key may not be here yet
        if not self.completions:
            self._complete()
        if not self.completions:
            return
        self.chosen = (self.chosen + way) % len(self.completions)
        one = self.completions[self.chosen]
        alone = len(self.completions) == 1
        whole = alone and not one.text.endswith(GOES_ON)
        self._fill(self._typed[: one.start] + one.text + (" " if whole else ""))
        if alone:
            self._typed = self.value
            self._complete()
            self.chosen = -1
        self.post_message(self.Told())

    def put(self, number: int) -> None:
        """Put a completion into the line, and find what could stand behind it."""
        self.focus()
        if number >= len(self.completions):
            return
        one = self.completions[number]
        blank = "" if one.text.endswith(GOES_ON) else " "
        self._anew(self._typed[: one.start] + one.text + blank)
        self._spaced = bool(blank) and one.kind in ("value", "name")

    def _anew(self, line: str) -> None:
        """Put a line in, and find what could stand behind it."""
        self._fill(line)
        self._typed = line
        self.error = None
        self.chosen = -1
        self._complete()
        self.post_message(self.Told())

    def action_list(self) -> None:
        """Open the list of what could stand in the line, or close it."""
        self.listing = not self.listing
        if self.listing:
            self.focus()
            self._anew(self.value)
        self.post_message(self.Listed())

    def open_list(self) -> None:
        """Open the list if it is closed."""
        if not self.listing:
            self.action_list()

    def close_list(self) -> None:
        """Close the list if it is open."""
        if self.listing:
            self.action_list()

    async def on_key(self, event: Key) -> None:
        """List the keys for who asks in an empty line: no line begins with that sign."""
        if event.character == "?" and not self.value:
            event.prevent_default()
            event.stop()
            await self.screen.run_action("keys")

    def on_click(self) -> None:
        """Open the list for who has a mouse in hand."""
        self.open_list()

    def action_recall(self, count: int) -> None:
        """Put an earlier, or a later, line of the history into the command line.

        Behind the latest line, and while the list is open, the arrows move in the list.
        """
        if self.listing or (count > 0 and self.history.newest):
            self.open_list()
            self.action_complete(count)
            return
        if self.value != self._filled:
            self._typed = self.value
        line = self.history.recall(count, self._typed)
        self._fill(line)
        self.error = None
        self.completions = []
        self.post_message(self.Told())

    def _fill(self, line: str) -> None:
        """Put a line in without looking for completions of it."""
        self._filled = line
        self.value = line
        self.cursor_position = len(line)

    def begin(self, line: str, *, listed: bool = False) -> None:
        """Take the focus, with the beginning of a line; `listed` opens the list too."""
        self._anew(line)
        self.screen.set_focus(self)  # at once: what is typed right behind is for the line
        if listed:
            self.open_list()

    async def take_sign(self, sign: str) -> None:
        """Take a sign as if it was typed, or do what is called so."""
        self.focus()
        spaced, self._spaced = self._spaced, False
        if sign == "enter":
            await self.action_submit()
        elif sign == "clear":
            self._anew("")
        elif sign == "close":
            self.close_list()
        elif sign == "recall":
            self._anew(self.history.recall(-1, self._typed))
        elif sign == "backspace":
            self._anew(self.value[:-1])
        else:
            tight = spaced and sign in TIGHT
            self._anew((self.value[:-1] if tight else self.value) + sign)

    def action_clear(self) -> None:
        """Empty the line."""
        if not (self.value or self.error or self._typed or self.completions):
            return
        self.error = None
        self._typed = ""
        self._fill("")
        self.completions = []
        self.post_message(self.Told())

    def on_paste(self, event: Paste) -> None:
        """Hand over lines where several are pasted; say so of one that is too long."""
        lines = [line for line in event.text.splitlines() if line.strip()]
        first = lines[0] if lines else ""
        fits = len(self.value) + len(first) <= MAX_LINE
        if fits and len(lines) < 2:
            return
        event.prevent_default()
        event.stop()
        if fits:
            self.post_message(self.Pasted([self.value + first, *lines[1:]]))
            return
        told = f"{len(first):,} characters were pasted; a line has at most {MAX_LINE:,}"
        self.refuse(self.value, CommandError(told, None, code="too-long"))

    def action_leave(self) -> None:
        """Close the list, or give the focus back to the panes."""
        if self.listing:
            self.close_list()
        else:
            self.post_message(self.Left())

    def watch_has_focus(self, _has_focus: bool) -> None:  # noqa: FBT001
        """Show below the line what can be done now."""
        super().watch_has_focus(_has_focus)
        self.post_message(self.Told())

    def refuse(self, line: str, error: CommandError) -> None:
        """Keep a line to be mended, as it was typed, with what is wrong about it."""
        self._fill(self.value if self.value.rstrip() == line else line)
        self._typed = self.value
        self.error = error
        if error.at is not None and error.at.start < error.at.stop:
            # What is typed now takes the place of the word that is wrong.
            start, stop = (min(at, len(self.value)) for at in error.at)
            self.selection = Selection(start, stop)
        self.post_message(self.Told())

    @property
    def idle(self) -> bool:
        """True when keys are heard here and nothing is typed yet."""
        return self.has_focus and not (self.value or self.error or self.listing)

    def below(self, indent: int, width: int) -> tuple[Row, ...] | None:
        """What to show below the line, which begins at column `indent`, if anything."""
        if self.error is not None:
            return error_below(self.error, self.value, indent, width)
        if not self.has_focus:
            return None
        if self.listing:
            told = "a click puts a word in   Enter runs   ↑ ↓ Tab choose   Esc closes"
            return (row((f" {told}", "dim")),)
        if self.completions and (self.value or self.chosen >= 0):
            return completions_below(self.completions, self.chosen, indent, width)
        told = f"Enter runs   {WAYS}" if self.value else WAYS
        return (row((f" {told}", "dim")),)
