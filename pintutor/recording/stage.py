"""Stage: a lab whose every line becomes a beat."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pintutor.content.commands
import pintutor.lab.commands
import pintutor.view.races  # noqa: F401  (declares commands)
from pintutor.content import answers
from pintutor.content.checks import state_of
from pintutor.content.runner import wrong_with
from pintutor.lab.changes import step_changes
from pintutor.lab.errors import CommandError
from pintutor.lab.lab import Lab, Outcome
from pintutor.lab.results_hash import ResultsHash
from pintutor.lab.timeline import Entry
from pintutor.recording.beats import Beat, Manner, Where
from pintutor.view.markdown import markdown_rows
from pintutor.view.rows import Row
from pintutor.view.text import error_rows, outcome_rows
from pintutor.view.wrap import columns, safe

MOST_LINES = 4000
"""A command that ran more lines of the model is not walked through."""
MOST_STOPS = 12
"""A command that changed things in more steps is not walked through."""

Asker = Callable[[str], str | None]
"""Gives the next line of who presents while a condition does not hold; None for no more."""


def nobody(condition: str) -> str | None:
    """Nobody presents: what does not hold by itself never will."""
    return None


class Stage:
    """A lab on which a play is given."""

    def __init__(self, kernel: str, manner: Manner, *, asker: Asker = nobody) -> None:
        self.lab = Lab(kernel)
        self.manner = manner
        self.asker = asker
        self.results = ResultsHash()
        """Of what the lines have come to so far."""

    @property
    def where(self) -> Where:
        """Where the machine stands."""
        timeline = self.lab.timeline
        return Where(self.lab.kernel_name, timeline.cursor, timeline.total)

    @property
    def prompt(self) -> str:
        """What stands before a line."""
        return f"{self.lab.kernel_name} ▸ "

    def say(self, text: str, *, notes: tuple[str, ...] = (), number: int = 0) -> Beat:
        """Prose: the Markdown in rows, behind an empty one."""
        rows: tuple[Row, ...] = ((), *safe(markdown_rows(text, width=self.manner.width)))
        return Beat("say", self.where, rows, source=text, notes=notes, number=number)

    def take(
        self, line: str, *, notes: tuple[str, ...] = (), number: int = 0
    ) -> tuple[Beat, Outcome | None]:
        """Run a line; returns what it told too, None for one that was refused."""
        prompt, width = self.prompt, self.manner.width
        outcome: Outcome | None = None
        try:
            outcome = self.lab.execute(line)
        except CommandError as error:
            indent = columns(prompt)
            rows = error_rows(error, line, indent=indent, width=width)
            wrong = f"`{line}` cannot be carried out: {error.message}"
            self.results.refused(line, error)
        else:
            rows = outcome_rows(outcome, lab=self.lab, width=width)
            wrong = wrong_with(outcome)
            self.results.told(outcome)
        beat = Beat(
            "line", self.where, rows, line, prompt, notes=notes, wrong=wrong, number=number
        )
        return beat, outcome

    def walk(self, outcome: Outcome | None) -> Iterator[Beat]:
        """The steps in which the line that has just run changed what it told of."""
        lab = self.lab
        entry = lab.timeline.stand().entry
        if outcome is None or not self.manner.steps or lab.aside is not None:
            return
        if entry is None or not outcome.changes or outcome.result is not entry.result:
            return
        session, lab.session = lab.session, None
        here = lab.timeline.cursor
        try:
            for stop in self._stops(entry):
                told = lab.execute(f"goto {stop}")
                rows = outcome_rows(told, lab=lab, width=self.manner.width)
                yield Beat("step", self.where, rows)
        finally:
            with lab.machine:
                lab.timeline.seek(here)
            lab.session = session

    def _stops(self, entry: Entry) -> list[int]:
        """The steps that changed what the command told of; none when they are too many."""
        if entry.steps > MOST_LINES or entry.truncated:
            return []
        lab, first = self.lab, self.lab.timeline.first_step(entry)
        here = lab.timeline.cursor
        told = {one.field for one in entry.changes}
        found = []
        with lab.machine:
            for local in range(1, entry.steps):
                if entry.position(local) == entry.position(local - 1):
                    continue
                lab.timeline.seek(first + local)
                if told & {one.field for one in step_changes(lab, first + local)}:
                    found.append(first + local)
            lab.timeline.seek(here)
        return found if len(found) <= MOST_STOPS else []

    def lacking(self, condition: str) -> str:
        """Why an expression does not hold now; empty when it does."""
        try:
            if answers.evaluate(self.lab, condition):
                return ""
            return state_of(self.lab, condition) or "it is not so"
        except CommandError as error:
            return error.message
