"""What recording costs, and how fast recorded history is walked."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from pintutor.bench.measure import ROUNDS, Goal, Measured, duration, ratio
from pintutor.sim.machine import Machine
from pintutor.sim.objects import KObject

CALLS = 100_000
A_STEP = 4
"""Writes that one step of a learner takes back."""

LONG = 1_000_000
"""Writes in the journal that is sought in."""


@dataclass(slots=True, eq=False)
class Recorded(KObject):
    """A counter whose field is journaled."""

    count: int

    def add(self, number: int) -> None:
        """Add to the counter."""
        self.count += number


@dataclass(slots=True, eq=False)
class Plain:
    """The same counter without a journal."""

    count: int

    def add(self, number: int) -> None:
        """Add to the counter."""
        self.count += number


def _calls(add: Callable[[int], None], count: int) -> float:
    start = time.perf_counter()
    for _ in range(count):
        add(1024)
    return time.perf_counter() - start


def _recorded(count: int) -> float:
    with Machine():
        return _calls(Recorded(0).add, count)


def _record() -> Measured:
    return ratio(lambda: _recorded(CALLS), lambda: _calls(Plain(0).add, CALLS))


def _memory() -> Measured:
    sizes = []
    for _ in range(ROUNDS):
        tracemalloc.start()
        with Machine():
            before, _ = tracemalloc.get_traced_memory()
            _calls(Recorded(0).add, CALLS)
            after, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        sizes.append((after - before) / CALLS)
    return Measured(median(sizes), f"over {CALLS} writes")


def _back() -> Measured:
    took = []
    for _ in range(ROUNDS):
        with Machine() as machine:
            _calls(Recorded(0).add, CALLS)
            start = time.perf_counter()
            for position in range(CALLS - A_STEP, -1, -A_STEP):
                machine.journal.seek(position)
            took.append((time.perf_counter() - start) / CALLS)
    return Measured(median(took) * 1e6, f"{A_STEP} writes a step, over {CALLS} writes")


def _seek() -> Measured:
    took = []
    with Machine() as machine:
        _calls(Recorded(0).add, LONG)
        for number in range(1, 4 * ROUNDS):
            # Steps of the golden ratio visit the whole range evenly, without chance.
            position = number * 618_034 % LONG
            start = time.perf_counter()
            machine.journal.seek(position)
            took.append(time.perf_counter() - start)
    return Measured(median(took) * 1e3, f"worst {duration(max(took))}")


GOALS = (
    Goal("record", "a recorded write / the same method unrecorded", 4.0, "x", _record),
    Goal("memory", "memory of a recorded write", 130.0, "B", _memory),
    Goal("back", "stepping back, a write", 2.0, "us", _back),
    Goal("seek", "random seek in 1,000,000 writes", 100.0, "ms", _seek),
)
"""What is measured of the journal."""
