"""The lesson screen: prose, source, page tables, pages, vmstat, time, a command line."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.events import Resize
from textual.geometry import Size

from pintutor.content.walk_commands import under_way
from pintutor.lab.lab import Outcome
from pintutor.tui.arranging import Arrangement
from pintutor.tui.bars import bar, too_small
from pintutor.tui.command_line import keypad
from pintutor.tui.desk import Desk
from pintutor.tui.history import History
from pintutor.tui.hints import hints
from pintutor.tui.keys import KEYS, SCREEN, TABS, bindings, numbers
from pintutor.tui.keys_screen import KeysScreen
from pintutor.tui.looks import Look
from pintutor.tui.pane import RowsPane
from pintutor.tui.placing import Panes
from pintutor.tui.race_screen import RaceScreen
from pintutor.tui.screens import BrowseScreen, opened
from pintutor.tui.shape import LEAST, ROWS, WIDE, Box, narration_rows
from pintutor.tui.time_bar import TimeBar
from pintutor.tui.working import WorkScreen
from pintutor.view.panes import Pane, question_open, shown_pages
from pintutor.view.panes.catalogue import KINDS
from pintutor.view.rows import Row

STEPPING = ("step", "back", "next", "prev", "finish", "back-finish", "run", "last")
"""Commands after which a narrow screen shows the source."""
LOOKING = ("why", "owners", "audit", "show", "help", "diff", "source", "patches")
"""Commands after which a narrow screen shows what they told."""


class LessonScreen(WorkScreen):
    """Where lessons are taken, and where one looks round without any."""

    CSS = """
    LessonScreen { layout: vertical; overflow: hidden; }
    #bar, #time, #line, #ask, #prompt { height: 1; }
    #foot { height: 2; }
    #notice { display: none; height: 1fr; }
    #line { background: $background; }
    """
    BINDINGS: ClassVar[list[BindingType]] = bindings((*KEYS, *numbers(), *SCREEN))

    def __init__(self, desk: Desk, history: History, look: Look) -> None:
        super().__init__(desk, history, look)
        self.arrangement = Arrangement()
        self._arranged = Size()
        self._boxes: dict[str, Box] = {}

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
            id="main",
        )
        yield TimeBar(desk, look, run=self.run_line, redraw=self.redraw)
        yield RowsPane(desk.narration_pane, look, "narration", titled=False)
        with Horizontal(id="ask"):
            yield RowsPane(self.draw_prompt, look, "prompt", titled=False)
            yield self.command_line
        yield RowsPane(self._foot, look, "foot", titled=False)
        yield RowsPane(too_small, look, "notice", titled=False)

    def on_mount(self) -> None:
        """Begin in the command line, or in the lesson when one is under way."""
        # Before the first layout, so that what is painted first is what stays.
        self._arrange(self.app.size)
        self.size_prompt()
        if self.desk.session is None:
            self.command_line.focus()
        else:
            self.pane("lesson").focus()

    def on_resize(self, event: Resize) -> None:
        """Choose the shape that fits the terminal."""
        if event.size != self._arranged:
            self._arrange(event.size)

    @property
    def narrow(self) -> bool:
        """True when the panes do not fit side by side."""
        return self._arranged.width < WIDE

    def _arrange(self, size: Size) -> None:
        """Show the panes that fit, and give each its place."""
        self._arranged = size
        width, height = size
        tiny = width < LEAST[0] or height < LEAST[1]
        for name in (*ROWS, "notice"):
            self.query_one(f"#{name}").display = tiny == (name == "notice")
        if tiny:
            return
        self.arrangement.notice(self.desk.now)
        self._boxes = self.arrangement.boxes(width, height)
        self.query_one("#main", Panes).place(self._boxes)
        self.pane("narration").styles.height = narration_rows(height)

    def rearrange(self) -> None:
        """Show the panes that are asked for now."""
        self._arrange(self.size)
        if isinstance(self.focused, RowsPane) and self.focused.id not in self._boxes:
            self.back_to_panes()
        self.call_after_refresh(self.redraw)

    def redraw(self) -> None:
        """Draw every pane that is in sight anew, and those that came to have something."""
        if self._arranged and self.arrangement.notice(self.desk.now):
            self.rearrange()
        super().redraw()

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
            self._open_race()
        if command in STEPPING and self.arrangement.tab in ("lesson", "log"):
            self.show_pane("source", focus=False)
        elif command in LOOKING and self.narrow:
            self.show_pane("source" if command == "diff" else "log", focus=False)
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

    def _open_race(self) -> None:
        """Show the race that is under way, until it is left."""

        def left(_: None) -> None:
            self.size_prompt()
            self.redraw()

        self.app.push_screen(RaceScreen(self.desk, self.history, self.look), left)

    def quiet_enter(self) -> None:
        """Begin the first lesson where none is under way."""
        if self.desk.session is None:
            self.action_line("go")
            self.pane("lesson").focus()

    def back_to_panes(self) -> None:
        """Put the focus on the first pane in sight."""
        self._panes()[0].focus()

    def action_enter(self) -> None:
        """Go on with the lesson, or begin the first."""
        self.action_line("go")

    def action_keys(self) -> None:
        """Show every key."""
        self.app.push_screen(KeysScreen(self.desk.keymap, self.look))

    def _panes(self) -> list[RowsPane]:
        """The panes in sight that can have the focus."""
        return [self.pane(name) for name in self._boxes]

    def show_pane(self, name: str, *, focus: bool = True) -> None:
        """Bring a pane into sight; with `focus`, keys go to it."""
        if name not in self._boxes or self.narrow:
            self.arrangement.choose(name)
            self.rearrange()
        if focus or isinstance(self.focused, RowsPane):
            self.pane(name if focus else next(iter(self._boxes))).focus()

    def action_cycle(self, way: int) -> None:
        """Go to the next pane; on a narrow screen through all tabs."""
        shown = self._panes()
        at = shown.index(self.focused) if self.focused in shown else -1
        if 0 <= at + way < len(shown):
            shown[at + way].focus()
            return
        if self.narrow:
            tab = TABS[(TABS.index(self.arrangement.tab) + way) % len(TABS)]
            self.show_pane(self.arrangement.in_tab(tab)[0])
            shown = self._panes()
        shown[0 if way > 0 else -1].focus()

    def action_tab(self, tab: str) -> None:
        """Go to the panes that belong together under a number; again for the next."""
        names = self.arrangement.in_tab(tab)
        here = self.focused.id if self.focused is not None else None
        at = names.index(here) + 1 if here in names else 0
        self.show_pane(names[at % len(names)], focus=self.focused != self.command_line)

    def action_zoom(self) -> None:
        """Give the pane with the focus all the room, or give it back."""
        if isinstance(self.focused, RowsPane):
            self.arrangement.zoom(self.focused.id or "")
            self.rearrange()

    def action_shift(self, way: int) -> None:
        """Let the pane with the focus change places with a neighbour."""
        name = self.focused.id if isinstance(self.focused, RowsPane) else None
        if name and self.arrangement.shift(name, [*self._boxes], way):
            self.rearrange()

    def on_descendant_focus(self) -> None:
        """Let the pane with the focus show more, where it has more."""
        self.desk.focus = self.focused.id or "" if self.focused is not None else ""
        self.redraw()

    def action_move(self, way: int) -> None:
        """Scroll the pane, or choose another page."""
        if self.focused is self.pane("pages"):
            self.desk.choose_page(way)
            self.pane("pages").redraw()
            self.pane("foot").redraw()
        elif isinstance(self.focused, RowsPane):
            self.focused.scroll_rows(way)

    def action_page(self, way: int) -> None:
        """Scroll the pane by its height."""
        if isinstance(self.focused, RowsPane):
            self.focused.scroll_rows(way * self.focused.page)

    def action_turn(self, way: int) -> None:
        """Show another face of the source."""
        self.desk.turn(way)
        self.pane("source").redraw()

    async def on_rows_pane_clicked(self, event: RowsPane.Clicked) -> None:
        """Choose the page that was clicked."""
        # What stands there is done by WorkScreen: Textual calls the handler of each class.
        if event.hit is None and event.pane.id == "pages":
            self._choose(event.pane.rows_up_from(event.y))

    def _choose(self, rows: list[Row]) -> None:
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

    def _foot(self, width: int, height: int) -> Pane:
        """What is wrong with the line, or its completions, or the keys."""
        told = self.command_line.below(self.pane("prompt").size.width, width)
        if told is None:
            lesson = self.desk.session is not None
            return hints(width, self.desk.keymap, lesson=lesson)
        if not self.command_line.value.startswith("answer ") or len(told) > 1:
            return Pane((), (), told)
        pad, hits = keypad(self.pane("prompt").size.width)
        return Pane((), (), (*told, pad), hits=hits)
