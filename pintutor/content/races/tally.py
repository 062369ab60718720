"""What the executions of a race came to, counted.

A search that runs one execution of each kind knows how many interleavings each stands
for, and one that merges states knows how many lead to each; so either can say of how
many interleavings each end is the end, without having run them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from pintutor.lab.racing import Final
from pintutor.sim.lockdep import Order
from pintutor.sim.search.counting import interleavings
from pintutor.sim.search.world import Execution

End = tuple[Final, str]
"""What could be seen at an end, and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Ending:
    """One way in which the race can end."""

    values: tuple[tuple[str, str], ...]
    """What was looked at, with its values."""
    finding: str
    """What is wrong with it: the condition holds, a splat, a deadlock; or nothing."""
    count: int
    """Interleavings that end so, or executions that did: see Exploration.counted."""


class Seen(NamedTuple):
    """One execution as it counts."""

    end: End
    kind: bytes
    """Names its kind; empty when the search does not know it."""
    interleavings: int | None
    """How many are of that kind, where that can be counted."""
    locks: frozenset[Order] = frozenset()
    """The orders in which it took locks."""
    schedule: tuple[int, ...] = ()
    """Who did each step, if it took locks in some order."""


def finding(execution: Execution) -> str:
    """What is wrong with the end of an execution, or nothing."""
    final = execution.final
    assert isinstance(final, Final), "the race is a lab's"
    if final.splats:
        return final.splats[0]
    if execution.stuck:
        waiting = ", ".join(f"P{cpu}" for cpu in execution.stuck)
        return f"deadlock: {waiting} wait for ever"
    if execution.endless:
        return f"livelock: {', '.join(execution.endless)} go round for ever"
    return "the condition holds" if final.holds else ""


def seen(execution: Execution) -> Seen:
    """What counts of an execution."""
    assert isinstance(execution.final, Final), "the race is a lab's"
    end = execution.final, finding(execution)
    schedule = execution.schedule if execution.locks else ()
    if not execution.order:
        return Seen(end, b"", None, execution.locks, schedule)
    from hashlib import blake2b

    kind = blake2b(repr(execution.order).encode(), digest_size=16).digest()
    ways = interleavings(execution.order)
    return Seen(end, kind, ways, execution.locks, schedule)


class Tally:
    """The executions of one search, by how they ended."""

    def __init__(self) -> None:
        self.ends: list[End] = []
        """How each execution ended, in the order of the search."""
        self.orders: dict[Order, tuple[int, ...]] = {}
        """Each order in which locks were taken, and the first execution that did."""
        self._ways: Counter[End] = Counter()
        self._kinds: set[bytes] = set()
        self._counted = True

    def add(self, one: Seen) -> None:
        """Count an execution."""
        self.ends.append(one.end)
        for order in one.locks:
            self.orders.setdefault(order, one.schedule)
        if one.kind in self._kinds:
            return
        self._kinds.add(one.kind)
        if one.interleavings is None:
            self._counted = False
        else:
            self._ways[one.end] += one.interleavings

    @property
    def known(self) -> int:
        """How many interleavings the kinds that were seen have at least."""
        return self._ways.total()

    @property
    def ways(self) -> Counter[End] | None:
        """How many interleavings of the kinds that were seen end how, if counted."""
        return self._ways if self._counted else None

    def counted_as(self, each: Iterable[int]) -> Counter[End]:
        """The interleavings by end, where each execution stands for so many."""
        ways: Counter[End] = Counter()
        for end, count in zip(self.ends, each, strict=True):
            ways[end] += count
        return ways


def endings(counts: Counter[End]) -> tuple[Ending, ...]:
    """The different ends, what is wrong first."""
    ends = sorted(counts.items(), key=_order)
    return tuple(Ending(final.values, finding, count) for (final, finding), count in ends)


def _order(item: tuple[End, int]) -> tuple[bool, str, str]:
    (final, finding), _ = item
    return not finding, finding, str(final.values)
