"""Log: the lines that ran, each with what it told."""

from __future__ import annotations

from pintutor.lab.errors import CommandError, printable
from pintutor.lab.lab import Lab, Outcome
from pintutor.lab.results import Moved
from pintutor.lab.words import MAX_LINE
from pintutor.view.panes import Pane
from pintutor.view.rows import Row, row
from pintutor.view.text import error_rows, outcome_rows
from pintutor.view.wrap import columns, wrap, wrap_all

KEPT = 500
"""Lines kept; older ones are in the timeline still."""

OPENING = ("lessons", "patches", "letters", "glossary")
"""Commands that open a screen to browse in."""
PROSE = ("lesson", "task", *OPENING)
"""Commands whose text stands in the lesson pane, or on a screen of its own."""


class Item:
    """One line that ran, and what it told."""

    def __init__(
        self, line: str, kernel: str, told: tuple[Row, ...], *, moved: bool = False
    ) -> None:
        self.line = line
        self.kernel = kernel
        self.told = told
        self.moved = moved
        """It only moved the cursor: the same line right after it takes its place."""
        self.times = 1
        self._rows: tuple[Row, ...] = ()
        self._width = 0

    def rows(self, width: int) -> tuple[Row, ...]:
        """The line behind its prompt, and what it told, a blank before each."""
        if width != self._width:
            wrapped = self._wrapped(width - 1)
            self._width, self._rows = width, tuple((*row(" "), *one) for one in wrapped)
        return self._rows

    def _wrapped(self, width: int) -> tuple[Row, ...]:
        if not self.line:
            return wrap_all(self.told, width, indent=2)
        times = f" ×{self.times}" if self.times > 1 else ""
        shown = printable(self.line[:400])
        prompt = row((f"{self.kernel} ▸ ", "prompt"), (shown, "command"), (times, "dim"))
        return (*wrap(prompt, width, indent=2), *wrap_all(self.told, width, indent=2))


class Log:
    """What was typed, and pressed, so far."""

    def __init__(self) -> None:
        self.items: list[Item] = []

    def outcome(
        self,
        lab: Lab,
        outcome: Outcome,
        kernel: str,
        width: int,
        notes: tuple[str, ...] = (),
    ) -> None:
        """Add a line that ran; the lab still stands where it left it."""
        told: tuple[Row, ...] = ()
        if isinstance(outcome.result, Moved):
            # Where it went is what all the other panes show.
            if outcome.result.note:
                told = (row((f"  {outcome.result.note}", "note")),)
        elif outcome.command not in PROSE:
            told = outcome_rows(outcome, lab=lab, width=width)
            told += tuple(row((f"  {note}", "note")) for note in notes)
        self._add(Item(outcome.line, kernel, told, moved=isinstance(outcome.result, Moved)))

    def error(self, error: CommandError, line: str, kernel: str, width: int) -> None:
        """Add a line that could not be carried out."""
        indent = columns(f"{kernel} ▸ ")
        told = error_rows(error, line, indent=indent, width=width)
        if error.at is not None and len(line) <= MAX_LINE:
            told = told[1:]  # it begins with the line, which the log shows by itself
        self._add(Item(line, kernel, told))

    def interrupted(self, line: str, kernel: str) -> None:
        """Add a line that was taken back."""
        told = row(("  interrupted; the machine is as it was before this line", "note"))
        self._add(Item(line, kernel, (told,)))

    def notice(self, text: str, kernel: str) -> None:
        """Add something that no line told."""
        self._add(Item("", kernel, (row(("! ", "bad"), (text, "note")),)))

    def _add(self, item: Item) -> None:
        last = self.items[-1] if self.items else None
        if last is not None and last.moved and item.moved and last.line == item.line:
            item.times = last.times + 1
            self.items.pop()
        self.items.append(item)
        del self.items[:-KEPT]

    def draw(self, width: int, height: int) -> Pane:
        """The last lines, the newest at the bottom."""
        parts: list[tuple[Row, ...]] = []
        count = 0
        for item in reversed(self.items):
            parts.append(item.rows(width))
            count += len(parts[-1])
            if count > 20 * height:
                break
        if not count:
            text = " what you run appears here, keys as the lines they stand for"
            parts = [(row((text, "dim")),)]
        shown = tuple(one for part in reversed(parts) for one in part)
        since = len(shown) - max(1, len(parts[0]))
        return Pane(row("log"), (), shown, len(shown) - 1, since)
