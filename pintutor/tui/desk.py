"""Desk: what the screen shows and what keys mean, without any widget."""

from __future__ import annotations

from collections.abc import Callable

import pintutor.classroom.commands
import pintutor.content.commands
import pintutor.lab.commands
import pintutor.recording.export_command
import pintutor.tui.key_commands
import pintutor.view.races
import pintutor.view.theme_command  # noqa: F401  (declares commands)
from pintutor.content.catalogue import Listed, lessons
from pintutor.content.course_map import Place, next_up, outline
from pintutor.content.learner.progress import Store
from pintutor.content.session import Session
from pintutor.lab.beside import Arrival, arrived
from pintutor.lab.errors import CommandError
from pintutor.lab.lab import Lab, Outcome
from pintutor.lab.registry import REGISTRY
from pintutor.lab.results import Moved, PatchDiff
from pintutor.tui.ahead import Ahead, ahead
from pintutor.tui.asking import watchable
from pintutor.tui.keymap import load
from pintutor.tui.log import Log
from pintutor.tui.patch_near import patch_near
from pintutor.view import panes
from pintutor.view.panes import Pane
from pintutor.view.panes.asked import Asked
from pintutor.view.panes.catalogue import KINDS
from pintutor.view.panes.lab import lab_rows
from pintutor.view.rows import Row

MOVING = (
    *("step", "back", "next", "prev", "finish", "back-finish"),
    *("goto", "undo", "redo"),
)
"""Commands that look through the history at most once."""
SOON = 10_000
"""Steps of a history that is looked through in no time."""
COUNTER = "nr_foll_pin_acquired"
"""The counter that is asked about when none has changed."""


