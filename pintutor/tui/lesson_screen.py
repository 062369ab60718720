"""The lesson screen: prose, source, page tables, pages, vmstat, time, a command line."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.events import Resize
from textual.geometry import Size

from pintutor.content.walk_commands import under_way
from pintutor.lab.lab import Outcome
from pintutor.tui.bars import bar, too_small
from pintutor.tui.desk import Desk
from pintutor.tui.history import History
from pintutor.tui.keys import KEYS, hints
from pintutor.tui.keys_screen import KeysScreen
from pintutor.tui.looks import Look
from pintutor.tui.pane import RowsPane
from pintutor.tui.race_screen import RaceScreen
from pintutor.tui.shape import LEAST, LEFT, PANES, RIGHT, ROWS, TABS, WIDE, heights
from pintutor.tui.working import WorkScreen
from pintutor.view.panes import Pane, question_open

STEPPING = ("step", "back", "next", "prev", "finish", "last")
"""Commands after which a narrow screen shows the source."""
LOOKING = ("why", "owners", "audit", "show", "help", "diff", "source", "patches")
"""Commands after which a narrow screen shows what they told."""


class LessonScreen(WorkScreen):
    """Where lessons are taken, and where one looks round without any."""

    CSS = """
    LessonScreen { layout: vertical; overflow: hidden; }
    #bar, #time, #line, #ask, #prompt { height: 1; }
    #foot { height: 2; }
    #main { height: 1fr; }
    #left { width: 2fr; }
    #right { width: 3fr; }
    #notice { display: none; height: 1fr; }
    #line { background: $background; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(key.key, f"line({key.line!r})", show=False) for key in KEYS),
        Binding("tab", "cycle(1)", show=False),
        Binding("shift+tab", "cycle(-1)", show=False),
        *(Binding(str(n), f"tab({name!r})", show=False) for n, name in enumerate(TABS, 1)),
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("left", "turn(-1)", show=False),
        Binding("right", "turn(1)", show=False),
        Binding("enter", "enter", show=False),
        Binding("q", "app.quit", show=False),
    ]

    def __init__(self, desk: Desk, history: History, look: Look) -> None:
        super().__init__(desk, history, look)
        self.tab = "lesson"
        self._arranged = Size()

    def compose(self) -> ComposeResult:
        """The panes, from top to bottom."""
        desk, look = self.desk, self.look
        yield RowsPane(self._bar, look, "bar", titled=False)
        with Horizontal(id="main"):
            with Vertical(id="left"):
                yield RowsPane(desk.lesson_pane, look, "lesson")
                yield RowsPane(desk.log.draw, look, "log")
            with Vertical(id="right"):
                yield RowsPane(desk.source_pane, look, "source", edge="│")
                yield RowsPane(
                    desk.tables_pane, look, "tables", edge="│", shows=desk.memory
                )
                yield RowsPane(desk.pages_pane, look, "pages", edge="│", shows=desk.memory)
                yield RowsPane(
                    desk.vmstat_pane, look, "vmstat", edge="│", shows=desk.memory
                )
        yield RowsPane(desk.time_pane, look, "time", titled=False)
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
        """Show the panes that fit, and give each its height."""
        self._arranged = size
        width, height = size
        tiny = width < LEAST[0] or height < LEAST[1]
        for name in (*ROWS, "notice"):
            self.query_one(f"#{name}").display = tiny == (name == "notice")
        if tiny:
            return
        shown = heights(width, height, self.tab)
        for name in PANES:
            pane = self.pane(name)
            pane.edge = "│" if name in RIGHT and not self.narrow else ""
            pane.display = name in shown
            pane.styles.height = shown.get(name) or "1fr"
        self.query_one("#left").display = any(name in shown for name in LEFT)
        self.query_one("#right").display = any(name in shown for name in RIGHT)

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
        if under_way(self.desk.lab) is not None:
            self._open_race()
        if command in STEPPING and self.tab in ("lesson", "log"):
            self.action_tab("source")
        elif command in LOOKING and self.narrow:
            self.action_tab("source" if command == "diff" else "log")
        elif command == "answer":
            self._panes()[0].focus()

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
        self.app.push_screen(KeysScreen(self.look))

    def _panes(self) -> list[RowsPane]:
        """The panes in sight that can have the focus."""
        shown = heights(*self.size, self.tab)
        return [self.pane(name) for name in (*LEFT, *RIGHT) if name in shown]

    def action_cycle(self, way: int) -> None:
        """Go to the next pane; on a narrow screen through all tabs."""
        shown = self._panes()
        at = shown.index(self.focused) if self.focused in shown else -1
        if 0 <= at + way < len(shown):
            shown[at + way].focus()
            return
        if self.narrow:
            self.action_tab(TABS[(TABS.index(self.tab) + way) % len(TABS)])
            shown = self._panes()
        shown[0 if way > 0 else -1].focus()

    def action_tab(self, name: str) -> None:
        """Show another tab of a narrow screen."""
        self.tab = name
        self._arrange(self.size)
        if self.focused is not self.command_line:
            self._panes()[0].focus()
        self.call_after_refresh(self.redraw)

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

    def _bar(self, width: int, height: int) -> Pane:
        return bar(self.desk.status(), width, tab=self.tab if self.narrow else "")

    def _foot(self, width: int, height: int) -> Pane:
        """What is wrong with the line, or its completions, or the keys."""
        told = self.command_line.below(self.pane("prompt").size.width, width)
        if told is None:
            told = hints(width, lesson=self.desk.session is not None)
        return Pane((), (), told)
