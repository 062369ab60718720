"""The turns of a race and the points between them, where who goes on is chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from pintutor.content.races.telling import Told
from pintutor.lab.racing import Final


class Touch(NamedTuple):
    """What a turn did to one field."""

    place: str
    """The field, as a learner calls it."""
    access: str
    old: object
    new: object
    entry: bool
    """True for an entry of a page table."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn that was taken."""

    cpu: int
    told: Told
    touched: dict[tuple[int, str | int], Touch]
    """The fields that it touched, by identity of the object and name."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What one CPU would do next."""

    cpu: int
    state: str
    """ready, waits (for another CPU), idle (waits for work), ended or stopped."""
    next: Told | None
    """What it would do, or what it waits for; None when it has ended."""
    line: str
    """What it was told to do: the commands of its program."""
    result: str = ""
    """What stopped it, if something did."""

    @property
    def why_not(self) -> str:
        """Why it cannot take the next turn."""
        name = f"P{self.cpu}"
        if self.state in ("waits", "idle") and self.next is not None:
            return f"{name} waits for {self.next.site}"
        told = {"ended": "has ended", "stopped": "was stopped", "missing": "is no CPU here"}
        return f"{name} {told[self.state]}"


@dataclass(frozen=True, slots=True)
class Point:
    """A scheduling point: between two turns, before the first, or at the end."""

    choices: tuple[Choice, ...]
    final: Final
    """What is looked at, and whether the condition holds here."""

    @property
    def ready(self) -> tuple[int, ...]:
        """The CPUs that can take the next turn."""
        return tuple(each.cpu for each in self.choices if each.state == "ready")

    @property
    def stuck(self) -> tuple[int, ...]:
        """The CPUs that wait for ever: nobody can take a turn, and they have work."""
        if self.ready:
            return ()
        return tuple(each.cpu for each in self.choices if each.state == "waits")


class CannotGo(Exception):
    """A CPU is to take a turn that it cannot take."""

    def __init__(self, number: int, choice: Choice) -> None:
        super().__init__(f"{choice.why_not} at turn {number + 1}")
        self.number = number
        """The turn, from 0, counted from the start of the race."""
        self.choice = choice
