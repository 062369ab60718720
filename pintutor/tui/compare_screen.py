"""The compare screen: two kernels side by side, one timeline, the same keys for both."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.geometry import Size

from pintutor.lab.comparing import Both, Compared, Comparison, comparing
from pintutor.lab.lab import Outcome
from pintutor.tui.bars import bar
from pintutor.tui.compare_keys import COMPARE, COMPARE_KEYS, COMPARE_SCREEN
from pintutor.tui.desk import Desk
from pintutor.tui.hints import compare_hints, compare_keys_pane
from pintutor.tui.history import History
from pintutor.tui.keys import bindings
from pintutor.tui.keys_screen import KeysScreen
from pintutor.tui.looks import Look
from pintutor.tui.pane import RowsPane
from pintutor.tui.shape import WIDE, compare_heights
from pintutor.tui.time_bar import TimeBar
from pintutor.tui.working import WorkScreen
from pintutor.view.compare import compared_rows
from pintutor.view.panes import Pane
from pintutor.view.panes.asked import Asked
from pintutor.view.panes.compare import (
    SIDES,
    Moments,
    answer_rows,
    bodies_rows,
    heads_rows,
    moments,
    pair_rows,
)

MACHINE = ("source", "pages", "tables", "vmstat")
"""The panes that are shown of both."""


class CompareScreen(WorkScreen):
    """Two kernels, over the lesson screen; it closes when they are left."""

    CSS = """
    CompareScreen { layout: vertical; overflow: hidden; }
    #bar, #heads, #time, #line, #ask, #prompt { height: 1; }
    #foot { height: 2; }
    #main { height: 1fr; }
    #notice { display: none; height: 1fr; }
    #line { background: $background; }
    """
    BINDINGS: ClassVar[list[BindingType]] = bindings((*COMPARE_KEYS, *COMPARE_SCREEN))
    keys = COMPARE
    parts = ("bar", "heads", "main", "time", "told", "ask", "foot")

    def __init__(self, desk: Desk, history: History, look: Look) -> None:
        super().__init__(desk, history, look)
        self.side = ""
        """The side that was asked for; empty for what fits: both, or the left one."""
        self.bodies = False
        """True when both bodies are shown in place of what runs."""
        self.answer: tuple[str, Both] | None = None
        """What was asked of both, and what they say, until the next move."""
        self.note = ""
        """What the last line told besides."""
        self._last = self.comparison
        self._now: tuple[object, Moments] | None = None

    @property
    def comparison(self) -> Comparison:
        """What is compared, or was until just now."""
        found = comparing(self.desk.lab)
        if found is not None:
            self._last = found
        return self._last

    def compose(self) -> ComposeResult:
        """The panes, from top to bottom."""
        look = self.look
        yield RowsPane(self._bar, look, "bar", titled=False)
        yield RowsPane(self._heads, look, "heads", titled=False)
        with Vertical(id="main"):
            for name in MACHINE:
                yield RowsPane(partial(self._pair, name), look, name)
        yield TimeBar(self.desk, look, run=self.run_line, redraw=self.redraw)
        yield RowsPane(self._told, look, "told", titled=False)
        yield from self.bottom()

    def on_mount(self) -> None:
        """Begin in the source."""
        self.lay_out(self.app.size)
        self.size_prompt()
        self.pane("source").focus()

    def fit(self, size: Size) -> None:
        """Show the panes that fit, and give each its height."""
        for name, rows in compare_heights(size.height).items():
            self.pane(name).display = rows >= 0
            self.pane(name).styles.height = rows or "1fr"

    @property
    def shown(self) -> str:
        """One of SIDES: what there is to see of both."""
        fits = "both" if self._arranged.width >= WIDE else "left"
        return self.side or fits

    def came(self, outcome: Outcome) -> None:
        """Close the screen when the kernels were left."""
        if comparing(self.desk.lab) is None:
            self.dismiss()
            return
        told = outcome.result
        self.note = told.note if isinstance(told, Compared) else ""
        self.bodies = isinstance(told, Compared) and bool(told.left.body + told.right.body)
        self.answer = (outcome.line, told) if isinstance(told, Both) else None

    def back_to_panes(self) -> None:
        """Put the focus on the source."""
        self.pane("source").focus()

    def quiet_enter(self) -> None:
        """Go back to the keys."""
        self.back_to_panes()

    def action_line(self, template: str) -> None:
        """Run the line that a key stands for."""
        self.run_line(self.desk.line(template))

    def action_side(self) -> None:
        """Show the other side; on a wide screen also both."""
        wide = self._arranged.width >= WIDE
        sides = SIDES if wide else SIDES[1:]
        self.side = sides[(sides.index(self.shown) + 1) % len(sides)]
        self.redraw()

    def action_bodies(self) -> None:
        """Show both bodies as a difference, or what runs."""
        self.bodies = not self.bodies
        self.redraw()

    def action_keys(self) -> None:
        """Show every key."""
        self.app.push_screen(KeysScreen(self.desk.keymap, self.look, compare_keys_pane))

    def _both(self) -> Moments:
        """Where both stand, found out once for each step."""
        comparison = self.comparison
        timeline = comparison.timeline
        key = (id(comparison), id(timeline), timeline.cursor)
        if self._now is None or self._now[0] != key:
            self._now = key, moments(comparison)
        return self._now[1]

    def _pair(self, name: str, width: int, height: int) -> Pane:
        if name == "source" and self.answer is not None:
            return answer_rows(*self.answer, width, side=self.shown)
        if name == "source" and self.bodies:
            return bodies_rows(self.comparison, width, height)
        both = self._both()
        return pair_rows(both, name, Asked(), width, height, side=self.shown)

    def _heads(self, width: int, height: int) -> Pane:
        return heads_rows(self.comparison, width, height, side=self.shown)

    def _told(self, width: int, height: int) -> Pane:
        found = self.comparison.standing(note=self.note)
        return Pane((), (), compared_rows(found, width)[:height])

    def _bar(self, width: int, height: int) -> Pane:
        return bar(self.desk.status(), width, tab="")

    def draw_foot(self, width: int, height: int) -> Pane:
        """What is wrong with the line, or its completions, or the keys."""
        told = self.command_line.below(self.pane("prompt").size.width, width)
        if told is not None:
            return Pane((), (), told)
        return compare_hints(width, self.desk.keymap)
