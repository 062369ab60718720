"""The race screen: lanes of the CPUs and of what they race for, and who goes on."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.geometry import Size

from pintutor.content.races.lanes import Lanes, lanes
from pintutor.content.races.walk import Walk
from pintutor.content.races.walk_commands import under_way
from pintutor.lab.lab import Outcome
from pintutor.tui.bars import bar
from pintutor.tui.desk import Desk
from pintutor.tui.hints import race_hints, race_keys_pane
from pintutor.tui.history import History
from pintutor.tui.keys import RACE, RACE_KEYS, RACE_SCREEN, bindings, turns
from pintutor.tui.keys_screen import KeysScreen
from pintutor.tui.looks import Look
from pintutor.tui.pane import RowsPane
from pintutor.tui.shape import WIDE, race_heights
from pintutor.tui.working import WorkScreen
from pintutor.view.panes import Pane
from pintutor.view.panes.race import (
    cause_rows,
    choices_height,
    choices_rows,
    heads_rows,
    lanes_rows,
)

SIDE = 52
"""Columns of the source beside the lanes, on a wide screen."""


class RaceScreen(WorkScreen):
    """A race under way, over the lesson screen; it closes when the race is left."""

    CSS = f"""
    RaceScreen {{ layout: vertical; overflow: hidden; }}
    #bar, #line, #ask, #prompt {{ height: 1; }}
    #foot {{ height: 2; }}
    #main {{ height: 1fr; }}
    #race {{ width: 1fr; }}
    #side {{ width: {SIDE}; }}
    #notice {{ display: none; height: 1fr; }}
    #line {{ background: $background; }}
    """
    BINDINGS: ClassVar[list[BindingType]] = bindings((*RACE_KEYS, *turns(), *RACE_SCREEN))
    keys = RACE
    parts = ("bar", "main", "choices", "cause", "ask", "foot")

    def __init__(self, desk: Desk, history: History, look: Look) -> None:
        super().__init__(desk, history, look)
        self.whole = False
        """True when turns that touch nothing of others are shown one by one."""
        self.notes: tuple[str, ...] = ()
        """What the last line told besides."""
        self._drawn: tuple[object, Lanes] | None = None
        self._last = self.walk
        """The race that is drawn until this screen is gone, though it was left."""

    @property
    def walk(self) -> Walk:
        """The race under way, or the one that was left just now."""
        walk = under_way(self.desk.lab)
        if walk is not None:
            self._last = walk
        return self._last

    def compose(self) -> ComposeResult:
        """The panes, from top to bottom."""
        look = self.look
        yield RowsPane(self._bar, look, "bar", titled=False)
        with Horizontal(id="main"):
            with Vertical(id="race"):
                yield RowsPane(self._heads, look, "heads", titled=False)
                yield RowsPane(self._lanes, look, "lanes")
            with Vertical(id="side"):
                yield RowsPane(self.desk.drawing("source"), look, "source", edge="│")
                yield RowsPane(self.desk.drawing("pages"), look, "pages", edge="│")
        yield RowsPane(self._choices, look, "choices")
        yield RowsPane(self._cause, look, "cause", titled=False)
        yield from self.bottom()

    def on_mount(self) -> None:
        """Begin in the lanes."""
        self.lay_out(self.app.size)
        self.size_prompt()
        self.pane("lanes").focus()

    def fit(self, size: Size) -> None:
        """Show the panes that fit, and give each its height."""
        width, height = size
        self.query_one("#side").display = width >= WIDE
        for name, rows in race_heights(height, choices_height(self.walk, width)).items():
            self.pane(name).display = rows > 0
            self.pane(name).styles.height = rows

    def came(self, outcome: Outcome) -> None:
        """Close the screen when the race was left; keep what the line told besides."""
        if under_way(self.desk.lab) is None:
            self.dismiss()
            return
        notes = getattr(outcome.result, "notes", ())
        self.notes = (*notes, *outcome.notes)
        self.lay_out(self.size)

    def back_to_panes(self) -> None:
        """Put the focus on the lanes."""
        self.pane("lanes").focus()

    def quiet_enter(self) -> None:
        """Go back to the keys."""
        self.back_to_panes()

    def action_line(self, line: str) -> None:
        """Run the line that a key stands for."""
        self.run_line(line)

    def action_whole(self) -> None:
        """Show every turn, or count those that nobody else sees."""
        self.whole = not self.whole
        self.redraw()

    def action_save(self) -> None:
        """Begin the line that saves the schedule."""
        self.command_line.begin("witness save ")

    def action_keys(self) -> None:
        """Show every key."""
        self.app.push_screen(KeysScreen(self.desk.keymap, self.look, race_keys_pane))

    def action_move(self, way: int) -> None:
        """Scroll the pane that has the focus."""
        if isinstance(self.focused, RowsPane):
            self.focused.scroll_rows(way)

    def action_page(self, way: int) -> None:
        """Scroll the pane by its height."""
        if isinstance(self.focused, RowsPane):
            self.focused.scroll_rows(way * self.focused.page)

    def _now(self) -> Lanes:
        """The lanes, made once for each state of the race."""
        walk = self.walk
        key = (id(walk), walk.schedule, walk.at, self.whole)
        if self._drawn is None or self._drawn[0] != key:
            self._drawn = key, lanes(walk, whole=self.whole)
        return self._drawn[1]

    def _bar(self, width: int, height: int) -> Pane:
        return bar(self.desk.status(), width, tab="")

    def _heads(self, width: int, height: int) -> Pane:
        return heads_rows(self._now(), width, height)

    def _lanes(self, width: int, height: int) -> Pane:
        return lanes_rows(self._now(), width, height)

    def _choices(self, width: int, height: int) -> Pane:
        return choices_rows(self.walk, width, height)

    def _cause(self, width: int, height: int) -> Pane:
        return cause_rows(self.walk, self._now(), self.notes, width, height)

    def draw_foot(self, width: int, height: int) -> Pane:
        """What is wrong with the line, or its completions, or the keys."""
        told = self.command_line.below(self.pane("prompt").size.width, width)
        if told is None:
            return race_hints(width, self.desk.keymap, self.walk.cpus)
        return Pane((), (), told)
