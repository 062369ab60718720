"""Learning what programs do: the same comes of it as of running them each time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from pintutor.sim import atomic
from pintutor.sim.journal import RAW
from pintutor.sim.poison import poison
from pintutor.sim.search.ends import ends as every_end
from pintutor.sim.search.learned import Programs
from pintutor.sim.search.memory import Learned, Memory
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


def written_blindly() -> Made:
    """One CPU frees what the other one writes, and never reads."""
    box, thing = Box(0), Box(7)

    def free() -> None:
        atomic.write_once(box, "value", 1)
        poison(thing)

    def write() -> int:
        atomic.write_once(thing, "value", 1)
        atomic.write_once(box, "value", 2)
        return 1

    return [box], [free, write]


def flag_set_first() -> Made:
    """Both CPUs set a flag unless it is set, and then do the same."""
    flag, box = Box(0), Box(0)

    def program() -> None:
        if not atomic.read_once(flag, "value"):
            atomic.write_once(flag, "value", 1)
        atomic.atomic_add(1, box, "value")
        atomic.atomic_add(1, box, "value")

    return [flag, box], [program, program]


def back_where_it_stood() -> Made:
    """A CPU that asks again and again, and remembers nothing of it."""
    box = Box(0)

    def ask() -> None:
        while not atomic.read_once(box, "value"):
            pass

    def answer() -> None:
        atomic.write_once(box, "value", 1)

    return [box], [ask, answer]


@both
@pytest.mark.parametrize(
    "make",
    [
        loop_over_what_was_read,
        sum_of_two_reads,
        made_and_handed_over,
        freed,
        written_blindly,
        flag_set_first,
    ],
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


def test_more_steps_to_the_same_place_lead_to_the_same_states() -> None:
    race = Race(flag_set_first)
    with race.machine:
        programs = Programs(race)
        list(merging(race, programs=programs))
    # before the start, the read, the write, each addition, and at the end
    assert [len(nodes) for nodes in programs.nodes] == [6, 6]


@both
def test_a_cpu_that_comes_back_to_where_it_stood_is_let_out(
    search: Strategy, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("learned", "merging", "ends"):
        monkeypatch.setattr(f"pintutor.sim.search.{module}.LONGEST", 12)
    found = executions(back_where_it_stood, search)
    assert {each.final for each in found} == {((1,), ("None", "None"))}
    assert not any(each.endless for each in found)


def test_what_is_written_in_another_order_is_the_same_where_order_means_nothing() -> None:
    box, first, second = Box(0), Box(1), Box(2)
    place = box, f"{RAW}value"
    memory = Memory(0, {(id(box), f"{RAW}value")})
    steps = []
    for value in ((first, second), (second, first), (first, first)):
        step = Learned(0, {}, {place: value})
        memory.learn(step, {place: ()})
        steps.append(step.after(0))
    assert steps[0] == steps[1] != steps[2]
