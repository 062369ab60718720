"""The strategies by name: what each looks for, and what follows from a seed."""

from __future__ import annotations

from itertools import islice

import pytest

from pintutor.sim.search.dice import Dice
from pintutor.sim.search.estimating import estimate
from pintutor.sim.search.naive import naive
from pintutor.sim.search.strategies import STRATEGIES, Limits
from pintutor.sim.search.world import Execution, Search
from tests.sim.races import Race, ends, executions, lost_update, random_race

BY_CHANCE = ("chance", "walk")
WHOLE = [name for name in STRATEGIES if name not in (*BY_CHANCE, "bounded")]


def searched(name: str, number: int, **limits: int) -> list[Execution]:
    """What a strategy finds of one of the random races."""

    def search(race: Race) -> Search:
        return STRATEGIES[name].begin(race, Limits(**limits))

    return executions(random_race(number), search)


@pytest.mark.parametrize("name", WHOLE)
@pytest.mark.parametrize("seed", range(10))
def test_what_looks_for_everything_finds_the_same_ends(name: str, seed: int) -> None:
    assert ends(searched(name, seed)) == ends(searched("dpor", seed))


@pytest.mark.parametrize("name", BY_CHANCE)
@pytest.mark.parametrize("seed", range(10))
def test_what_goes_by_chance_finds_no_other_ends(name: str, seed: int) -> None:
    found = ends(searched(name, seed, runs=30, seed=seed))
    assert found <= ends(searched("naive", seed))


@pytest.mark.parametrize("name", BY_CHANCE)
def test_a_seed_gives_the_same_executions_again_and_another_gives_others(name: str) -> None:
    one, again, other = (searched(name, 7, runs=20, seed=seed) for seed in (1, 1, 2))
    assert one == again != other


@pytest.mark.parametrize("name", STRATEGIES)
def test_a_search_says_whether_it_has_seen_everything(name: str) -> None:
    race = Race(lost_update)
    with race.machine:
        search = STRATEGIES[name].begin(race, Limits(preemptions=0, runs=3))
        while True:
            try:
                next(search)
            except StopIteration as end:
                assert end.value is (name in WHOLE)
                return


@pytest.mark.parametrize("preemptions", [0, 1, 2])
@pytest.mark.parametrize("seed", range(10))
def test_bounded_finds_all_ends_of_so_many_preemptions(seed: int, preemptions: int) -> None:
    race = Race(random_race(seed))
    with race.machine:
        every = [each for each in islice(naive(race), 3_000) if each is not None]
    within = [each for each in every if each.preemptions <= preemptions]
    found = searched("bounded", seed, preemptions=preemptions)
    assert max(each.preemptions for each in found) <= preemptions
    assert ends(within) <= ends(found) or len(every) == 3_000


def test_a_bound_that_nothing_exceeds_leaves_nothing_unseen() -> None:
    race = Race(lost_update)
    with race.machine:
        search = STRATEGIES["bounded"].begin(race, Limits(preemptions=50))
        with pytest.raises(StopIteration) as ended:
            while True:
                next(search)
    assert ended.value.value is True


def test_the_numbers_are_those_that_splitmix64_is_published_with() -> None:
    dice = Dice(1234567)
    assert [dice.number() for _ in range(3)] == [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
    ]


def test_a_number_below_a_bound_is_one_of_them() -> None:
    dice = Dice(1)
    assert {dice.below(3) for _ in range(100)} == {0, 1, 2}


def test_random_walks_estimate_the_20_interleavings() -> None:
    race = Race(lost_update)
    with race.machine:
        assert estimate(race, seed=1, count=2_000) in (19, 20, 21)
