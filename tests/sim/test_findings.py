"""What can be wrong with an execution besides its end: each with a race and without."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

from pintutor.sim import atomic, lockdep, locks
from pintutor.sim.poison import poison
from pintutor.sim.search.dpor import dpor
from pintutor.sim.search.naive import naive
from pintutor.sim.search.world import Execution, Search
from tests.sim.races import Made, executions, lock_inversion
from tests.sim.toys import Box, _function


def orders(found: list[Execution]) -> dict[lockdep.Order, object]:
    return {order: None for each in found for order in each.locks}


class Lock(Box):
    """A lock of another kind."""


def _nested(outer: Box, inner: Box) -> Callable[[], None]:
    def program() -> None:
        locks.spin_lock(outer, "value")
        locks.spin_lock(inner, "value")
        locks.spin_unlock(inner, "value")
        locks.spin_unlock(outer, "value")

    return program


def one_after_the_other() -> Made:
    """Opposite orders that can never meet: the second begins when the first is done."""
    box, lock, done = Box(0), Lock(0), Box(0)

    def first() -> None:
        _nested(box, lock)()
        atomic.write_once(done, "value", 1)

    def second() -> None:
        atomic.wait_until(lambda: done.value == 1, done, "value", "wait", "no end")
        _nested(lock, box)()

    return [box, lock, done], [first, second]


def same_order() -> Made:
    box, lock = Box(0), Lock(0)
    return [box, lock], [_nested(box, lock), _nested(box, lock)]


def test_two_orders_are_reported_though_no_execution_is_a_deadlock() -> None:
    found = executions(one_after_the_other, dpor)
    assert not any(each.stuck for each in found)
    assert lockdep.inversions(orders(found)) == [("Box.value", "Lock.value")]


def test_one_order_is_no_inversion() -> None:
    found = executions(same_order, dpor)
    assert orders(found) == {("Box.value", "Lock.value"): None}
    assert lockdep.inversions(orders(found)) == []


def test_locks_of_one_kind_are_left_to_the_deadlock_that_they_come_to() -> None:
    found = executions(lock_inversion, dpor)
    assert orders(found) == {}
    assert any(each.stuck for each in found)


def _polite(mine: Box, other: Box) -> int:
    """Raise a hand, and take it down while the other one has one up."""
    while True:
        atomic.write_once(mine, "value", 1)
        if not atomic.read_once(other, "value"):
            return 0
        atomic.write_once(mine, "value", 0)


POLITE = _function(_polite)


def _await_flag(flag: Box) -> int:
    while not atomic.read_once(flag, "value"):
        pass
    return 0


AWAIT_FLAG = _function(_await_flag)


def after_you() -> Made:
    """Two CPUs that give way to each other for ever: nobody takes a hand down again."""
    one, other = Box(0), Box(0)
    return [one, other], [lambda: POLITE(one, other), lambda: POLITE(other, one)]


def spinning_reader() -> Made:
    flag = Box(0)
    return [flag], [lambda: AWAIT_FLAG(flag), lambda: atomic.write_once(flag, "value", 1)]


def test_cpus_that_go_round_whoever_is_let_are_a_livelock() -> None:
    found = executions(after_you, lambda race: _some(naive(race)))
    assert ("P0 in _polite()", "P1 in _polite()") in {each.endless for each in found}


def test_a_loop_that_another_cpu_ends_is_no_livelock() -> None:
    found = executions(spinning_reader, lambda race: _some(naive(race)))
    assert {each.endless for each in found} == {()}
    assert max(len(each.schedule) for each in found) > 1_000


def _some(search: Search) -> Search:
    yield from islice(search, 5)
    return False


def freeing(*, counted: bool) -> Callable[[], Made]:
    """Two CPUs that drop references to a box; uncounted, one looks at it again."""

    def make() -> Made:
        box = Box(2)

        def drop() -> None:
            last = atomic.atomic_sub_and_test(1, box, "value")
            if last:
                poison(box)
            elif not counted:
                atomic.read_once(box, "other")

        return [], [drop, drop]

    return make


def test_a_look_after_the_reference_is_a_use_after_free_sometimes() -> None:
    results = {each.final for each in executions(freeing(counted=False), dpor)}
    assert any("UseAfterFree" in str(final) for final in results)
    assert any("UseAfterFree" not in str(final) for final in results)


def test_the_last_reference_frees_and_nobody_looks_again() -> None:
    results = {each.final for each in executions(freeing(counted=True), dpor)}
    assert not any("UseAfterFree" in str(final) for final in results)


def waking(*, looks_first: bool) -> Callable[[], Made]:
    """A CPU that sleeps, and one that wakes it; or wakes nobody if it is not yet asleep."""

    def make() -> Made:
        asleep = Box(0)

        def sleep() -> None:
            atomic.write_once(asleep, "value", 1)
            atomic.wait_until(lambda: asleep.value == 2, asleep, "value", "wait", "-")

        def wake() -> None:
            if looks_first:
                atomic.wait_until(lambda: asleep.value == 1, asleep, "value", "wait", "-")
            atomic.cmpxchg(asleep, "value", 1, 2)

        return [asleep], [sleep, wake]

    return make


def test_a_wake_up_that_is_lost_is_a_deadlock_of_the_sleeper() -> None:
    stuck = {each.stuck for each in executions(waking(looks_first=False), dpor)}
    assert stuck == {(), (0,)}


def test_a_wake_up_that_comes_after_the_sleeper_is_kept() -> None:
    stuck = {each.stuck for each in executions(waking(looks_first=True), dpor)}
    assert stuck == {()}