class Desk:
    """A lab, the log of what was done in it, and what is looked at."""

    def __init__(self, lab: Lab, *, offered: str = "") -> None:
        self.lab = lab
        self.offered = offered
        """What `resume` would go on with; empty once there is work of this sitting."""
        self.log = Log()
        self.now = panes.moment(lab)
        self.face = ""
        """The face of the source that was asked for; empty for what ran."""
        self.shown = ""
        """The patch that `diff` showed last; the source pane compares with it first."""
        self.function = ""
        """A function to show in place of the one at the cursor."""
        self.free = False
        """True once `lab` was asked for."""
        self.typing = False
        """True when the last line was typed: who types goes on typing."""
        self.focus = ""
        """The pane that has the focus."""
        self.keymap = load()
        for problem in self.keymap.problems:
            self.log.notice(problem, lab.kernel_name)
        self.chosen = ""
        """The page that the learner chose to ask about; empty for the last to change."""
        self.pasted: list[str] = []
        """Lines that were pasted and have not run yet."""
        self.note = ""
        """What there is to say of where the last line went, or why it went nowhere."""
        self.pace = ""
        """How fast `run` shows its steps now; empty when nothing runs."""
        self.lessons: list[Listed] = lessons()
        self.next_up = self._next_up()
        """The lesson that comes next, where none is under way."""
        self._welcome: dict[int, Pane] = {}

    @property
    def session(self) -> Session | None:
        """The lesson under way."""
        session = self.lab.session
        return session if isinstance(session, Session) else None

    def brief(self, line: str) -> bool:
        """True when a line takes no longer than a moment, whatever it is to find."""
        command = REGISTRY.get(line.partition(" ")[0])
        moves = command is not None and command.name in MOVING
        return moves and self.lab.timeline.total <= SOON

    def run(self, line: str, *, width: int = 80) -> Outcome:
        """Carry out a line and log it (CommandError, which is logged too)."""
        kernel = self.lab.kernel_name
        try:
            outcome = self.lab.execute(line)
        except CommandError as error:
            self.log.error(error, line, kernel, width)
            raise
        if isinstance(outcome.result, Outcome):  # `go` returns what its line did
            notes = outcome.notes
            outcome = outcome.result
            self.log.outcome(self.lab, outcome, kernel, width, notes)
        elif outcome.command:
            self.log.outcome(self.lab, outcome, kernel, width)
        self.now = panes.moment(self.lab)
        self.note = outcome.result.note if isinstance(outcome.result, Moved) else ""
        self.free = self.free or outcome.command == "lab"
        if self.session is None and not self.lab.timeline.entries:
            self.next_up = self._next_up()
            self._welcome.clear()
        if self.offered and (self.session or outcome.total or outcome.command == "resume"):
            self.offered = ""
            self._welcome.clear()
        if isinstance(outcome.result, PatchDiff):
            self._turn_to(outcome.result)
        elif outcome.changes or isinstance(outcome.result, Moved):
            self.function = ""
        return outcome

    def arrived(self, *, width: int = 80) -> tuple[Arrival, ...]:
        """Log what the jobs came to that have ended; returns it."""
        found = arrived(self.lab)
        for one in found:
            kernel = f"job {one.number}"
            if one.error is None:
                self.log.outcome(self.lab, one.outcome, kernel, width)
            else:
                self.log.error(one.error, one.outcome.line, kernel, width)
        if found:
            self.now = panes.moment(self.lab)
        return found

    def interrupted(self, line: str) -> None:
        """Log a line that was taken back."""
        self.log.interrupted(line, self.lab.kernel_name)
        self.now = panes.moment(self.lab)

    def scrub(self, step: int) -> None:
        """Stand at a step for a moment, on the way to where a line goes.

        Nobody but the panes takes notice: neither the log, nor a lesson, nor autosave.
        """
        with self.lab.machine:
            self.lab.timeline.seek(step)
        self.now = panes.moment(self.lab)
        self.function = ""
        self.note = ""

    def _turn_to(self, diff: PatchDiff) -> None:
        """Show a patch in the source pane, or at the second time what ran again."""
        changed = [each.function for each in diff.functions]
        here = self.now.event.function if self.now.event else ""
        ran = [name for name in self._ran() if name in changed]
        self.face = "" if self.face == "diff" and self.shown == diff.name else "diff"
        self.shown = diff.name
        self.function = ""
        if self.face and changed and here not in changed:
            self.function = (ran or changed)[0]

    def _ran(self) -> list[str]:
        """The functions that the last commands ran, the latest first."""
        latest = reversed(self.lab.timeline.entries[-8:])
        return [event.function for entry in latest for event in reversed(entry.events)]

    def line(self, template: str) -> str:
        """The line that a key stands for now; it ends in a blank where a word lacks."""
        if template == "go":
            return self.ahead.line
        if "{" not in template:
            return template
        field, patch = self.subject, self.patch
        return template.format(field=field, patch=patch, value=watchable(field))

    @property
    def ahead(self) -> Ahead:
        """What the key that goes on does now."""
        return ahead(self.session, self.offered, self.lessons, self.next_up)

    def _next_up(self) -> Place | None:
        store = Store()
        kept = store.load()
        for problem in store.tell():
            self.log.notice(problem, self.lab.kernel_name)
        return next_up(outline(self.lessons, kept), kept)

    @property
    def goes_on(self) -> str:
        """What that is, in a few words; nothing where one looks round by oneself."""
        return self.ahead.label if self.session or not self._alone else ""

    @property
    def _alone(self) -> bool:
        return self.free or bool(self.lab.timeline.entries)

    @property
    def subject(self) -> str:
        """The field that `why` and `last` ask about: of the pane that has the focus.

        In the page tables it is the entry that is walked to, in vmstat the counter that
        changed last, elsewhere the count of a page.
        """
        address = self.now.address
        if self.focus == "tables" and address is not None:
            place = self.lab.names.place(address)
            return f"{place}.pte" if place.endswith("]") else self.field
        if self.focus == "vmstat":
            changed = [one.field for one in self.now.changes if one.subject == "vmstat"]
            return f"vmstat.{changed[0] if changed else COUNTER}"
        return self.field

    @property
    def field(self) -> str:
        """The count of the page that is asked about."""
        chosen = self.chosen and self.chosen in self.now.labels.values()
        return f"{self.chosen if chosen else self.now.counted}._refcount"

    @property
    def patch(self) -> str:
        """The patch that is taught, else one ahead that changes what ran; maybe none."""
        return self.taught[0] if self.taught else patch_near(self.lab, set(self._ran()))

    @property
    def taught(self) -> tuple[str, ...]:
        """The patches that the lesson is about."""
        return self.session.lesson.front.patches if self.session else ()

    def choose_page(self, way: int) -> None:
        """Choose the next page, or the one before, to ask about."""
        labels = list(panes.shown_pages(self.now).values())
        here = self.field.removesuffix("._refcount")
        at = labels.index(here) + way if here in labels else 0
        self.chosen = labels[max(0, min(at, len(labels) - 1))]

    def turn(self, way: int) -> None:
        """Show the next face of the source, or the one before."""
        faces = ("", *panes.FACES)
        self.face = faces[(faces.index(self.face) + way) % len(faces)]

    @property
    def asked(self) -> Asked:
        """What the panes are asked to show."""
        return Asked(
            page=self.field.removesuffix("._refcount"),
            face=self.face,
            prefer=(self.shown, *self.taught),
            function=self.function,
            focus=self.focus,
        )

    def drawing(self, name: str) -> Callable[[int, int], Pane]:
        """What draws a pane of the catalogue."""
        kind = KINDS[name]
        return lambda width, height: kind.draw(self.now, self.asked, width, height)

    def showing(self, name: str) -> Callable[[], object]:
        """What a pane of the catalogue depends on."""
        kind = KINDS[name]
        return lambda: kind.shows(self.now, self.asked)

    def lesson_pane(self, width: int, height: int) -> Pane:
        """The lesson, what there is in the free lab, or what to begin with."""
        if self.session is None and self._alone:
            return lab_rows(self.lab, width, height)
        if self.session is None:
            if width not in self._welcome:
                self._welcome = {width: self._begin_with(width, height)}
            return self._welcome[width]
        with self.lab.machine:
            return panes.lesson_rows(self.session, width, height)

    def _begin_with(self, width: int, height: int) -> Pane:
        return panes.welcome_rows(
            self.lessons, width, height, offered=self.offered, next_up=self.next_up
        )

    def time_pane(self, width: int, height: int) -> Pane:
        """The timeline."""
        return panes.timeline_rows(self.now, width, height, pace=self.pace)

    def narration_pane(self, width: int, height: int) -> Pane:
        """What the step did, in words, behind the command that it belongs to."""
        return Pane((), (), panes.told_rows(self.now, width, height, note=self.note))

    def status(self) -> Row:
        """The kernel and the task."""
        return panes.status_row(self.now, 0)
