"""Way: how far a lesson has come, as its lines are marked on commands that are done.

What counts is what lies in the past now, so undo and redo take a lesson along.
"""

from __future__ import annotations

from collections.abc import Container, Sequence

from pintutor.content.guests import Guests, Place
from pintutor.content.same import visible
from pintutor.content.steps import PASSIVE, Step
from pintutor.lab.lab import Lab
from pintutor.lab.timeline import Entry


class Way:
    """The marks of a lesson that is being taken in a lab."""

    def __init__(self, steps: Sequence[Step], lab: Lab, answered: Container[str]) -> None:
        self._steps = steps
        self._lab = lab
        self._answered = answered
        self._guests = Guests(steps)
        self._marks: list[tuple[Entry | None, Place]] = []
        self._floor = 0
        self.guest: object = None
        """The race or the comparison that the lesson stands in; None for none."""

    @property
    def place(self) -> Place:
        """The current step, and how many of its lines have run."""
        done = {None, *visible(self._lab)}
        marked = [place for entry, place in self._marks if entry in done]
        place = self._past(*max([*marked, (self._floor, 0)]))
        aside = self._lab.aside
        if aside is not None and aside.guest is self.guest:
            return place
        return self._past(*self._guests.without(place))

    def _past(self, index: int, lines: int) -> Place:
        """The first place from here on where something is still to be done."""
        while index < len(self._steps) and self._passed(self._steps[index], lines):
            index, lines = index + 1, 0
        return index, lines

    def _passed(self, step: Step, lines: int) -> bool:
        if step.kind == "run" and lines >= len(step.script):
            return True
        return step.kind in PASSIVE or step.id in self._answered

    @property
    def last(self) -> Entry | None:
        """The command that was marked last."""
        marked = [entry for entry, _ in self._marks if entry is not None]
        return marked[-1] if marked else None

    @property
    def marks(self) -> int:
        """How many lines are marked."""
        return len(self._marks)

    def strayed(self) -> bool:
        """True when commands of the lesson lie in the future or in another branch."""
        done = {None, *visible(self._lab)}
        return any(entry not in done for entry, _ in self._marks)

    def mark(self, index: int, lines: int) -> None:
        """Note that so many lines of a step have run by now."""
        done = [None, *visible(self._lab)]
        # A race that is begun again has its turns before it: those taken count no more.
        self._marks = [
            (entry, place)
            for entry, place in self._marks
            if entry not in done or place <= (index, lines)
        ]
        self._marks.append((done[-1], (index, lines)))
        self._floor = min(self._floor, index)
        self.guest = self._lab.aside.guest if self._lab.aside is not None else None

    def keep(self, index: int) -> None:
        """Never go back before a step by undoing: it was settled."""
        self._floor = max(self._floor, index)
