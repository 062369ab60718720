"""Exploring a race: what is found does not depend on who searches, and is told as it is."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor

import pytest

from pintutor.content.races import searching
from pintutor.content.races.crew import Workers
from pintutor.content.races.exploring import Exploration, explore, explore_with
from pintutor.content.races.following import carried_out
from pintutor.content.races.race_set_up import race_of
from pintutor.content.races.searching import Settings
from pintutor.content.reading import load
from pintutor.content.scenario import find
from pintutor.lab.racing import Final
from pintutor.sim.search.strategies import STRATEGIES, Limits
from tests.labs import value

BUGGY = "v6.1+bug-overflow-exact"


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what is short be cut into many parts."""
    monkeypatch.setattr(searching, "FIRST", 8)
    monkeypatch.setattr(searching, "SIZE", 5)
    monkeypatch.setattr(searching, "PARTS", 6)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Executor]:
    """A Dask cluster of two processes on this machine."""
    distributed = pytest.importorskip("distributed")
    local = distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
    )
    with local, distributed.Client(local) as client:
        yield client.get_executor()


def explored(name: str, kernel: str, settings: Settings | None = None) -> Exploration:
    return explore(load(find(name)), kernel, settings=settings or Settings())


def with_workers(count: int, settings: Settings) -> Exploration:
    with Workers(count) as workers:
        return explore(
            load(find("race-overflow")),
            BUGGY,
            settings=settings,
            executor=workers.executor,
        )


@pytest.mark.usefixtures("small_parts")
def test_one_two_and_four_processes_find_exactly_the_same() -> None:
    alone = explored("race-overflow", BUGGY)
    assert alone.executions > 8
    assert alone == explored("race-overflow", BUGGY)
    assert alone == with_workers(2, Settings()) == with_workers(4, Settings())


@pytest.mark.usefixtures("small_parts")
def test_so_they_do_with_one_search_alone() -> None:
    settings = Settings("dpor")
    assert explored("race-overflow", BUGGY, settings) == with_workers(2, settings)


@pytest.mark.usefixtures("small_parts")
def test_a_cluster_finds_exactly_the_same(cluster: Executor) -> None:
    race = load(find("race-overflow"))
    assert explore_with(cluster, race, BUGGY) == explore(race, BUGGY)


@pytest.mark.usefixtures("small_parts")
def test_threads_take_turns_and_find_exactly_the_same() -> None:
    race = load(find("race-dio-fork"))
    with ThreadPoolExecutor(3) as threads:
        assert explore_with(threads, race, "v6.4") == explore(race, "v6.4")


@pytest.mark.usefixtures("small_parts")
def test_a_budget_ends_it_at_the_same_place_for_any_number_of_processes() -> None:
    settings = Settings(budget=25)
    alone = explored("race-overflow", BUGGY, settings)
    assert (alone.executions, alone.stopped) == (25, "budget")
    assert alone == with_workers(2, settings)


@pytest.mark.usefixtures("small_parts")
def test_cut_into_parts_it_finds_what_it_finds_in_one_piece() -> None:
    cut = explored("race-overflow", BUGGY, Settings("dpor"))
    searching.FIRST = 10**6  # put back by the fixture
    whole = explored("race-overflow", BUGGY, Settings("dpor"))
    assert (cut.endings, cut.executions, cut.verdict) == (
        whole.endings,
        whole.executions,
        whole.verdict,
    )


def test_two_searches_count_the_same_interleavings_end_by_end() -> None:
    by_kind = explored("race-two-reads", "v6.1", Settings("dpor"))
    by_state = explored("race-two-reads", "v6.1", Settings("merging"))
    every = explored("race-two-reads", "v6.1", Settings("naive"))
    assert by_kind.endings == by_state.endings == every.endings
    assert every.executions == every.interleavings == by_kind.interleavings
    assert by_kind.executions < every.executions


def test_two_searches_that_take_turns_do_not_disturb_each_other() -> None:
    """Where merging is done first, between two turns of the other one."""
    turns = explored("race-swap", "v6.1")
    assert turns.strategy == "merging"
    assert turns.endings == explored("race-swap", "v6.1", Settings("dpor")).endings


