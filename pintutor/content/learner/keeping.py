"""What a sitting of a lesson knows of earlier ones, and when it is saved."""

from __future__ import annotations

from collections.abc import Callable

from pintutor.content.learner.record import Mistake, Record
from pintutor.content.steps import PASSIVE, Step

Save = Callable[[str, Record], tuple[str, ...]]
"""Keeps what was done of a lesson; returns what went wrong."""


class Keeping:
    """What is kept of a lesson besides where its learner stands."""

    def __init__(self, save: Save | None) -> None:
        self.completed = False
        """True when an earlier sitting came to the end."""
        self.take = 1
        """How often it has been begun anew, from 1."""
        self.mistakes: dict[str, Mistake] = {}
        """What went wrong, by id of the step, in earlier takes too."""
        self.saved: Record | None = None
        """What was saved last; None when nothing has been."""
        self._save = save

    def recall(self, past: Record) -> None:
        """Know of what was kept."""
        self.completed = past.complete
        self.take = past.take
        self.mistakes = dict(past.mistakes)

    def missed(self, step: Step, text: str) -> None:
        """Note what went wrong with a question or a task, to be reviewed."""
        if step.kind == "run" or step.kind in PASSIVE:
            return
        known = self.mistakes.pop(step.id, Mistake())
        self.mistakes[step.id] = Mistake([*known.texts, text], known.corrected)

    def keep(self, lesson: str, record: Record) -> tuple[str, ...]:
        """Save this, if it is news; returns what went wrong."""
        if self._save is None or record == self.saved:
            return ()
        if self.saved is None and not record.is_begun:
            return ()  # a lesson that was only opened is not begun
        self.saved = record
        return self._save(lesson, record)
