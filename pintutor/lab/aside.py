"""A lab that stands in another machine for a while; its own is put aside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from pintutor.lab.errors import CommandError
from pintutor.lab.names import Names
from pintutor.lab.timeline import Timeline
from pintutor.sim.machine import Machine

if TYPE_CHECKING:
    from pintutor.lab.declaration import Command
    from pintutor.lab.lab import Chosen, Lab, Outcome


class Guest(Protocol):
    """What goes on in the other machine."""

    @property
    def taught(self) -> bool:
        """True when a lesson takes note of what is done there."""

    def refusal(self) -> CommandError:
        """Why a command that would change that machine is refused."""

    def farewell(self) -> str:
        """What is said when it is left."""

    def asked(self, lab: Lab, command: Command, line: str) -> object:
        """What a line comes to that is not for the one machine alone; None otherwise."""


@dataclass(frozen=True, slots=True)
class Aside:
    """A lab's own machine, put aside, and what stands in its place."""

    guest: Guest
    machine: Machine
    chosen: Chosen
    names: Names
    timeline: Timeline
    last: Outcome | None


def stand_in(lab: Lab, other: Lab, guest: Guest) -> None:
    """Let a lab stand in another one's machine, with its history and its names."""
    come_back(lab)
    lab.aside = Aside(guest, lab.machine, lab.chosen, lab.names, lab.timeline, lab.last)
    lab.machine, lab.chosen, lab.names = other.machine, other.chosen, other.names
    lab.timeline, lab.last = other.timeline, None


def come_back(lab: Lab) -> None:
    """Let a lab stand in its own machine again, where it left it."""
    own = lab.aside
    if own is None:
        return
    lab.machine, lab.chosen, lab.names = own.machine, own.chosen, own.names
    lab.timeline, lab.last = own.timeline, own.last
    lab.aside = None


def own_timeline(lab: Lab) -> Timeline:
    """The history of a lab's own machine, wherever it stands."""
    return lab.timeline if lab.aside is None else lab.aside.timeline