@pytest.mark.parametrize("strategy", ["dpor", "merging", "fewest"])
def test_each_search_for_everything_comes_to_the_same_verdict(strategy: str) -> None:
    found = explored("race-two-reads", "v6.1", Settings(strategy))
    assert (found.verdict, found.exhausted) == ("Never", True)
    found = explored("race-two-reads", "v6.5+bio-pin-not-noted", Settings(strategy))
    assert (found.verdict, found.exhausted) == ("Always", True)


@pytest.mark.parametrize("strategy", ["bounded", "chance", "walk"])
def test_a_search_for_a_part_never_says_never(strategy: str) -> None:
    limits = Limits(preemptions=1, runs=30)
    found = explored("race-dio-fork", "v6.5", Settings(strategy, limits=limits))
    assert (found.verdict, found.stopped) == ("Not found", "strategy")


def test_what_was_found_stays_found_when_the_budget_ends_it() -> None:
    found = explored("race-dio-fork", "v6.4", Settings("fewest", budget=20))
    assert (found.verdict, found.stopped) == ("Sometimes", "budget")


def test_what_was_not_counted_is_estimated_from_a_seed() -> None:
    settings = Settings("naive", budget=50)
    found = explored("race-dio-fork", "v6.4", settings)
    whole = explored("race-dio-fork", "v6.4").interleavings
    assert found.interleavings is None and found.estimated is not None
    assert whole is not None and 0.9 < found.estimated / whole < 1.1
    assert found == explored("race-dio-fork", "v6.4", settings)


def test_an_interrupt_ends_it_with_what_is_known() -> None:
    def stop(count: int, expected: int | None) -> None:
        if count == 6:
            raise KeyboardInterrupt

    found = explore(load(find("race-dio-fork")), "v6.4", progress=stop)
    assert (found.stopped, found.executions, found.exhausted) == ("interrupt", 6, False)
    assert sum(each.count for each in found.endings) <= 6
    assert explored("race-dio-fork", "v6.4").verdict == "Sometimes"


@pytest.mark.usefixtures("small_parts")
def test_an_interrupt_stops_the_processes_too() -> None:
    def stop(count: int, expected: int | None) -> None:
        if count > 30:
            raise KeyboardInterrupt

    race = load(find("race-overflow"))
    with Workers(2) as workers:
        found = explore(race, BUGGY, progress=stop, executor=workers.executor)
    assert (found.stopped, found.executions) == ("interrupt", 31)


@pytest.mark.usefixtures("small_parts")
def test_about_how_many_there_are_is_told_once_parts_are_done() -> None:
    told: list[int | None] = []
    explore(
        load(find("race-overflow")),
        BUGGY,
        progress=lambda count, expected: told.append(expected),
    )
    assert told[0] is None
    assert all(each is not None and each > 0 for each in told[-3:])


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_every_strategy_is_reproducible(strategy: str) -> None:
    settings = Settings(strategy, 60, Limits(runs=20, seed=5))
    again = [explored("race-two-reads", "v6.1", settings) for _ in range(2)]
    assert again[0] == again[1]


def test_what_a_cpu_has_returned_tells_ends_apart() -> None:
    found = explored("race-dio-errors", "v6.1")
    assert {dict(end.values)["P0.ret"] for end in found.endings} == {"-5", "-14"}


@pytest.mark.parametrize("turns", [*range(6, 11), *range(13, 17)])
def test_a_walk_in_a_page_table_that_is_free_is_caught_wherever_it_stands(
    turns: int,
) -> None:
    lab, race = race_of(load(find("race-table")), "v6.1+bug-flush-not-awaited")
    with lab.machine:
        end = carried_out(race, [0] * turns + [1] * 40).final
    assert isinstance(end, Final) and end.splats
    assert all(each.startswith("KASAN: use-after-free") for each in end.splats)


def test_a_page_that_is_marked_dirty_as_it_leaves_its_file_is_counted_out() -> None:
    lab, race = race_of(load(find("race-truncate")), "v6.1+bug-dirty-unlocked")
    with lab.machine:
        end = carried_out(race, [0] * 5 + [1] * 12 + [0] * 3 + [1] * 40).final
    assert isinstance(end, Final)
    assert dict(end.values)["F.dirty_pages"] == "0"
    assert value(lab, '"filemap_unaccount_folio" in dmesg.text')
