"""Carrying a race out as a schedule says, and what each step of it touched."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from pintutor.content.races.telling import Told, tell
from pintutor.lab.places import Places
from pintutor.lab.racing import LabRace
from pintutor.sim.dependence import Footprint, Place, commute, footprint
from pintutor.sim.poison import is_poisoned
from pintutor.sim.search.world import LONGEST, Execution, finish, preferred
from pintutor.sim.threads import Cpus, Step

DROPS = frozenset(("unlock", "runlock"))
"""Accesses that drop a lock."""


def carried_out(
    race: LabRace, schedule: Iterable[int], *, without: Container[int] = ()
) -> Execution:
    """The execution that follows a schedule as far as it can and then goes on.

    A CPU that cannot go on where it is named is passed over. What the schedule leaves
    open is done without another preemption, but for CPUs that are left out.
    """
    cpus = race.begin()
    for cpu in schedule:
        if cpu in cpus.enabled():
            cpus.run(cpu)
    while choices := [cpu for cpu in preferred(cpus) if cpu not in without]:
        if len(cpus.steps) >= LONGEST:
            break
        cpus.run(choices[0])
    return finish(race, cpus)


@dataclass(frozen=True, slots=True)
class Followed:
    """The steps of an execution: in words, and what they touched."""

    told: tuple[Told, ...]
    prints: tuple[Footprint, ...]
    besides: tuple[dict[Place, str], ...] = ()
    """What each step wrote on its way, in words, where that was asked for."""
    waiting: tuple[tuple[Told, Place], ...] = ()
    """What CPUs wait for in the end, and the fields that they wait for."""

    def race(self, one: int, other: int) -> bool:
        """True when the order of two steps could make a difference.

        What drops a lock is left out: nobody could have come before it.
        """
        drops = {self.prints[one].access, self.prints[other].access} & DROPS
        return not drops and _clash(self.prints[one], self.prints[other])


def _clash(one: Footprint, other: Footprint) -> bool:
    """True when two footprints have a field in common that one of them changes."""
    touched = dict[Place, list[str]]()
    for place, access in other.places():
        touched.setdefault(place, []).append(access)
    return any(
        not commute(access, met)
        for place, access in one.places()
        for met in touched.get(place, ())
    )


def common(one: Footprint, other: Footprint, said: Iterable[Place]) -> Place | None:
    """A field that two steps have in common and of which there is something to say.

    One that a step was about comes first, then what `said` names, in its order: what a
    step touched on its way is in no order of its own.
    """
    shared = {place for place, _ in one.places()} & {place for place, _ in other.places()}
    return next((each for each in (one.place, other.place, *said) if each in shared), None)


def follow(race: LabRace, schedule: Sequence[int]) -> Followed:
    """The steps of a schedule that can be followed to its last word."""
    cpus = race.begin(calls=True)
    told: list[Told] = []
    prints: list[Footprint] = []
    for cpu in schedule:
        operation = cpus.pending(cpu)
        assert operation is not None, "the schedule fits the race"
        told.append(tell(cpu, operation, Places(race.lab.names)))
        prints.append(footprint(cpus.machine.journal, cpus.run(cpu), race.scope))
    waiting = tuple(_waiting(race, cpus))
    cpus.kill()
    besides = _besides(race, cpus.steps, prints)
    found = followed(cpus.steps, told, prints)
    return replace(found, besides=besides, waiting=waiting)


def _waiting(race: LabRace, cpus: Cpus) -> Iterator[tuple[Told, Place]]:
    """What those that wait want to do."""
    places = Places(race.lab.names)
    for cpu in cpus.blocked():
        operation = cpus.awaited(cpu)
        assert operation is not None, "it waits for something"
        yield tell(cpu, operation, places), (id(operation.obj), operation.field)


def _besides(
    race: LabRace, steps: Sequence[Step], prints: Sequence[Footprint]
) -> tuple[dict[Place, str], ...]:
    """What each step wrote on its way to the next, of what is raced for, in words."""
    raced = raced_for([step.cpu for step in steps], prints)
    places = Places(race.lab.names)
    found: list[dict[Place, str]] = []
    for step, each in zip(steps, prints, strict=True):
        words: dict[Place, str] = {}
        for write in race.lab.machine.journal.writes(step.start, step.end):
            place = id(write.obj), write.field
            if place in each.writes and place in raced:
                words[place] = f"writes {places.name(write.obj, write.field)}"
                if is_poisoned(write.obj) and write.old is write.new:
                    words[place] = f"frees the {type(write.obj).__name__}"
        found.append(words)
    return tuple(found)


def followed(
    steps: Sequence[Step], told: Sequence[Told], prints: Sequence[Footprint]
) -> Followed:
    """The steps, with what can be said of each only when all of them are known."""
    raced = raced_for([step.cpu for step in steps], prints)
    marked = (
        replace(
            each,
            preempted=_preempts(steps, number),
            alone=bool(each.place) and raced.keys().isdisjoint(_touched(prints[number])),
        )
        for number, each in enumerate(told)
    )
    return Followed(tuple(marked), tuple(prints))


def raced_for(cpus: Sequence[int], prints: Sequence[Footprint]) -> dict[Place, int]:
    """The fields that two CPUs touch in ways that do not commute, with the step that did.

    Those of one step are in no order.
    """
    met: dict[Place, set[tuple[int, str]]] = {}
    found: dict[Place, int] = {}
    for step, (cpu, each) in enumerate(zip(cpus, prints, strict=True)):
        for place, access in each.places():
            known = met.setdefault(place, set())
            if any(cpu != other and not commute(access, how) for other, how in known):
                found.setdefault(place, step)
            known.add((cpu, access))
    return found


def _touched(one: Footprint) -> list[Place]:
    return [place for place, _ in one.places()]


def _preempts(steps: Sequence[Step], number: int) -> bool:
    """True when another CPU came after a step though its own could have gone on."""
    if number + 1 == len(steps) or steps[number].stopped:
        return False
    return steps[number + 1].cpu != steps[number].cpu
