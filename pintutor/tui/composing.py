"""Composing: a line put together by clicks, from what could stand in it and from signs.

The list shows what the command line would complete, so it is the same for the mouse, for
the arrows and for Tab, and what is typed filters it. Below it stand the signs that no
completion gives.
"""

from __future__ import annotations

from textual.containers import Vertical
from textual.geometry import Size

from pintutor.lab.kinds import NewName
from pintutor.lab.registry import REGISTRY
from pintutor.lab.words import split, split_prefixes
from pintutor.tui.command_line import CommandLine
from pintutor.tui.looks import Look
from pintutor.tui.pane import RowsPane
from pintutor.tui.shape import LEAST
from pintutor.view.panes import Hit, Pane
from pintutor.view.rows import Row, Segment, row
from pintutor.view.wrap import columns, cut, wrap

SIGNS = '0123456789abcdefx.[]+-*()=<>!:,;|"_/&%@K'
LETTERS = "abcdefghijklmnopqrstuvwxyz_-"
RUN = (("Run", "enter"), ("⌫", "backspace"), ("space", " "))
END = (("clear", "clear"), ("close", "close"))
BEFORE_SIGNS = (*RUN, ("abc", "page"), ("↑", "recall"), *END)
"""What stands before the signs, and what it does."""
BEFORE_LETTERS = (*RUN, ("123", "page"), ("Aa", "capitals"), *END)
GIVEN = ("command", "value", "name")
"""Kinds of completions for what is awaited next; others can stand there too."""
NARROW = 60
"""From here on a sign has three columns, below it two [columns]."""
KEPT = 15
"""Rows that are left to the rest of the screen where there are enough."""
LIST = (4, 12)
"""The fewest and the most rows of the list, its title counted."""
COMPOSED = ("bar", "ask", "foot")
"""What stays in sight where there is no room for more beside a line being composed."""
FIXED = 4
"""Rows that stay where there is room for nothing else: bar, line and what is below."""


class Composer(Vertical):
    """The list and the signs, over the command line that they are for."""

    DEFAULT_CSS = """
    Composer { width: 1fr; height: auto; display: none; }
    """

    def __init__(self, line: CommandLine, look: Look) -> None:
        self.line = line
        self.letters: bool | None = None
        """Whether letters are shown; None: where a new name is awaited."""
        self.capitals = False
        self.offers = RowsPane(self._offers, look, "offers", shows=self._shows)
        self.offers.can_focus = False
        self.signs = RowsPane(
            self._signs, look, "signs", titled=False, shows=self._signs_show
        )
        super().__init__(self.offers, self.signs, id="composer")

    def fit(self, size: Size) -> int:
        """Take room on a terminal of that size while the list is open: how many rows."""
        self.display = self.line.listing and size.height >= LEAST[1]
        if not self.display:
            return 0
        signs = 1 + sign_rows(size.width)
        rows = max(LIST[0], min(LIST[1], size.height - KEPT - signs))
        if size.height - signs - rows < LEAST[1]:
            rows = size.height - FIXED - signs
        self.signs.styles.height = signs
        self.offers.styles.height = rows
        return signs + rows

    def redraw(self) -> None:
        """Draw what can stand in the line now."""
        self.offers.redraw()
        self.signs.redraw()

    def _shows(self) -> object:
        line = self.line
        return line.value, line.chosen, tuple(line.completions), line.listing

    def _signs_show(self) -> object:
        return self._lettered, self.capitals

    def _offers(self, width: int, height: int) -> Pane:
        """What can stand at the end of the line; each row puts its word in."""
        found = self.line.completions
        longest = max((columns(one.text) for one in found), default=0)
        room = min(longest, width // 2)
        rows: list[Row] = []
        if not any(one.kind in GIVEN for one in found):
            rows += wrap(row("  ", (self._note(), "note")), width, indent=2)
        told = len(rows)
        for number, one in enumerate(found):
            here = number == self.line.chosen
            lead = row("▸ " if here else "  ", (one.text, "current" if here else "command"))
            pad = " " * max(1, room + 2 - columns(one.text))
            rows.append(cut((*lead, Segment(pad), Segment(one.meta, "dim")), width))
        hits = [Hit(told + n, 0, width, "word", str(n)) for n in range(len(found))]
        title = row(_usage(self.line.value) or "what can stand here")
        return Pane(title, (), tuple(rows), told + self.line.chosen, hits=tuple(hits))

    def _note(self) -> str:
        """What is awaited where none of that can be offered."""
        value = self.line.value
        awaited = REGISTRY.awaited(value, len(value))
        if awaited is not None:
            return f"{awaited.word.upper()}: {awaited.note}"
        return "Run runs the line"

    @property
    def _lettered(self) -> bool:
        if self.letters is not None:
            return self.letters
        value = self.line.value
        awaited = REGISTRY.awaited(value, len(value))
        return awaited is not None and isinstance(awaited.kind, NewName)

    def _signs(self, width: int, height: int) -> Pane:
        """The signs, each to be clicked, below what else can be done."""
        lettered = self._lettered
        letters = LETTERS.upper() if self.capitals else LETTERS
        signs = [(sign, sign) for sign in (letters if lettered else SIGNS)]
        step = _step(width)
        each = width // step
        shown: list[tuple[tuple[str, str], ...]] = []
        shown.append(BEFORE_LETTERS if lettered else BEFORE_SIGNS)
        shown += [tuple(signs[at : at + each]) for at in range(0, len(signs), each)]
        rows: list[Row] = []
        hits: list[Hit] = []
        for number, line in enumerate(shown):
            rows.append(())
            start = 0
            for text, does in line:
                cell = f" {text} "[-step:] if number else f" {text} "
                rows[-1] += (Segment(cell, "name"),)
                hits.append(Hit(number, start, start + columns(cell), "type", does))
                start += columns(cell)
        return Pane((), (), tuple(rows), hits=tuple(hits))

    async def on_rows_pane_clicked(self, event: RowsPane.Clicked) -> None:
        """Put in what was clicked."""
        event.stop()
        hit = event.hit
        if hit is None:
            return
        if hit.does == "word":
            self.line.put(int(hit.what))
            self.letters = None
        elif hit.what == "page":
            self.letters = not self._lettered
        elif hit.what == "capitals":
            self.letters, self.capitals = True, not self.capitals
        else:
            await self.line.take_sign(hit.what)
        self.redraw()


def sign_rows(width: int) -> int:
    """Rows that the signs take."""
    return -(-len(SIGNS) // (width // _step(width)))


def _step(width: int) -> int:
    return 3 if width >= NARROW else 2


def _usage(text: str) -> str:
    """How the command at the start of a line is written; empty if there is none."""
    words = split_prefixes(split(text, tolerant=True)).words
    command = REGISTRY.get(words[0].text) if words else None
    return command.usage if command is not None else ""
