"""The compare screen: two kernels side by side, one timeline, the same keys for both."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.geometry import Size

from pintutor.lab.comparing import Both, Compared, Comparison, comparing
from pintutor.lab.lab import Outcome
from pintutor.tui.arrangements import ComparePanes
from pintutor.tui.bars import bar
from pintutor.tui.compare_keys import COMPARE, COMPARE_KEYS, COMPARE_SCREEN
from pintutor.tui.desk import Desk
from pintutor.tui.hints import compare_hints, compare_keys_pane
from pintutor.tui.history import History
from pintutor.tui.keys import ARRANGE, OPENING, bindings
from pintutor.tui.keys_screen import KeysScreen
from pintutor.tui.looks import Look
from pintutor.tui.pane import RowsPane
from pintutor.tui.placing import Panes
from pintutor.tui.roaming import RoamingScreen
from pintutor.tui.shape import WIDE, compared_height
from pintutor.tui.time_bar import TimeBar
from pintutor.view.compare import compared_rows
from pintutor.view.panes import Pane
from pintutor.view.panes.asked import Asked
from pintutor.view.panes.catalogue import KINDS
from pintutor.view.panes.compare import (
    SIDES,
    Moments,
    answer_rows,
    bodies_rows,
    heads_rows,
    moments,
    pair_rows,
)


class CompareScreen(RoamingScreen):
    """Two kernels, over the lesson screen; it closes when they are left."""

    CSS = """
    CompareScreen { layout: vertical; overflow: hidden; }
    #bar, #heads, #time, #line, #ask, #prompt { height: 1; }
    #foot { height: 2; }
    #notice { display: none; height: 1fr; }
    #line { background: $background; }
    """
    BINDINGS: ClassVar[list[BindingType]] = bindings(
        (*COMPARE_KEYS, *COMPARE_SCREEN, *ARRANGE, *OPENING)
    )
    keys = COMPARE
    home = "source"
    parts = ("bar", "heads", "main", "time", "told", "ask", "foot")

    def __init__(self, desk: Desk, history: History, look: Look) -> None:
        self.panes = ComparePanes()
        super().__init__(desk, history, look, self.panes)
        self.side = ""
        """The side that was asked for; empty for what fits: both, or the left one."""
        self.bodies = False
        """True when both bodies are shown in place of what runs."""
        self.answer: tuple[str, Both] | None = None
        """What was asked of both, and what they say, until the next move."""
        self.note = ""
        """What the last line told besides."""
        self.outcome: Outcome | None = None
        """What came of the line that led away from the comparison."""
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
        pairs = (RowsPane(partial(self._pair, name), look, name) for name in KINDS)
        yield Panes(*pairs, name="main")
        yield TimeBar(self.desk, look, run=self.run_line, redraw=self.redraw)
        yield RowsPane(self._told, look, "told", titled=False)
        yield from self.bottom()

    def on_mount(self) -> None:
        """Begin in the source, or in the command line for who typed."""
        self.lay_out(self.app.size)
        self.size_prompt()
        self.returned()

    def fit(self, size: Size) -> None:
        """Show the panes that fit, and as much of what the step did."""
        self.panes.told = compared_height(size.height)
        self.pane("told").styles.height = self.panes.told
        super().fit(size)

    @property
    def shown(self) -> str:
        """One of SIDES: what there is to see of both."""
        fits = "both" if self._arranged.width >= WIDE else "left"
        return self.side or fits

    def refused(self) -> None:
        """Close the screen when the comparison was left before the line was refused."""
        if comparing(self.desk.lab) is None:
            self.dismiss()

    def happened(self, outcome: Outcome) -> None:
        """Close the screen when the kernels were left."""
        if comparing(self.desk.lab) is None:
            self.outcome = outcome
            self.dismiss()
            return
        told = outcome.result
        self.note = told.note if isinstance(told, Compared) else ""
        self.bodies = isinstance(told, Compared) and bool(told.left.body + told.right.body)
        self.answer = (outcome.line, told) if isinstance(told, Both) else None

    def quiet_enter(self) -> None:
        """Go back to the keys."""
        self.back_to_panes()

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
        asked = Asked(page=self.desk.asked.page, focus=self.desk.focus)
        return pair_rows(both, name, asked, width, height, side=self.shown)

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
