"""Small races for the tests of the explorer: programs over boxes that hold a number."""

from __future__ import annotations

import random
from collections.abc import Callable, Hashable, Sequence
from functools import partial
from typing import Any

from pintutor.sim import atomic, locks
from pintutor.sim.dependence import Scope
from pintutor.sim.machine import Machine
from pintutor.sim.objects import KArray
from pintutor.sim.poison import is_poisoned, poison
from pintutor.sim.search.world import Ended, Execution, Search
from pintutor.sim.threads import INTERRUPTED, Cpus, Gate
from tests.sim.toys import Box

Made = tuple[Sequence[Box], Sequence[Callable[[], object]]]


class Race:
    """Boxes, and the programs that race for them."""

    def __init__(self, make: Callable[[], Made]) -> None:
        self.machine = Machine()
        with self.machine:
            self.boxes, self.programs = make()
        self.off = KArray([0] * len(self.programs))
        self.gates: dict[int, Gate] = {}
        self.scope = Scope(known={id(self.off), *(id(box) for box in self.boxes)})

    def begin(self, *, calls: bool = False) -> Cpus:
        """The programs on CPUs, the boxes as they were."""
        self.machine.seek(0)
        self.machine.cut()
        return Cpus(self.machine, self.programs, calls=calls, gates=self.gates)

    def final(self, cpus: Ended) -> Hashable:
        """What the boxes hold, and what the programs returned."""
        results = (repr(cpus.result(cpu)) for cpu in range(len(self.programs)))
        values = (None if is_poisoned(box) else box.value for box in self.boxes)
        return tuple(values), tuple(results)


class InterruptedRace(Race):
    """The same, where the last program is an interrupt that comes on the first CPU.

    The first CPU has interrupts off for a while.
    """

    def __init__(self, make: Callable[[], Made]) -> None:
        super().__init__(make)
        first, *others, last = self.programs
        self.gates = {0: (self.off, 0)}
        self.programs = [partial(self._masked, first), *others, partial(self._on, last)]

    def _masked(self, program: Callable[[], object]) -> object:
        result = program()
        atomic.write_once(self.off, 0, 1)
        atomic.atomic_add(1, self.boxes[0], "value")
        atomic.write_once(self.off, 0, 0)
        return result

    def _on(self, program: Callable[[], object]) -> object:
        off = self.off
        atomic.wait_until(lambda: not off[0], off, 0, "lock", "interrupts are off")
        off[0] = INTERRUPTED
        result = program()
        atomic.announce(off, 0, "unlock")
        off[0] = 0
        return result


def executions(
    make: Callable[[], Made],
    search: Callable[[Race], Search],
    kind: type[Race] = Race,
) -> list[Execution]:
    """What a search finds of a race."""
    race = kind(make)
    with race.machine:
        return [each for each in search(race) if each is not None]


def ends(found: Sequence[Execution]) -> set[tuple[Hashable, bool]]:
    """The different ends, and whether they are deadlocks."""
    return {(each.final, bool(each.stuck)) for each in found}


def lost_update() -> Made:
    """Two CPUs that count up a box without an atomic operation."""
    box = Box(0)

    def count() -> None:
        value = atomic.read_once(box, "value")
        atomic.write_once(box, "value", value + 1)

    return [box], [count, count]


def lock_inversion() -> Made:
    """Two CPUs that take two locks in opposite order."""
    first, second = Box(0), Box(0)

    def take(one: Box, other: Box) -> Callable[[], None]:
        def program() -> None:
            locks.spin_lock(one, "value")
            locks.spin_lock(other, "value")
            locks.spin_unlock(other, "value")
            locks.spin_unlock(one, "value")

        return program

    return [first, second], [take(first, second), take(second, first)]


def program(rng: random.Random, boxes: list[Box], held: list[Box], most: int) -> list[Any]:
    """At most so many random steps, and what drops the locks that are left."""
    steps: list[Any] = []
    taken: list[tuple[Box, bool]] = []
    for _ in range(rng.randint(1, most)):
        kind = rng.choice(("read", "write", "return", "add", "plain", "lock", "drop"))
        if kind == "lock" and len(taken) < len(held):
            free = [box for box in held if all(box is not each for each, _ in taken)]
            taken.append((rng.choice(free), rng.random() < 0.5))
            steps.append(("lock", *taken[-1]))
        elif kind == "drop" and taken:
            steps.append(("drop", *taken.pop(rng.randrange(len(taken)))))
        elif kind not in ("lock", "drop"):
            steps.append((kind, rng.choice(boxes), rng.randint(1, 5)))
    return steps + [("drop", *each) for each in taken]


def random_race(seed: int, *, count: int = 0) -> Callable[[], Made]:
    """Two or three CPUs, or `count`, that do something with three boxes and two locks.

    Three have fewer steps each, so that all interleavings can be looked at.
    """

    def make() -> Made:
        rng = random.Random(seed)
        boxes, held = [Box(0) for _ in range(3)], [Box(0) for _ in range(2)]
        cpus = count or rng.choice((2, 2, 2, 3))
        most = 5 - cpus
        programs = [_run(program(rng, boxes, held, most)) for _ in range(cpus)]
        return boxes, programs

    return make


def random_freeing_race(seed: int) -> Callable[[], Made]:
    """Two or three CPUs that look at boxes with plain reads, and free them."""

    def make() -> Made:
        rng = random.Random(seed)
        boxes, freed = [Box(0) for _ in range(2)], [Box(0) for _ in range(2)]
        cpus = rng.choice((2, 2, 3))
        programs = [_run(_freeing(rng, boxes, freed, 6 - cpus)) for _ in range(cpus)]
        return [*boxes, *freed], programs

    return make


def _freeing(
    rng: random.Random, boxes: list[Box], freed: list[Box], most: int
) -> list[Any]:
    kinds = rng.choices(("look", "look", "free", "read", "write", "add"), k=most)
    return [
        (kind, rng.choice(freed if kind in ("look", "free") else boxes), rng.randint(1, 5))
        for kind in kinds
    ]


def _run(steps: list[Any]) -> Callable[[], int]:
    def run() -> int:
        seen = 0
        for kind, box, value in steps:
            seen = _do(kind, box, value, seen)
        return seen

    return run


def _do(kind: str, box: Box, value: Any, seen: int) -> int:
    if kind == "lock":
        (locks.down_write if value else locks.down_read)(box, "value")
    elif kind == "drop":
        (locks.up_write if value else locks.up_read)(box, "value")
    elif kind == "read":
        return seen * 7 + int(atomic.read_once(box, "value"))
    elif kind == "return":
        return seen * 7 + atomic.atomic_add_return(value, box, "value")
    elif kind == "write":
        atomic.write_once(box, "value", value + seen)
    elif kind == "add":
        atomic.atomic_add(value, box, "value")
    elif kind == "plain":
        box.value = value + seen
    elif kind == "look":
        return seen * 7 + box.value
    elif kind == "free":
        poison(box)
    return seen
