"""No two plain accesses of the model race, so that stopping at marked ones shows all.

Where a kernel's statement is Sometimes, the race may be just that: only kernels on which
nothing can go wrong are looked at.
"""

from __future__ import annotations

from itertools import islice

import pytest

from pintutor.content.races.race_set_up import race_of
from pintutor.content.reading import load
from pintutor.content.scenario import Scenario, scenarios
from pintutor.sim import atomic, locks
from pintutor.sim.plain import DataRace, data_races
from pintutor.sim.search.dpor import dpor
from tests.sim.races import Made, Race
from tests.sim.toys import ADD, Box, _function

EXECUTIONS = 60
"""Of each race, of which every tenth is looked at."""

TOLERATED = {
    ("Page.flags", "folio_test_large"): "PG_head stays while there is a reference",
    ("Page.flags", "memcpy_to_page"): "the check of the model, not an access of Linux",
    ("Page.flags", "memcpy_from_page"): "the check of the model, not an access of Linux",
    ("MmStruct.flags", "dup_mm"): "the bits that a child gets are set before, and stay",
    ("KernelLog.warned", "warn_on_once"): "to warn once more or less is all the same",
    ("Kernel.worklist", "schedule_work"): "a worker waits without the lock of the list",
    ("RequestQueue.requests", "null_queue_rq"): "a disk waits without the queue's lock",
}
"""Field and function of a plain access that may race, with the reason."""

RACES = {race.name: race for race in map(load, scenarios()) if race.race is not None}


def safe(scenario: Scenario) -> list[str]:
    assert scenario.race is not None, "it is a race"
    claims = {kernel: scenario.race.claimed(kernel) for kernel in scenario.kernels}
    return [name for name, claim in claims.items() if claim and claim.verdict == "Never"]


SAFE = [(name, kernel) for name, race in RACES.items() for kernel in safe(race)]


def tolerated(race: DataRace) -> bool:
    plain = (each for each in (race.first, race.second) if each.plain)
    return any((race.field, each.by) in TOLERATED for each in plain)


@pytest.mark.parametrize(("name", "kernel"), SAFE)
def test_what_the_model_accesses_plainly_is_ordered(name: str, kernel: str) -> None:
    _, race = race_of(RACES[name], kernel)
    found: set[str] = set()
    ignored = race.scope.ignored | race.scope.unordered
    with race.lab.machine:
        runs = [each for each in islice(dpor(race), EXECUTIONS) if each is not None]
        for run in runs[::10]:
            cpus = race.begin(calls=True)
            races = data_races(cpus, run.schedule, ignored=ignored)
            found |= {str(each) for each in races if not tolerated(each)}
    assert found == set()


def races_of(make: object) -> list[str]:
    race = Race(make)  # type: ignore[arg-type]
    with race.machine:
        first = next(each for each in dpor(race) if each is not None)
        return [str(each) for each in data_races(race.begin(calls=True), first.schedule)]


def _peek(box: Box) -> int:
    atomic.read_once(box, "other")
    return box.value


PEEK = _function(_peek)


def _guarded(box: Box) -> int:
    lock = box.other
    assert lock is not None, "it has a lock"
    locks.spin_lock(lock, "value")
    box.value += 1
    locks.spin_unlock(lock, "value")
    return 0


GUARDED = _function(_guarded)


def reader_and_adder() -> Made:
    box = Box(0)
    return [box], [lambda: PEEK(box), lambda: ADD(box, 1)]


def two_guarded() -> Made:
    lock = Box(0)
    box = Box(0, lock)
    return [box, lock], [lambda: GUARDED(box), lambda: GUARDED(box)]


def test_a_plain_read_races_with_an_atomic_add() -> None:
    (told,) = races_of(reader_and_adder)
    assert told.startswith("Box.value: plain read in _peek() line ")
    assert "marked write in add() line " in told


def test_a_lock_orders_plain_accesses() -> None:
    assert races_of(two_guarded) == []
