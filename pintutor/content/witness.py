"""A witness told: its schedule step by step, and why it goes wrong in one sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from pintutor.lab.places import Places
from pintutor.lab.racing import LabRace
from pintutor.sim.dependence import Footprint, commute, footprint
from pintutor.sim.schedule import parse
from pintutor.sim.threads import Cpus, Step

VERBS = {
    "read": "reads",
    "wait": "waits for",
    "write": "writes",
    "update": "changes",
    "add": "adds to",
    "lock": "takes",
    "rlock": "takes",
    "unlock": "drops",
    "runlock": "drops",
}


@dataclass(frozen=True, slots=True)
class Told:
    """One step of a witness."""

    cpu: int
    verb: str
    place: str
    """What it touches, as a learner calls it; empty at the start of a program."""
    function: str
    """Function of the model that does it."""
    line: int
    """Line in the function's file."""
    preempted: bool
    """True when its CPU could have gone on after it, and another one did."""

    def __str__(self) -> str:
        if not self.place:
            return f"P{self.cpu} begins"
        where = f" in {self.function}()" if self.function else ""
        return f"P{self.cpu} {self.verb} {self.place}{where}"

    def to_json(self) -> dict[str, Any]:
        """The step as data."""
        return {
            "cpu": self.cpu,
            "verb": self.verb,
            "place": self.place,
            "function": self.function,
            "line": self.line,
        }


def follow(race: LabRace, schedule: str) -> tuple[list[Told], str]:
    """The steps of a schedule, and the sentence that says why its order matters.

    The race stands at its end then.
    """
    cpus = race.begin(calls=True)
    told: list[Told] = []
    prints: list[Footprint] = []
    for cpu in parse(schedule):
        places = Places(race.lab.names)
        step = cpus.run(cpu)
        told.append(_told(step, places))
        prints.append(footprint(cpus.machine.journal, step, race.scope))
    told = _with_preemptions(told, cpus)
    cpus.kill()
    return told, _sentence(told, prints)


def _told(step: Step, places: Places) -> Told:
    operation = step.operation
    if operation.obj is None:
        return Told(step.cpu, "", "", "", 0, preempted=False)
    call = operation.calls[0] if operation.calls else None
    return Told(
        step.cpu,
        VERBS[operation.access],
        places.name(operation.obj, operation.field),
        call.function if call else "",
        call.line if call else 0,
        preempted=False,
    )


def _with_preemptions(told: list[Told], cpus: Cpus) -> list[Told]:
    """The steps, those marked after which a CPU was taken away."""
    steps = cpus.steps
    return [
        replace(
            each,
            preempted=index + 1 < len(steps)
            and not steps[index].stopped
            and steps[index + 1].cpu != each.cpu,
        )
        for index, each in enumerate(told)
    ]


def _sentence(told: Sequence[Told], prints: Sequence[Footprint]) -> str:
    """Who came in between what: `P0 reads ..., then P1 writes it ..., and then P0 ...`."""
    found = [
        between
        for index, each in enumerate(told)
        if each.preempted and (between := _between(told, prints, index))
    ]
    if not found:
        return ""
    before, among, after = found[-1]
    return (
        f"{told[before]}; before {told[after]}, {told[among]}"
        if told[before].place != told[after].place
        else f"{told[before]}, then {told[among]}, and only then {told[after]}"
    )


def _between(
    told: Sequence[Told], prints: Sequence[Footprint], index: int
) -> tuple[int, int, int] | None:
    """What the preempted CPU did, what another one did to it, and what came after."""
    cpu = told[index].cpu
    back = next(
        (at for at in range(index + 1, len(told)) if told[at].cpu == cpu), len(told)
    )
    for among in range(index + 1, back):
        earlier = _clash(prints, among, range(index, -1, -1), told, cpu)
        if earlier is None:
            continue
        after = range(back, len(told))
        # What it goes on with may be another field that the other one had looked at.
        for other in (among, *range(among - 1, -1, -1)):
            if told[other].cpu == told[among].cpu:
                later = _clash(prints, other, after, told, cpu)
                if later is not None:
                    return earlier, among, later
    return None


def _clash(
    prints: Sequence[Footprint],
    among: int,
    where: range,
    told: Sequence[Told],
    cpu: int,
) -> int | None:
    """The first step of a CPU there that conflicts with another's."""
    place, access = prints[among].place, prints[among].access
    for index in where:
        mine = prints[index]
        if told[index].cpu != cpu or mine.place is None or mine.place != place:
            continue
        if not commute(mine.access, access):
            return index
    return None
