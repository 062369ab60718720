"""What the commands that walk through a race return."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from pintutor.content.races.points import Choice
from pintutor.content.races.telling import Told
from pintutor.content.races.walk import Walk
from pintutor.content.races.witness import Witness
from pintutor.lab.results import Change, to_json


class Taken(NamedTuple):
    """One turn that was just taken."""

    number: int
    """From 1, counted from the start of the race."""
    told: Told
    changes: tuple[Change, ...]
    splat: str
    """What stopped the CPU; empty when it goes on or has ended."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a walk stands, who can go on, and what can be seen."""

    race: str
    kernel: str
    at: int
    """Turns taken up to here."""
    of: int
    """Turns taken in all: those behind lie ahead of where the lab stands."""
    schedule: str
    """The turns up to here."""
    choices: tuple[Choice, ...]
    values: tuple[tuple[str, str], ...]
    """What the race looks at, with its values here."""
    condition: str
    """The `exists:` of the race."""
    holds: bool
    """Whether it holds here; it is about the end."""
    stuck: tuple[int, ...]
    """CPUs that wait for ever."""
    taken: tuple[Taken, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def ended(self) -> bool:
        """True when nobody can go on."""
        return not any(choice.state == "ready" for choice in self.choices)

    def to_json(self) -> dict[str, Any]:
        """The same as data."""
        return {
            "race": self.race,
            "kernel": self.kernel,
            "at": self.at,
            "of": self.of,
            "schedule": self.schedule,
            "ended": self.ended,
            "stuck": list(self.stuck),
            "values": dict(self.values),
            "condition": self.condition,
            "holds": self.holds,
            "choices": [
                {
                    "cpu": choice.cpu,
                    "state": choice.state,
                    "next": None if choice.next is None else choice.next.to_json(),
                    "result": choice.result,
                }
                for choice in self.choices
            ],
            "taken": [
                {
                    "number": each.number,
                    **each.told.to_json(),
                    "changes": to_json(each.changes),
                    "splat": each.splat,
                }
                for each in self.taken
            ],
        }


@dataclass(frozen=True, slots=True)
class Witnessed:
    """An execution that shows what can go wrong; the lab stands at its first turn."""

    race: str
    kernel: str
    witness: Witness

    def to_json(self) -> dict[str, Any]:
        """The same as data."""
        return {"scenario": self.race, "kernel": self.kernel, **self.witness.to_json()}


def standing(
    walk: Walk, *, since: int | None = None, notes: tuple[str, ...] = ()
) -> Standing:
    """Where a walk stands, with the turns taken after the first `since` of them."""
    point = walk.point
    race = walk.scenario.race
    assert race is not None, "the scenario has CPUs"
    at = walk.at
    taken = () if since is None else tuple(_taken(walk, n) for n in range(since, at))
    return Standing(
        walk.scenario.name,
        walk.kernel,
        at,
        len(walk.turns),
        walk.text_of(at),
        point.choices,
        point.final.values,
        race.exists.text,
        point.final.holds,
        point.stuck,
        taken,
        notes,
    )


def _taken(walk: Walk, number: int) -> Taken:
    entry = walk.lab.timeline.entries[walk.first + number]
    splat = "" if entry.oops is None else f"{entry.oops.kind}: {entry.oops}"
    return Taken(number + 1, walk.known.told[number], entry.changes, splat)
