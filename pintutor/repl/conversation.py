"""One line in, what it did out: the same for every way in which lines arrive."""

from __future__ import annotations

import json
from typing import Protocol

from pintutor.content.excerpt import is_excerpt
from pintutor.content.session import Session
from pintutor.content.tell import told_next
from pintutor.lab.beside import arrived
from pintutor.lab.commands.jobs import under_way
from pintutor.lab.errors import CommandError
from pintutor.lab.lab import Lab, Outcome
from pintutor.lab.results import Moved, Verdict
from pintutor.repl.commands import Left
from pintutor.repl.elapsed import Elapsed
from pintutor.repl.interrupting import interruptible
from pintutor.repl.running import run
from pintutor.view.results import result_rows
from pintutor.view.rows import Row, row
from pintutor.view.text import error_rows, outcome_rows

SCHEMA = "pintutor/outcome"


class Screen(Protocol):
    """Where a conversation is shown."""

    @property
    def width(self) -> int:
        """Columns that rows may take."""

    def show(self, rows: tuple[Row, ...]) -> None:
        """Show what a command did."""

    def complain(self, rows: tuple[Row, ...], where: str) -> None:
        """Show what is wrong with a line; `where` says which, if it is not seen."""

    def data(self, text: str) -> None:
        """Print one line of JSON."""


class Conversation:
    """A lab, and the screen that what it does is shown on."""

    def __init__(self, lab: Lab, screen: Screen, *, as_json: bool = False) -> None:
        self.lab = lab
        self.screen = screen
        self.as_json = as_json
        self.failed = False
        """True when a line could not be carried out, or did not hold."""
        self.lively = False
        """True when somebody looks on, to whom `run` shows each step as it comes."""
        self.left = False
        """True when the learner has said `quit`."""
        self._asked: str | None = None
        """The command that the lesson under way asked for last."""

    def take(self, line: str, *, where: str = "", indent: int = 2) -> None:
        """Carry out one line and show what it did, or what is wrong with it."""
        here = self.lab.timeline.cursor
        session = self.lab.session
        try:
            with interruptible(self.lab), Elapsed(lambda: self.lab.progress):
                outcome = self.lab.execute(line)
        except CommandError as error:
            self.failed = True
            self._wrong(error, line, where, indent)
        except KeyboardInterrupt:
            self._interrupted(here)
        else:
            self._done(outcome)
            if self.lab.session is session:
                self._go_on()
        self.tell_jobs()

    def tell_jobs(self) -> None:
        """Show what the jobs came to that have ended."""
        arrivals = arrived(self.lab)
        for one in arrivals:
            line = one.outcome.line
            self.screen.show((row((f"job {one.number} ▸ ", "prompt"), (line, "command")),))
            if one.error is None:
                self._done(one.outcome)
            else:
                self._wrong(one.error, line, "", 2)
        if arrivals:
            self._go_on()

    def farewell(self) -> None:
        """End in order, and say what was stopped and how a lesson can be gone on with."""
        for job in under_way(self.lab):
            told = f"job {job.number} is stopped: `{job.asked.line}`"
            self.screen.show((row((told, "note")),))
            job.end()
        if self.lab.keeper is not None:
            self.lab.keeper.end()
        session = self.lab.session
        if isinstance(session, Session) and not is_excerpt(session.lesson):
            told = f"`pintutor repl {session.lesson.id}` goes on with this lesson"
            self.screen.show((row((told, "note")),))

    def _go_on(self) -> None:
        """Show what the lesson says behind the line that ran, and what it asks for."""
        session = self.lab.session
        if self.as_json or not isinstance(session, Session):
            return
        told = told_next(session, self._asked)
        self._asked = session.next_line()
        if told is not None:
            self.screen.show(((), *result_rows(told, self.screen.width)))

    def _done(self, outcome: Outcome) -> None:
        verdict = outcome.result
        held = not isinstance(verdict, Verdict) or verdict.holds
        self.failed = self.failed or not held or outcome.oops is not None
        self.left = isinstance(verdict, Left)
        if self.as_json or outcome.as_json:
            data = {"ok": held and outcome.oops is None, "data": outcome.to_json()}
            self._print(data)
        elif self.lively and isinstance(verdict, Moved) and verdict.frames:
            self._run(verdict)
        elif outcome.command or outcome.skipped:
            self.screen.show(outcome_rows(outcome, lab=self.lab, width=self.screen.width))

    def _run(self, moved: Moved) -> None:
        """Show the steps on the way; where it was paused, the lab stays."""

        def show(outcome: Outcome) -> None:
            self.screen.show(outcome_rows(outcome, lab=self.lab, width=self.screen.width))

        if not run(self.lab, moved, show):
            told = "  paused; `run` goes on from here"
            self.screen.show(((), row((told, "note"))))  # below the terminal's own ^C

    def _wrong(self, error: CommandError, line: str, where: str, indent: int) -> None:
        if self.as_json or line.rstrip().endswith(" --json"):
            column = "" if error.at is None else f"column {error.at.start + 1}"
            told = {
                "code": error.code,
                "message": error.message,
                "hint": error.hint,
                "where": ": ".join(part for part in (where, column) if part),
            }
            self._print({"ok": False, "error": told})
            return
        width = self.screen.width
        rows = error_rows(error, line.rstrip("\r\n"), indent=indent, width=width)
        self.screen.complain(rows, where)

    def _print(self, fields: dict[str, object]) -> None:
        whole = {"schema": SCHEMA, "v": 1, **fields}
        self.screen.data(json.dumps(whole, ensure_ascii=False))

    def _interrupted(self, step: int) -> None:
        """Say so; the lab has taken back what it had begun, the cursor may have moved."""
        with self.lab.machine:
            self.lab.timeline.seek(step)
        self.failed = True
        told = row("interrupted; the machine is as it was before this line")
        self.screen.complain(((), told), "")  # below the terminal's own ^C
