"""The strategies of the explorer: exact counts, and the same ends from all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from pintutor.sim import locks, schedule
from pintutor.sim.search.chance import chance
from pintutor.sim.search.counting import interleavings
from pintutor.sim.search.dpor import dpor
from pintutor.sim.search.ends import ends as every_end
from pintutor.sim.search.fewest import fewest
from pintutor.sim.search.merging import merging
from pintutor.sim.search.naive import naive
from pintutor.sim.search.world import Execution, Search
from tests.sim.races import (
    InterruptedRace,
    Race,
    ends,
    executions,
    lock_inversion,
    lost_update,
    random_freeing_race,
    random_race,
)
from tests.sim.toys import Box


def test_two_threads_of_three_steps_interleave_in_20_ways_and_12_lose_an_update() -> None:
    found = executions(lost_update, naive)
    assert len(found) == len({each.schedule for each in found}) == 20
    values = Counter(each.final[0][0] for each in found)  # type: ignore[index]
    assert values == {1: 12, 2: 8}


def test_four_kinds_of_execution_are_left_of_the_20() -> None:
    """R0 W0 R1 W1, its mirror image, and both orders of the writes after both reads."""
    found = executions(lost_update, dpor)
    assert len(found) == 4
    assert ends(found) == ends(executions(lost_update, naive))


@pytest.mark.parametrize("search", [naive, dpor])
def test_locks_taken_in_opposite_order_deadlock_sometimes(search: object) -> None:
    found = executions(lock_inversion, search)  # type: ignore[arg-type]
    assert {each.stuck for each in found} == {(), (0, 1)}


@pytest.mark.parametrize("reduced_search", [dpor, merging, every_end])
@pytest.mark.parametrize("seed", range(40))
def test_a_reduced_search_finds_the_same_ends_as_the_naive_one(
    seed: int, reduced_search: Callable[[Race], Search]
) -> None:
    all_of_them = executions(random_race(seed), naive)
    reduced = executions(random_race(seed), reduced_search)
    assert ends(reduced) == ends(all_of_them)
    assert len(reduced) <= len(all_of_them)


@pytest.mark.parametrize("reduced_search", [dpor, merging, every_end, fewest])
@pytest.mark.parametrize("seed", range(20))
def test_a_plain_look_at_what_another_cpu_frees_is_seen_by_each_search(
    seed: int, reduced_search: Callable[[Race], Search]
) -> None:
    all_of_them = executions(random_freeing_race(seed), naive)
    reduced = executions(random_freeing_race(seed), reduced_search)
    assert ends(reduced) == ends(all_of_them)


@pytest.mark.parametrize("reduced_search", [dpor, merging, every_end, fewest])
@pytest.mark.parametrize("seed", range(20))
def test_an_interrupt_on_a_cpu_of_the_race_is_seen_by_each_search(
    seed: int, reduced_search: Callable[[Race], Search]
) -> None:
    made = random_race(seed, count=2)
    all_of_them = executions(made, naive, InterruptedRace)
    reduced = executions(made, reduced_search, InterruptedRace)
    assert ends(reduced) == ends(all_of_them)


@pytest.mark.parametrize("seed", range(40))
def test_the_kinds_with_an_interrupt_stand_for_every_interleaving(seed: int) -> None:
    made = random_race(seed, count=2)
    every = executions(made, naive, InterruptedRace)
    kinds = {each.order for each in executions(made, dpor, InterruptedRace)}
    assert sum(interleavings(order) or 0 for order in kinds) == len(every)


def test_an_interrupt_that_wants_the_lock_of_whom_it_interrupted_is_a_deadlock() -> None:
    def made() -> tuple[list[Box], list[Callable[[], object]]]:
        other, lock = Box(0), Box(0)

        def locked() -> None:
            locks.spin_lock(lock, "value")
            locks.spin_unlock(lock, "value")

        return [other, lock], [locked, locked]

    found = executions(made, dpor, InterruptedRace)
    assert {each.stuck for each in found} == {(), (0, 1)}
    assert {each.stuck for each in executions(made, dpor)} == {()}


def test_an_update_is_lost_with_one_preemption() -> None:
    first = next(each for each in executions(lost_update, fewest) if each.final[0] == (1,))  # type: ignore[index]
    assert first.preemptions == 1
    assert schedule.text(first.schedule) == "P0*2 P1*3 P0"


@pytest.mark.parametrize("seed", range(40))
def test_each_end_is_met_first_with_the_fewest_preemptions(seed: int) -> None:
    every = executions(random_race(seed), naive)
    assert _least(every) == _least(executions(random_race(seed), fewest))


def _least(found: list[Execution]) -> dict[object, int]:
    """The fewest preemptions that each end was met with."""
    least: dict[object, int] = {}
    for each in found:
        end = each.final, each.stuck
        least[end] = min(each.preemptions, least.get(end, each.preemptions))
    return least


def test_a_seed_gives_the_same_executions_again_and_another_gives_others() -> None:
    def walk(seed: int) -> list[Execution]:
        return executions(lost_update, lambda race: chance(race, seed=seed, count=20))

    assert walk(1) == walk(1)
    assert walk(1) != walk(2)


def test_chance_finds_what_needs_one_preemption() -> None:
    found = executions(lost_update, lambda race: chance(race, seed=1, count=50))
    assert {each.final[0] for each in found} == {(1,), (2,)}  # type: ignore[index]


def test_a_search_gives_the_same_executions_twice() -> None:
    assert executions(random_race(7), dpor) == executions(random_race(7), dpor)
