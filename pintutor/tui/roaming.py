"""RoamingScreen: a screen to work on, with the lesson, if one is under way, in a pane."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pintutor.lab.errors import CommandError
from pintutor.lab.lab import Outcome
from pintutor.tui.command_line import CommandLine
from pintutor.tui.paned import PanedScreen
from pintutor.tui.screens import opened
from pintutor.tui.waiting import Awaited

if TYPE_CHECKING:
    from pintutor.tui.compare_screen import CompareScreen
    from pintutor.tui.race_screen import RaceScreen
    from pintutor.tui.screens.browsing import BrowseScreen


class RoamingScreen(PanedScreen):
    """Lines that ask for the lessons, patches, letters or glossary open those over it.

    One key goes on with the lesson, on any screen that has its pane.
    """

    @property
    def onward(self) -> str:
        """What the key that goes on does now, in a few words; empty for nothing."""
        lesson = self.pane("lesson")
        if not self.desk.goes_on:
            return ""
        if not lesson.display:
            return "show the lesson" if self.desk.session else "show the welcome"
        return "read on" if lesson.more_below else self.desk.goes_on

    def action_go_on(self) -> None:
        """Bring the lesson into sight, read on in it, begin an answer, or run its line."""
        lesson, ahead = self.pane("lesson"), self.desk.ahead
        if not self.desk.goes_on:
            return
        if not lesson.display:
            self.show_pane("lesson")
        elif lesson.more_below:
            lesson.scroll_rows(lesson.page)
        elif ahead.begins is not None:
            self.command_line.begin(ahead.begins)
        else:
            self.run_line(ahead.line)

    def action_line(self, template: str) -> None:
        """Run the line that a key stands for, or begin it where a word lacks."""
        line = self.desk.line(template)
        if line.endswith(" "):
            self.command_line.begin(line)
        else:
            self.run_line(line)

    def on_rows_pane_scrolled(self) -> None:
        """Say anew what goes on from here: reading, perhaps no more."""
        self.pane("foot").redraw()

    def on_command_line_pasted(self, event: CommandLine.Pasted) -> None:
        """Run the lines that were pasted, one after the other."""
        self.desk.pasted = event.lines
        self.run_pasted()

    def run_pasted(self) -> None:
        """Run the next line that was pasted, on the screen that is on top now."""
        here = self.app.screen
        if self.desk.pasted and isinstance(here, RoamingScreen):
            line = self.desk.pasted.pop(0).strip()
            here.history.add(line)
            here.run_line(line, typed=True)

    def _came(self, job: Awaited, *, typed: bool) -> None:
        super()._came(job, typed=typed)
        if job.error is None:
            self.call_after_refresh(self.run_pasted)
            return
        left, error = len(self.desk.pasted), job.error
        self.desk.pasted = []
        if left and isinstance(error, CommandError):
            told = f"{error.message}; of the pasted lines {left} did not run"
            again = CommandError(told, error.at, code=error.code, hint=error.hint)
            self.command_line.refuse(job.line, again)

    def came(self, outcome: Outcome) -> None:
        """Open what the line asks for, or show what it did."""
        screen = opened(outcome, self.desk, self.history, self.look)
        if screen is None:
            self.happened(outcome)
        else:
            self.over(screen)

    def over(self, screen: BrowseScreen | RaceScreen | CompareScreen) -> None:
        """Show a screen over this one, until it is left."""

        def left(_: None) -> None:
            self.size_prompt()
            if screen.outcome is not None:
                self.came(screen.outcome)
            self.returned()
            self.redraw()

        self.app.push_screen(screen, left)

    def happened(self, outcome: Outcome) -> None:
        """Show what a line did that opens nothing to browse in."""
        raise AssertionError("each screen shows it in its own way")

    def returned(self) -> None:
        """Put the focus where who typed goes on typing, and who pressed keys pressing."""
        if self.desk.typing:
            self.set_focus(self.command_line)
        else:
            self.back_to_panes()
