"""The command line: completion, history, and where an error stands in it."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.events import Paste
from textual.message import Message
from textual.widgets import Input

from pintutor.lab.command import Completion
from pintutor.lab.errors import CommandError
from pintutor.lab.lab import Lab
from pintutor.lab.registry import REGISTRY
from pintutor.lab.words import MAX_LINE
from pintutor.tui.history import History
from pintutor.view.panes import Hit
from pintutor.view.rows import Row, Segment, row
from pintutor.view.wrap import columns, wrap


class CommandLine(Input):
    """An input for one line; Tab completes, the arrows recall, Esc leaves it."""

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
            self.completions = REGISTRY.complete(self.lab, self.value, self.cursor_position)

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
        # What ends in a dot or an equals sign goes on; any other word is whole.
        whole = alone and one.text[-1:] not in (".", "=", "|")
        self._fill(self._typed[: one.start] + one.text + (" " if whole else ""))
        if alone:
            self._typed = self.value
            self._complete()
            self.chosen = -1
        self.post_message(self.Told())

    def action_recall(self, count: int) -> None:
        """Put an earlier, or a later, line of the history into the command line."""
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

    def begin(self, line: str) -> None:
        """Take the focus, with the beginning of a line."""
        self._fill(line)
        self._typed = line
        self._complete()
        self.focus()

    async def take_sign(self, signs: str) -> None:
        """Take signs as if they were typed; the last one away for a backspace."""
        self.focus()
        if signs == "enter":
            await self.action_submit()
        elif signs == "backspace":
            self.action_delete_left()
        else:
            self.insert_text_at_cursor(signs)

    def action_clear(self) -> None:
        """Empty the line."""
        self.error = None
        self._typed = ""
        self._fill("")
        self.completions = []
        self.post_message(self.Told())

    def on_paste(self, event: Paste) -> None:
        """Say that a paste is too long, rather than take nothing of it without a word."""
        first = event.text.split("\n", 1)[0]
        if len(self.value) + len(first) <= MAX_LINE:
            return
        event.prevent_default()
        event.stop()
        told = f"{len(first):,} characters were pasted; a line has at most {MAX_LINE:,}"
        self.refuse(self.value, CommandError(told, None, code="too-long"))

    def action_leave(self) -> None:
        """Give the focus back to the panes."""
        self.post_message(self.Left())

    def watch_has_focus(self, _has_focus: bool) -> None:  # noqa: FBT001
        """Show below the line what can be done now."""
        super().watch_has_focus(_has_focus)
        self.post_message(self.Told())

    def refuse(self, line: str, error: CommandError) -> None:
        """Keep a line to be mended, with what is wrong about it."""
        self._fill(line)
        self._typed = line
        self.error = error
        if error.at is not None:
            self.cursor_position = min(error.at.stop, len(self.value))
        self.post_message(self.Told())

    def below(self, indent: int, width: int) -> tuple[Row, ...] | None:
        """What to show below the line, which begins at column `indent`, if anything."""
        if self.error is not None:
            return error_below(self.error, self.value, indent, width)
        if not self.has_focus:
            return None
        if self.completions and (self.value or self.chosen >= 0):
            return completions_below(self.completions, self.chosen, indent, width)
        told = "Enter runs   Tab completes   ↑ ↓ history   Esc to the keys   type quit"
        return (row((f" {told}", "dim")),)


def keypad(indent: int) -> tuple[Row, tuple[Hit, ...]]:
    """Keys to click for an answer in digits, and where each stands below the line."""
    signs = [*((digit, digit) for digit in "0123456789-"), ("⌫", "backspace")]
    parts: list[Segment] = [Segment(" " * indent)]
    hits: list[Hit] = []
    start = indent
    for shown, sign in (*signs, ("Enter", "enter")):
        text = f" {shown} "
        hits.append(Hit(1, start, start + columns(text), "type", sign))
        parts.append(Segment(text, "name"))
        start += columns(text)
    return tuple(parts), tuple(hits)


def error_below(error: CommandError, line: str, indent: int, width: int) -> tuple[Row, ...]:
    """The caret under the word in the line above, what is wrong, and what to try."""
    rows: list[Row] = []
    message = row((error.message, "bad"))
    start = indent + columns(line[: error.at.start]) if error.at else width
    marks = "^" * max(1, columns(line[error.at.start : error.at.stop])) if error.at else ""
    if error.at is None or start + len(marks) >= width:
        rows += wrap(row(("! ", "bad"), (error.message, "bad")), width, indent=2)
    elif start + len(marks) + columns(error.message) < width:
        rows.append((*row(" " * start, (marks, "bad"), " "), *message))
    else:
        rows.append(row(" " * start, (marks, "bad")))
        rows += wrap(message, width)
    if error.hint:
        rows += wrap(row((f"try: {error.hint}", "note")), width, indent=5)
    return tuple(rows)


def completions_below(
    completions: list[Completion], chosen: int, indent: int, width: int
) -> tuple[Row, ...]:
    """The completions in a row, the chosen one marked, and what it means below."""
    first = max(0, chosen)
    parts: list[Segment] = [Segment(" " * indent)]
    used = indent
    for number, one in enumerate(completions[first:], first):
        text = f"[{one.text}]" if number == chosen else f" {one.text} "
        if used + columns(text) > width - 4:
            parts.append(Segment(f" +{len(completions) - number}", "dim"))
            break
        parts.append(Segment(text, "current" if number == chosen else "command"))
        used += columns(text)
    meta = completions[first].meta
    return (tuple(parts), row(" " * indent, (f" {meta}" if meta else "", "dim")))
