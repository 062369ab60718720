"""How many interleavings end how is known without running them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable
from itertools import islice

import pytest

from pintutor.sim.search.counting import interleavings
from pintutor.sim.search.dpor import dpor
from pintutor.sim.search.merging import States, merging
from pintutor.sim.search.naive import naive
from pintutor.sim.search.world import Execution
from tests.sim.races import Made, Race, executions, lock_inversion, lost_update, random_race

LIMIT = 3_000
"""Interleavings of a random race that are looked at one by one at most."""

RACES: dict[str, Callable[[], Made]] = {
    "lost_update": lost_update,
    "lock_inversion": lock_inversion,
    **{f"random-{seed}": random_race(seed) for seed in range(80)},
}

each_race = pytest.mark.parametrize("name", RACES)


def end(execution: Execution) -> Hashable:
    return execution.final, execution.stuck


def every(make: Callable[[], Made]) -> Counter[Hashable] | None:
    """How many interleavings end how; None for more than are looked at."""
    race = Race(make)
    with race.machine:
        found = [each for each in islice(naive(race), LIMIT) if each is not None]
    return None if len(found) == LIMIT else Counter(map(end, found))


@each_race
def test_kinds_stand_for_all_interleavings_end_by_end(name: str) -> None:
    counted: Counter[Hashable] = Counter()
    for each in executions(RACES[name], dpor):
        ways = interleavings(each.order)
        assert ways is not None
        counted[end(each)] += ways
    assert every(RACES[name]) in (None, counted)


@each_race
def test_states_that_were_merged_stand_for_all_interleavings(name: str) -> None:
    states = States()
    found = executions(RACES[name], lambda race: merging(race, states))
    counted: Counter[Hashable] = Counter()
    for each, ways in zip(found, states.interleavings(), strict=True):
        counted[end(each)] += ways
    assert every(RACES[name]) in (None, counted)


@each_race
def test_no_kind_is_run_twice(name: str) -> None:
    orders = [each.order for each in executions(RACES[name], dpor)]
    assert len(orders) == len(set(orders))


def test_four_executions_stand_for_the_20_of_which_12_lose_an_update() -> None:
    found = executions(lost_update, dpor)
    ways = [(each.final[0], interleavings(each.order)) for each in found]  # type: ignore[index]
    assert sorted(ways) == [((1,), 6), ((1,), 6), ((2,), 4), ((2,), 4)]


def test_without_an_order_all_arrangements_are_counted() -> None:
    free = tuple(
        tuple(tuple(n + 1 if cpu == own else 0 for cpu in range(3)) for n in range(2))
        for own in range(3)
    )
    assert interleavings(free) == 90  # 6! / (2! * 2! * 2!)


def test_too_many_places_are_not_counted() -> None:
    free = tuple(
        tuple(tuple(n + 1 if cpu == own else 0 for cpu in range(4)) for n in range(20))
        for own in range(4)
    )
    assert interleavings(free) is None
