"""The lesson screen: prose, source, page tables, pages, vmstat, time, a command line."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from pintutor.content.races.walk_commands import under_way
from pintutor.lab.comparing import comparing
from pintutor.lab.lab import Outcome
from pintutor.tui.bars import bar
from pintutor.tui.command_line import keypad
from pintutor.tui.compare_screen import CompareScreen
from pintutor.tui.hints import hints, keys_pane
from pintutor.tui.keys import KEYS, LESSON, SCREEN, bindings, numbers
from pintutor.tui.keys_screen import KeysScreen
from pintutor.tui.pane import RowsPane
from pintutor.tui.paned import PanedScreen
from pintutor.tui.placing import Panes
from pintutor.tui.race_screen import RaceScreen
from pintutor.tui.screens import BrowseScreen, opened
from pintutor.tui.time_bar import TimeBar
from pintutor.tui.working import WorkScreen
from pintutor.view.panes import Pane, question_open, shown_pages
from pintutor.view.panes.catalogue import KINDS
from pintutor.view.rows import Row

STEPPING = ("step", "back", "next", "prev", "finish", "back-finish", "run", "last")
"""Commands after which a narrow screen shows the source."""
LOOKING = (
    *("why", "owners", "audit", "show", "help", "diff", "source", "patches"),
    "progress",
)
"""Commands after which a narrow screen shows what they told."""


class LessonScreen(PanedScreen):
    """Where lessons are taken, and where one looks round without any."""

    CSS = """
    LessonScreen { layout: vertical; overflow: hidden; }
    #bar, #time, #line, #ask, #prompt { height: 1; }
    #foot { height: 2; }
    #notice { display: none; height: 1fr; }
    #line { background: $background; }
    """
    BINDINGS: ClassVar[list[BindingType]] = bindings((*KEYS, *numbers(), *SCREEN))
    keys = LESSON

    def compose(self) -> ComposeResult:
        """The panes, from top to bottom."""
        desk, look = self.desk, self.look
        yield RowsPane(self._bar, look, "bar", titled=False)
        yield Panes(
            RowsPane(desk.lesson_pane, look, "lesson"),
            RowsPane(desk.log.draw, look, "log"),
            *(
                RowsPane(desk.drawing(name), look, name, shows=desk.showing(name))
                for name in KINDS
            ),
            name="main",
        )
        yield TimeBar(desk, look, run=self.run_line, redraw=self.redraw)
        yield RowsPane(desk.narration_pane, look, "narration", titled=False)
        yield from self.bottom()

    def on_mount(self) -> None:
        """Begin in the command line, or in the lesson when one is under way."""
        # Before the first layout, so that what is painted first is what stays.
        self.lay_out(self.app.size)
        self.size_prompt()
        if self.look.problem:
            self.desk.log.notice(self.look.problem, self.desk.lab.kernel_name)
        if self.desk.session is None:
            self.command_line.focus()
        else:
            self.pane("lesson").focus()

    def action_line(self, template: str) -> None:
        """Run the line that a key stands for."""
        lesson = self.pane("lesson")
        if template != "go":
            self.run_line(self.desk.line(template))
        elif lesson.display and lesson.more_below:
            lesson.scroll_rows(lesson.page)
        elif question_open(self.desk.session):
            self.command_line.begin("answer ")
        else:
            self.run_line(self.desk.line(template))

    @property
    def log_width(self) -> int:
        """Columns of the log."""
        return self.pane("log").size.width - 2

    def came(self, outcome: Outcome) -> None:
        """Show where a command tells what it found, and let the next one come."""
        command = outcome.command
        screen = opened(outcome, self.desk, self.history, self.look)
        if screen is not None:
            self._browse(screen)
            return
        if under_way(self.desk.lab) is not None:
            self._over(RaceScreen(self.desk, self.history, self.look))
        elif comparing(self.desk.lab) is not None:
            self._over(CompareScreen(self.desk, self.history, self.look))
        told = self.arrangement.tab in ("lesson", "log")
        if command in STEPPING and self.narrow and told:
            self.show_pane("source", focus=False)
        elif command in LOOKING and self.narrow:
            self.show_pane("source" if command == "diff" else "log", focus=False)
        elif command == "answer" and self.narrow:
            self.show_pane("lesson")  # where it stands what came of it
        elif command == "answer":
            self.back_to_panes()

    def _browse(self, screen: BrowseScreen) -> None:
        """Show a screen to browse in; do what the line asks for that led away from it."""

        def left(_: None) -> None:
            self.size_prompt()
            if screen.outcome is not None:
                self.came(screen.outcome)
            if self.desk.session is not None:
                self.back_to_panes()
            self.redraw()

        self.app.push_screen(screen, left)

    def _over(self, screen: WorkScreen) -> None:
        """Show the race or the comparison that is under way, until it is left."""

        def left(_: None) -> None:
            self.size_prompt()
            self.redraw()

        self.app.push_screen(screen, left)

    def quiet_enter(self) -> None:
        """Begin the first lesson where none is under way."""
        if self.desk.session is None:
            self.action_line("go")
            self.pane("lesson").focus()

    def action_enter(self) -> None:
        """Go on with the lesson, or begin the first."""
        self.action_line("go")

    def action_keys(self) -> None:
        """Show every key."""
        here = self.focused.id if self.focused is not None else None
        listing = partial(keys_pane, pane=KINDS.get(here or ""))
        self.app.push_screen(KeysScreen(self.desk.keymap, self.look, listing))

    def action_turn(self, way: int) -> None:
        """Show another face of the source."""
        self.desk.turn(way)
        self.pane("source").redraw()

    async def on_rows_pane_clicked(self, event: RowsPane.Clicked) -> None:
        """Choose the page that was clicked."""
        # What stands there is done by WorkScreen: Textual calls the handler of each class.
        if event.hit is None and event.pane.id == "pages":
            self._choose(event.above)

    def _choose(self, rows: tuple[Row, ...]) -> None:
        """Choose the page whose name stands in the first of these rows that has one."""
        names = set(shown_pages(self.desk.now).values())
        found = [text.strip("›~ ") for one in rows for text, _ in one]
        page = next((name for name in found if name in names), None)
        if page is not None:
            self.desk.chosen = page
            self.redraw()

    def _bar(self, width: int, height: int) -> Pane:
        tab = self.arrangement.tab if self.narrow else ""
        return bar(self.desk.status(), width, tab=tab)

    def draw_foot(self, width: int, height: int) -> Pane:
        """What is wrong with the line, or its completions, or the keys."""
        told = self.command_line.below(self.pane("prompt").size.width, width)
        if told is None:
            lesson = self.desk.session is not None
            return hints(width, self.desk.keymap, lesson=lesson)
        if not self.command_line.value.startswith("answer ") or len(told) > 1:
            return Pane((), (), told)
        pad, hits = keypad(self.pane("prompt").size.width)
        return Pane((), (), (*told, pad), hits=hits)
