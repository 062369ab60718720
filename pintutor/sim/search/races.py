"""Which steps of an execution are ordered, and which race: vector clocks."""

from __future__ import annotations

from collections.abc import Iterator

from pintutor.sim.dependence import Footprint, Place, commute, waits_for
from pintutor.sim.search.counting import Order

Clock = dict[int, int]
"""For each CPU the number of its steps that come before, directly or not."""


class Past:
    """The steps of one execution so far, with what orders them."""

    def __init__(self) -> None:
        self.cpus: list[int] = []
        self.touched: list[Footprint] = []
        self._clocks: list[Clock] = []
        self._races: list[list[int]] = []
        self._nth: list[int] = []
        self._last: dict[int, list[int]] = {}
        """For each CPU the indices of its steps."""
        self._at: dict[Place, list[tuple[int, str]]] = {}

    def add(self, cpu: int, touched: Footprint) -> int:
        """Append a step; returns its index."""
        index = len(self.cpus)
        before = self._clock_of(cpu)
        clock, races = dict(before), set[int]()
        for place, access in touched.places():
            for earlier, racing in self._conflicts(cpu, place, access, before):
                _join(clock, self._clocks[earlier])
                if racing:
                    races.add(earlier)
        for place, access in touched.places():
            self._at.setdefault(place, []).append((index, access))
        mine = self._last.setdefault(cpu, [])
        mine.append(index)
        clock[cpu] = nth = len(mine)
        self.cpus.append(cpu)
        self.touched.append(touched)
        self._clocks.append(clock)
        self._races.append(sorted(races))
        self._nth.append(nth)
        return index

    def cut(self, length: int) -> None:
        """Take all steps off again but the first ones."""
        for cpu, touched in zip(self.cpus[length:], self.touched[length:], strict=True):
            self._last[cpu].pop()
            for place, _ in touched.places():
                self._at[place].pop()
        for column in (self.cpus, self.touched, self._clocks, self._races, self._nth):
            del column[length:]

    def _clock_of(self, cpu: int) -> Clock:
        mine = self._last.get(cpu)
        return self._clocks[mine[-1]] if mine else {}

    def _conflicts(
        self, cpu: int, place: Place, access: str, before: Clock
    ) -> Iterator[tuple[int, bool]]:
        """Earlier steps of others that conflict there, and whether they race."""
        settled = {cpu}
        for earlier, other in reversed(self._at.get(place, ())):
            owner = self.cpus[earlier]
            if owner in settled or commute(access, other):
                continue
            if before.get(owner, 0) >= self._nth[earlier]:
                settled.add(owner)
                continue
            waits = waits_for(access, other)
            if not waits and access not in ("wait", "idle"):
                settled.add(owner)
            yield earlier, not waits

    def races(self, start: int) -> Iterator[tuple[int, int]]:
        """The races whose later step is at `start` or behind it."""
        for later in range(start, len(self.cpus)):
            for earlier in self._races[later]:
                yield earlier, later

    def races_of(self, later: int) -> list[int]:
        """The steps that race with a step and come before it."""
        return self._races[later]

    def before(self, first: int, second: int) -> bool:
        """True when the first step comes before the second in every order."""
        known = self._clocks[second].get(self.cpus[first], 0)
        return known >= self._nth[first]

    def order(self) -> Order:
        """For each CPU, and each of its steps: how many steps of each come before it.

        Two executions are of one kind exactly when their orders are equal.
        """
        cpus = range(max(self.cpus, default=-1) + 1)
        return tuple(
            tuple(
                tuple(clock.get(other, 0) for other in cpus)
                for own, clock in zip(self.cpus, self._clocks, strict=True)
                if own == cpu
            )
            for cpu in cpus
        )

    def initials(self, earlier: int, later: int) -> list[int]:
        """Who can begin an execution that reverses the race of two steps."""
        free = [
            index for index in range(earlier + 1, later) if not self.before(earlier, index)
        ]
        free.append(later)
        found: dict[int, int] = {}
        for index in free:
            cpu = self.cpus[index]
            if cpu in found:
                continue
            preceded = any(self.before(other, index) for other in free if other < index)
            if not preceded:
                found[cpu] = index
        return list(found)


def _join(clock: Clock, other: Clock) -> None:
    for cpu, count in other.items():
        if clock.get(cpu, 0) < count:
            clock[cpu] = count
