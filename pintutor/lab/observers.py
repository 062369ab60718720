"""What a lab tells of its lines: the lesson under way, and what keeps the work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pintutor.lab.lab import Lab, Outcome


class Session(Protocol):
    """Something that follows what a learner does: a lesson."""

    def observe(self, lab: Lab, outcome: Outcome) -> tuple[str, ...]:
        """Take note of a line that ran; returns what to tell the learner."""


class Keeper(Protocol):
    """Something that keeps what a lab works at, so that it can go on after a crash."""

    def keep(self, lab: Lab) -> tuple[str, ...]:
        """Keep it; returns what went wrong."""

    def end(self) -> None:
        """End in order: there is nothing to go on with."""
