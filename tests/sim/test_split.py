"""However the tree of executions is cut, its parts together are the whole."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pintutor.sim.search.dpor import dpor
from pintutor.sim.search.split import Frontier, Part, work
from pintutor.sim.search.world import Execution
from tests.sim.races import Made, Race, executions, lock_inversion, lost_update, random_race

RACES: dict[str, Callable[[], Made]] = {
    "lost_update": lost_update,
    "lock_inversion": lock_inversion,
    **{f"random-{seed}": random_race(seed) for seed in range(60)},
}

each_race = pytest.mark.parametrize("name", RACES)


def in_parts(
    make: Callable[[], Made], size: int, *, at_once: int = 3
) -> tuple[list[Execution], Frontier]:
    """All executions, each part on a race of its own, as in another process."""
    frontier = Frontier()
    found: list[Execution] = []
    parts: list[Part] = [()]
    while parts:
        for part in parts:
            race = Race(make)
            with race.machine:
                worked = work(race, part, size)
            frontier.take(part, worked)
            found += [each for each in worked.executions if each is not None]
        parts = frontier.parts(at_once)
    return found, frontier


@each_race
@pytest.mark.parametrize("size", [1, 3])
def test_the_parts_show_each_kind_once_as_the_whole_does(name: str, size: int) -> None:
    found, _ = in_parts(RACES[name], size)
    whole = executions(RACES[name], dpor)
    assert sorted(each.order for each in found) == sorted(each.order for each in whole)


def test_the_same_parts_come_in_the_same_order_again() -> None:
    race = RACES["random-7"]
    assert in_parts(race, 2)[0] == in_parts(race, 2)[0]


@each_race
def test_when_no_part_is_left_all_of_the_tree_is_done(name: str) -> None:
    assert in_parts(RACES[name], 2)[1].share() == 1


def test_after_one_of_four_executions_a_part_of_the_tree_is_done() -> None:
    race, frontier = Race(lost_update), Frontier()
    with race.machine:
        frontier.take((), work(race, (), 1))
    assert 0 < frontier.share() < 1
