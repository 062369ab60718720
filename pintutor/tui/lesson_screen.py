"""The lesson screen: prose, source, page tables, pages, vmstat, time, a command line."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.geometry import Size

from pintutor.content.races.walk_commands import under_way
from pintutor.lab.comparing import comparing
from pintutor.lab.lab import Outcome
from pintutor.tui.arrangements import LessonPanes
from pintutor.tui.bars import bar
from pintutor.tui.compare_screen import CompareScreen
from pintutor.tui.desk import Desk
from pintutor.tui.hints import hints, keys_pane, typing_hints
from pintutor.tui.history import History
from pintutor.tui.keys import KEYS, LESSON, SCREEN, bindings, numbers
from pintutor.tui.keys_screen import KeysScreen
from pintutor.tui.looks import Look
from pintutor.tui.pane import RowsPane
from pintutor.tui.placing import Panes
from pintutor.tui.race_screen import RaceScreen
from pintutor.tui.roaming import RoamingScreen
from pintutor.tui.shape import ROWS, narration_rows, time_rows
from pintutor.tui.time_bar import TimeBar
from pintutor.view.panes import Pane, question_open
from pintutor.view.panes.catalogue import KINDS

STEPPING = ("step", "back", "next", "prev", "finish", "back-finish", "run", "last")
"""Commands after which a narrow screen shows the source."""
LOOKING = (
    *("why", "owners", "audit", "show", "help", "diff", "source", "patches", "kernels"),
    *("branches", "timeline", "events", "find", "flags", "watches", "cleanup", "draw"),
    *("expect", "explore", "bisect", "races", "jobs", "save", "export", "submit"),
    *("progress", "class", "rules", "keys"),
)
"""Commands after which a narrow screen shows what they told."""


class LessonScreen(RoamingScreen):
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
    parts = ROWS

    def __init__(self, desk: Desk, history: History, look: Look) -> None:
        self.panes = LessonPanes()
        super().__init__(desk, history, look, self.panes)

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

    def fit(self, size: Size) -> None:
        """Show the panes that fit, and as much of the timeline and of what is told."""
        super().fit(size)
        self.pane("time").styles.height = time_rows(size.height)
        self.pane("narration").styles.height = narration_rows(size.height)

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
        if template == "go":
            self.action_go_on()
        else:
            super().action_line(template)

    @property
    def log_width(self) -> int:
        """Columns of the log, or of what it gets when it is shown."""
        log = self.pane("log")
        return (log.size.width if log.display else self.size.width) - 2

    def happened(self, outcome: Outcome) -> None:
        """Show where a command tells what it found, and let the next one come."""
        command = outcome.command
        if under_way(self.desk.lab) is not None:
            self.over(RaceScreen(self.desk, self.history, self.look))
        elif comparing(self.desk.lab) is not None:
            self.over(CompareScreen(self.desk, self.history, self.look))
        told = self.panes.tab in ("lesson", "log") and not self.desk.note
        if command in STEPPING and self.narrow and told:
            self.show_pane("source", focus=False)
        elif command in LOOKING and self.narrow:
            self.show_pane("source" if command == "diff" else "log", focus=False)
        elif command in ("answer", "lesson") and self.narrow:
            self.show_pane("lesson")  # where it stands what came of it
        elif command == "answer":
            self.back_to_panes()

    def action_tab(self, tab: str) -> None:
        """Go to the panes that belong together under a number; again for the next."""
        names = self.panes.in_tab(tab)
        at = names.index(self.here) + 1 if self.here in names else 0
        self.show_pane(names[at % len(names)], focus=self.focused != self.command_line)

    def quiet_enter(self) -> None:
        """Go on with the lesson, or begin the first."""
        begun = self.desk.session is not None
        self.action_go_on()
        if not begun and self.desk.session is not None:
            self.pane("lesson").focus()

    def begins_line(self, key: str) -> bool:
        """Begin an answer too, by its first digit, for who reads the question."""
        reads = self.here == "lesson" and question_open(self.desk.session)
        if reads and key.isdecimal():
            self.command_line.begin(f"answer {key}")
            return True
        return super().begins_line(key)

    def action_keys(self) -> None:
        """Show every key."""
        here = self.focused.id if self.focused is not None else None
        listing = partial(keys_pane, pane=KINDS.get(here or ""))
        self.app.push_screen(KeysScreen(self.desk.keymap, self.look, listing))

    def action_turn(self, way: int) -> None:
        """Show another face of the source."""
        self.desk.turn(way)
        self.pane("source").redraw()

    def _bar(self, width: int, height: int) -> Pane:
        tab = self.panes.tab if self.narrow else ""
        return bar(self.desk.status(), width, tab=tab)

    def draw_foot(self, width: int, height: int) -> Pane:
        """What is wrong with the line, or its completions, or the keys."""
        if not self.command_line.idle:
            told = self.command_line.below(self.pane("prompt").size.width, width)
            if told is not None:
                return Pane((), (), told)
        draw = typing_hints if self.command_line.idle else hints
        return draw(width, self.desk.keymap, ahead=self.onward)
