"""The shipped races: each search agrees with the others.

That what they state holds is what `pintutor check` says: see test_check.py.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from functools import cache
from itertools import islice
from math import factorial, prod

import pytest

from pintutor.content.races.exploring import explore
from pintutor.content.races.race_set_up import race_of
from pintutor.content.races.searching import Settings
from pintutor.content.reading import load
from pintutor.content.scenario import Scenario, scenarios
from pintutor.lab.racing import Final, LabRace
from pintutor.sim.search.chance import chance
from pintutor.sim.search.dpor import Node, dpor
from pintutor.sim.search.ends import ends as every_end
from pintutor.sim.search.fewest import fewest
from pintutor.sim.search.merging import merging
from pintutor.sim.search.naive import naive
from pintutor.sim.search.world import Ended, Execution, finish
from pintutor.sim.threads import Cpus

RACES = {race.name: race for race in map(load, scenarios()) if race.race is not None}


def _telling(race: Scenario) -> set[str]:
    """The last kernel of a race, and the first on which it goes wrong."""
    assert race.race is not None, "it is a race"
    claims = [(kernel, race.race.claimed(kernel)) for kernel in race.kernels]
    wrong = [kernel for kernel, claim in claims if claim and claim.verdict != "Never"]
    return {race.kernels[-1], *wrong[:1]}


EACH = [(name, kernel) for name, race in RACES.items() for kernel in sorted(_telling(race))]
"""Races on two kernels each; `pintutor check` explores them on all."""

MOST = 60
"""Orders of the last steps that are tried one by one."""

each_race = pytest.mark.parametrize("name", RACES)
FIRST = dict(reversed(EACH))
"""A race and the first of its kernels."""
one_kernel = pytest.mark.parametrize(("name", "kernel"), FIRST.items(), scope="module")
"""Race by race, so that what several tests need of it is looked for once."""


class Rest:
    """A race whose first steps are done already."""

    def __init__(self, race: LabRace, schedule: Sequence[int]) -> None:
        self.race = race
        self.scope = race.scope
        self.schedule = schedule

    def begin(self) -> Cpus:
        cpus = self.race.begin()
        for cpu in self.schedule:
            cpus.run(cpu)
        return cpus

    def final(self, cpus: Ended) -> Hashable:
        return self.race.final(cpus)


def world(name: str, kernel: str) -> LabRace:
    _, race = race_of(RACES[name], kernel)
    return race


def executions(search: Iterable[Execution | None]) -> list[Execution]:
    return [each for each in search if each is not None]


Ends = frozenset[tuple[Hashable, tuple[int, ...]]]


def ends(found: list[Execution]) -> Ends:
    """What can be seen in the end, and who waits for ever.

    Which field of a freed object is touched first depends on plain reads, which only
    the naive search tells apart: of a splat counts what kind it is.
    """
    return frozenset((_seen(each.final), each.stuck) for each in found)


def _seen(final: Hashable) -> Hashable:
    assert isinstance(final, Final), "the race is a lab's"
    kinds = tuple(": ".join(splat.split(": ")[:2]) for splat in final.splats)
    return final.values, final.holds, kinds


@cache
def kinds(name: str, kernel: str) -> list[Execution]:
    race = world(name, kernel)
    with race.lab.machine:
        return executions(dpor(race))


def reduced(name: str, kernel: str) -> Ends:
    return ends(kinds(name, kernel))


def orders(schedule: Sequence[int]) -> int:
    """In how many orders the steps of a schedule can be done, if nobody waits."""
    counts = [schedule.count(cpu) for cpu in set(schedule)]
    return factorial(len(schedule)) // prod(map(factorial, counts))


def last_steps(schedule: tuple[int, ...]) -> tuple[int, ...]:
    """What comes before the last steps whose orders can all be tried."""
    cut = len(schedule)
    while cut and orders(schedule[cut - 1 :]) <= MOST:
        cut -= 1
    return schedule[:cut]


@one_kernel
def test_what_chance_finds_the_reduced_search_has_found(name: str, kernel: str) -> None:
    race = world(name, kernel)
    with race.lab.machine:
        by_chance = ends(executions(chance(race, seed=1, count=40)))
        simple = ends(list(filter(None, islice(fewest(race), 40))))
    assert by_chance | simple <= reduced(name, kernel)


@one_kernel
def test_what_is_learned_of_the_cpus_comes_to_the_same_and_is_so(
    name: str, kernel: str
) -> None:
    race = world(name, kernel)
    with race.lab.machine:
        merged, short = executions(merging(race)), executions(every_end(race))
        assert ends(merged) == ends(short) == reduced(name, kernel)
        for execution in short:
            cpus = race.begin()
            for cpu in execution.schedule:
                cpus.run(cpu)
            assert finish(race, cpus) == execution


@one_kernel
def test_the_last_steps_end_as_every_order_of_them_does(name: str, kernel: str) -> None:
    race = world(name, kernel)
    with race.lab.machine:
        schedules = sorted(each.schedule for each in kinds(name, kernel))
        for schedule in (schedules[0], schedules[len(schedules) // 2], schedules[-1]):
            first = last_steps(schedule)
            below = [Node((cpu,), cpu, set(), {}) for cpu in first]
            every = executions(islice(naive(Rest(race, first)), 20 * MOST))
            assert ends(executions(dpor(race, below))) == ends(every)


@each_race
def test_a_race_is_explored_the_same_way_twice(name: str) -> None:
    kernel = RACES[name].kernels[0]
    again = []
    for _ in range(2):
        race = world(name, kernel)
        with race.lab.machine:
            first = executions(islice(dpor(race), 50))
            again.append([(each.schedule, each.final) for each in first])
    assert again[0] == again[1]


def stated(race: Scenario) -> set[str]:
    assert race.race is not None, "it is a race"
    return {claim.verdict for claim in race.race.claims}


@each_race
def test_a_race_can_go_wrong_somewhere_and_not_everywhere(name: str) -> None:
    assert "Never" in stated(RACES[name]) and len(stated(RACES[name])) > 1


def refused(cpus: Cpus, cpu: int, line: int) -> bool:
    """True where a line was refused, or was not come to by a CPU that has no work."""
    operation, results = cpus.pending(cpu), cpus.result(cpu)
    if operation is not None:
        return operation.access != "idle"
    return not isinstance(results, tuple) or isinstance(results[line], str)


@each_race
def test_every_line_of_a_race_can_be_carried_out(name: str) -> None:
    """A line that is refused does nothing, and the race would be about something else."""
    scenario = RACES[name]
    assert scenario.race is not None, "it is a race"
    race = world(name, scenario.kernels[-1])
    programs = enumerate(scenario.race.cpus)
    left = {(cpu, line) for cpu, lines in programs for line in range(len(lines))}
    with race.lab.machine:
        for found in islice(filter(None, fewest(race)), 20):
            cpus = race.begin()
            for cpu in found.schedule:
                cpus.run(cpu)
            left = {each for each in left if refused(cpus, *each)}
            cpus.kill()
    assert left == set()


@each_race
def test_two_searches_stand_for_the_same_interleavings(name: str) -> None:
    """On the last kernel, on which nothing goes wrong."""
    kernel = RACES[name].kernels[-1]
    by_kind = explore(RACES[name], kernel, settings=Settings("dpor"))
    by_state = explore(RACES[name], kernel, settings=Settings("merging"))
    assert by_kind.interleavings is not None
    assert by_kind.endings == by_state.endings
