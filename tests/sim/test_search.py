"""The strategies of the explorer: exact counts, and the same ends from all of them."""

from __future__ import annotations

from collections import Counter
from itertools import islice

import pytest

from pintutor.sim.search.dpor import dpor
from pintutor.sim.search.naive import naive
from tests.sim.races import Race, ends, executions, lock_inversion, lost_update, random_race

LIMIT = 3_000
"""Interleavings of a random race that are looked at one by one at most."""


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


@pytest.mark.parametrize("seed", range(120))
def test_the_reduced_search_finds_the_same_ends_as_the_naive_one(seed: int) -> None:
    race = Race(random_race(seed))
    with race.machine:
        all_of_them = list(islice(naive(race), LIMIT))
    if len(all_of_them) == LIMIT:
        pytest.skip("more interleavings than are looked at here")
    reduced = executions(random_race(seed), dpor)
    assert ends(reduced) == ends([each for each in all_of_them if each is not None])
    assert len(reduced) <= len(all_of_them)


def test_a_search_gives_the_same_executions_twice() -> None:
    assert executions(random_race(7), dpor) == executions(random_race(7), dpor)
