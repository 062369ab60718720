"""The fewest preemptions first: the witness that a learner can follow.

A preemption takes a CPU away that could have gone on; a switch at its end or where it
waits is free. All executions without a preemption come first, then those with one, and
so on. A CPU is only taken away before a step that touches what another CPU touches
too: anywhere else the switch could come later and would show the same.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from pintutor.sim.dependence import Key
from pintutor.sim.search.course import Course
from pintutor.sim.search.learned import Programs
from pintutor.sim.search.world import LONGEST, Search, World, preferred

Prefix = tuple[int, ...]


@dataclass(slots=True)
class _Known:
    """What each CPU has been seen to touch, over all executions."""

    touched: dict[int, set[Key]] = field(default_factory=dict)

    def add(self, cpu: int, keys: set[Key]) -> None:
        self.touched.setdefault(cpu, set()).update(keys)

    def shared(self, cpu: int, keys: set[Key]) -> bool:
        others = (seen for other, seen in self.touched.items() if other != cpu)
        return any(not keys.isdisjoint(seen) for seen in others)


@dataclass(slots=True)
class _Switch:
    """A preemption that may be worth it."""

    path: list[int]
    """Who did each step of the execution that it is a change of."""
    at: int
    """The step before which the switch is."""
    other: int
    """Who goes on instead."""
    cpu: int
    """Who is taken away."""
    keys: set[Key]
    """What its next step touches."""


def fewest(
    world: World, *, most: int | None = None, programs: Programs | None = None
) -> Search:
    """Executions by rising number of preemptions, up to `most` of them."""
    programs = Programs(world) if programs is None else programs
    known = _Known()
    level: deque[Prefix] = deque([()])
    switches: list[_Switch] = []
    count = 0
    while level:
        while level:
            cpus = Course(programs)
            _follow(cpus, level.popleft(), level, switches, known)
            yield cpus.end()
        count += 1
        level, switches = _worth(switches, known)
        if most is not None and count > most:
            return not level
    return True


def _worth(switches: list[_Switch], known: _Known) -> tuple[deque[Prefix], list[_Switch]]:
    """The preemptions that are worth it, and those that may become so."""
    level: deque[Prefix] = deque()
    rest = []
    for each in switches:
        if known.shared(each.cpu, each.keys):
            level.append((*each.path[: each.at], each.other))
        else:
            rest.append(each)
    return level, rest


def _follow(
    cpus: Course,
    prefix: Prefix,
    level: deque[Prefix],
    switches: list[_Switch],
    known: _Known,
) -> None:
    """Run a prefix and go on; note the free switches and the preemptions behind it."""
    for cpu in prefix[:-1]:
        cpus.run(cpu)  # as in the execution that the prefix is from
    for cpu in prefix[-1:]:
        _step(cpus, cpu, known)
    path = list(prefix)
    while (choices := preferred(cpus)) and len(path) < LONGEST:
        at, going_on = len(path), path[-1:] == choices[:1]
        keys = _step(cpus, choices[0], known)
        path.append(choices[0])
        for other in choices[1:]:
            if going_on:
                switches.append(_Switch(path, at, other, choices[0], keys))
            else:
                level.append((*path[:at], other))


def _step(cpus: Course, cpu: int, known: _Known) -> set[Key]:
    touched = cpus.run(cpu)
    keys = {*touched.keys, *touched.look_keys, touched.key} - {("", "")}
    known.add(cpu, keys)
    return keys
