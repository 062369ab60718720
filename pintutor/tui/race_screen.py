"""The race screen: lanes of the CPUs and of what they race for, and who goes on."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.geometry import Size

from pintutor.content.races.lanes import Lanes, lanes
from pintutor.content.races.walk import Walk
from pintutor.content.races.walk_commands import under_way
from pintutor.lab.lab import Outcome
from pintutor.tui.arrangements import RacePanes
from pintutor.tui.bars import bar
from pintutor.tui.desk import Desk
from pintutor.tui.hints import race_hints, race_keys_pane, typing_hints
from pintutor.tui.history import History
from pintutor.tui.keys import OPENING, PANES, bindings
from pintutor.tui.keys_screen import KeysScreen
from pintutor.tui.looks import Look
from pintutor.tui.pane import RowsPane
from pintutor.tui.placing import Panes
from pintutor.tui.race_keys import ASKING, RACE, RACE_KEYS, RACE_SCREEN, turns
from pintutor.tui.roaming import RoamingScreen
from pintutor.tui.shape import cause_height, choices_height
from pintutor.view.panes import Pane
from pintutor.view.panes import race as drawing
from pintutor.view.panes.catalogue import KINDS

SHOWN_HERE = ("turn", "choices", "redo", "undo", "step", "back", "witness", "race", "goto")
"""Commands of which the lanes show all that came of them; of others the log does."""


class RaceScreen(RoamingScreen):
    """A race under way, over the lesson screen; it closes when the race is left."""

    CSS = """
    RaceScreen { layout: vertical; overflow: hidden; }
    #bar, #line, #ask, #prompt { height: 1; }
    #foot { height: 2; }
    #notice { display: none; height: 1fr; }
    #line { background: $background; }
    """
    BINDINGS: ClassVar[list[BindingType]] = bindings(
        (*RACE_KEYS, *turns(), *RACE_SCREEN, *PANES, *ASKING, *OPENING)
    )
    keys = RACE
    home = "lanes"
    parts = ("bar", "main", "cause", "ask", "foot")

    def __init__(self, desk: Desk, history: History, look: Look) -> None:
        self.panes = RacePanes(lesson=desk.session is not None)
        super().__init__(desk, history, look, self.panes)
        self.whole = False
        """True when turns that touch nothing of others are shown one by one."""
        self.notes: tuple[str, ...] = ()
        """What the last line told besides."""
        self.outcome: Outcome | None = None
        """What came of the line that led away from the race."""
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
        desk, look = self.desk, self.look
        yield RowsPane(self._bar, look, "bar", titled=False)
        yield Panes(
            RowsPane(self._lanes, look, "lanes"),
            RowsPane(desk.lesson_pane, look, "lesson"),
            RowsPane(desk.log.draw, look, "log"),
            *(
                RowsPane(desk.drawing(name), look, name, shows=desk.showing(name))
                for name in KINDS
            ),
            RowsPane(self._choices, look, "choices"),
            name="main",
        )
        yield RowsPane(self._cause, look, "cause", titled=False)
        yield from self.bottom()

    def on_mount(self) -> None:
        """Begin in the lanes, or in the command line for who typed."""
        self.lay_out(self.app.size)
        self.size_prompt()
        self.returned()

    def fit(self, size: Size) -> None:
        """Show the panes that fit, and give each its room."""
        width, height = size
        wanted = drawing.cause_height(self.walk, self._now(), width)
        self.panes.cause = cause_height(height, wanted)
        wanted = drawing.choices_height(self.walk, width)
        self.panes.below = choices_height(height, wanted)
        cause = self.pane("cause")
        cause.display, cause.styles.height = self.panes.cause > 0, self.panes.cause
        super().fit(size)

    @property
    def log_width(self) -> int:
        """Columns of the log, or of what it gets when it is shown."""
        log = self.pane("log")
        return (log.size.width if log.display else self.size.width) - 2

    def refused(self) -> None:
        """Close the screen when the race was left before the line was refused."""
        if under_way(self.desk.lab) is None:
            self.dismiss()

    def happened(self, outcome: Outcome) -> None:
        """Close the screen when the race was left; keep what the line told besides."""
        if under_way(self.desk.lab) is None:
            self.outcome = outcome
            self.dismiss()
            return
        notes = getattr(outcome.result, "notes", ())
        self.notes = (*notes, *outcome.notes)
        shown = self._shown_by(outcome.command)
        if shown:
            self.show_pane(shown, focus=outcome.command == "answer")
        self.lay_out(self.size)

    def _shown_by(self, command: str) -> str:
        """The pane where it stands what a command did; empty for one in sight."""
        if command in ("answer", "lesson", "skip"):
            return "lesson" if self.waits else "log"
        if command in SHOWN_HERE:
            return "lanes" if self.narrow else ""
        return "" if command in ("pane", "reset-panes") else "log"

    @property
    def waits(self) -> bool:
        """True when the race is one of the lesson that is under way."""
        session = self.desk.session
        return session is not None and (session.done or session.asks_for_race())

    @property
    def onward(self) -> str:
        """What the key that goes on does now; empty where no lesson waits."""
        return super().onward if self.waits else ""

    def action_go_on(self) -> None:
        """Go on with the lesson, or take the turn again that was taken back."""
        if self.waits:
            super().action_go_on()
        else:
            self.run_line("redo")

    def quiet_enter(self) -> None:
        """Go on with the lesson, or back to the keys."""
        if self.waits:
            self.action_go_on()
        else:
            self.back_to_panes()

    def action_whole(self) -> None:
        """Show every turn, or count those that nobody else sees."""
        self.whole = not self.whole
        self.redraw()

    def action_save(self) -> None:
        """Begin the line that saves the schedule."""
        self.command_line.begin("witness save ")

    def action_keys(self) -> None:
        """Show every key."""
        listing = partial(race_keys_pane, cpus=self.walk.cpus)
        self.app.push_screen(KeysScreen(self.desk.keymap, self.look, listing))

    def _now(self) -> Lanes:
        """The lanes, made once for each state of the race."""
        walk = self.walk
        key = (id(walk), walk.schedule, walk.at, self.whole)
        if self._drawn is None or self._drawn[0] != key:
            self._drawn = key, lanes(walk, whole=self.whole)
        return self._drawn[1]

    def _bar(self, width: int, height: int) -> Pane:
        return bar(self.desk.status(), width, tab="")

    def _lanes(self, width: int, height: int) -> Pane:
        return drawing.lanes_rows(self.walk, self._now(), width, height)

    def _choices(self, width: int, height: int) -> Pane:
        return drawing.choices_rows(self.walk, width, height)

    def _cause(self, width: int, height: int) -> Pane:
        return drawing.cause_rows(self.walk, self._now(), self.notes, width, height)

    def draw_foot(self, width: int, height: int) -> Pane:
        """What is wrong with the line, or its completions, or the keys."""
        if self.command_line.idle and self.waits:
            return typing_hints(width, self.desk.keymap, ahead=self.onward)
        told = self.command_line.below(self.pane("prompt").size.width, width)
        if told is None:
            keymap, cpus = self.desk.keymap, self.walk.cpus
            return race_hints(width, keymap, cpus, ahead=self.onward)
        return Pane((), (), told)
