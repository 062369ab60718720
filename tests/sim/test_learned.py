"""Learning what programs do: the same comes of it as of running them each time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from pintutor.sim import atomic
from pintutor.sim.poison import poison
from pintutor.sim.search.ends import ends as every_end
from pintutor.sim.search.merging import States, merging
from pintutor.sim.search.naive import naive
from pintutor.sim.search.world import Search, finish
from tests.sim.races import Made, Race, ends, executions, lost_update, random_race
from tests.sim.toys import Box

both = pytest.mark.parametrize("search", [merging, every_end])
Strategy = Callable[[Race], Search]


def loop_over_what_was_read() -> Made:
    """What is gone through is read first, and has no name."""
    box, other = Box(0), Box(0)

    def read() -> int:
        total = 0
        for each in (0, atomic.read_once(box, "value")):
            atomic.read_once(other, "value")
            total += each
        return total

    def write() -> None:
        atomic.write_once(box, "value", 5)

    return [box, other], [read, write]


def sum_of_two_reads() -> Made:
    """The first value waits for the second, and has no name."""
    box, other = Box(0), Box(0)

    def read() -> int:
        return int(atomic.read_once(box, "value") * 10 + atomic.read_once(other, "value"))

    def write() -> None:
        atomic.write_once(box, "value", 1)
        atomic.write_once(other, "value", 1)

    return [box, other], [read, write]


def made_and_handed_over() -> Made:
    """One CPU makes objects that depend on what it read, the other changes them."""
    box = Box(0)

    def make() -> None:
        box.other = Box(atomic.read_once(box, "value") * 10)
        atomic.write_once(box, "value", 1)

    def change() -> int:
        atomic.write_once(box, "value", 2)
        if atomic.read_once(box, "value") != 1:
            return -1
        assert box.other is not None
        atomic.atomic_add(1, box.other, "value")
        return box.other.value

    return [box], [make, change]


def freed() -> Made:
    """One CPU frees what the other one reads without a marked access."""
    box, thing = Box(0), Box(7)

    def free() -> None:
        atomic.write_once(box, "value", 1)
        poison(thing)

    def read() -> int:
        atomic.read_once(box, "value")
        return thing.value

    return [box], [free, read]


@both
@pytest.mark.parametrize(
    "make", [loop_over_what_was_read, sum_of_two_reads, made_and_handed_over, freed]
)
def test_it_comes_to_every_end(make: Callable[[], Made], search: Strategy) -> None:
    assert ends(executions(make, search)) == ends(executions(make, naive))


@both
@pytest.mark.parametrize("seed", range(20))
def test_each_execution_is_what_its_schedule_comes_to(seed: int, search: Strategy) -> None:
    race = Race(random_race(seed))
    with race.machine:
        for execution in filter(None, list(search(race))):
            cpus = race.begin()
            for cpu in execution.schedule:
                cpus.run(cpu)
            assert finish(race, cpus) == execution


@pytest.mark.parametrize("seed", range(20))
def test_every_interleaving_is_counted(seed: int) -> None:
    race, states = Race(random_race(seed)), States()
    with race.machine:
        merged = [each for each in merging(race, states) if each is not None]
        all_of_them = [each for each in naive(race) if each is not None]
    counted = Counter[object]()
    for each, count in zip(merged, states.interleavings(), strict=True):
        counted[each.final, each.stuck] += count
    assert counted == Counter((each.final, each.stuck) for each in all_of_them)


def test_a_lost_update_is_learned_from_nine_runs() -> None:
    """Three values can be read, three times written, ...; 20 interleavings."""
    race = Race(lost_update)
    with race.machine:
        assert list(merging(race)).count(None) < 10


def test_the_objects_are_as_they_were_when_it_is_done() -> None:
    race = Race(lost_update)
    with race.machine:
        list(every_end(race))
        assert [box.value for box in race.boxes] == [0]
