"""Lockstep: one history over two machines, so that one cursor moves both.

It is the history of the left machine, with a step more wherever the right one runs a
line that the left does not: whatever moves in time moves in it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from itertools import groupby, pairwise
from typing import NamedTuple

from pintutor.lab.aligning import Pair, aligned
from pintutor.lab.lab import Lab
from pintutor.lab.results import to_json
from pintutor.lab.timeline import Entry, Timeline
from pintutor.sim.objects import KArray, KObject
from pintutor.sim.recorder import Event


class Place(NamedTuple):
    """Where both machines stand at a step."""

    left: int
    """The step of the left machine."""
    right: int
    reason: str
    """Why the step differs: line, writes, result, refused, stopped; or empty."""


class Typed(NamedTuple):
    """A line that was typed on both, and what came of it there."""

    line: str
    left: Entry | None
    """The command that it became; None when it was refused or not meant for it."""
    right: Entry | None


class Lockstep(Timeline):
    """The steps of two histories as one."""

    def __init__(self, left: Lab, right: Lab, typed: list[Typed]) -> None:
        super().__init__(left.machine)
        self.left, self.right = left.timeline, right.timeline
        self._base = self.left.position(0)
        self.places = [Place(0, 0, "")]
        """Where both stand, by step."""
        self._differences: dict[bool, list[int]] = {}
        for each in typed:
            self.entries.append(self._paired(each))
        self.cursor = self.total

    def seek(self, step: int) -> None:
        """Bring both machines to a step."""
        self.cursor = max(0, min(step, self.total))
        left, right, _ = self.places[self.cursor]
        self.left.seek(left)
        self.right.seek(right)

    def step_at(self, position: int) -> int:
        """The step that made the write at a journal position of the left machine."""
        wanted = self.left.step_at(position)
        return bisect_left(self.places, wanted, key=lambda place: place.left)

    def changed(self, step: int) -> bool:
        """True when a step changes something on either side."""
        if step == 0:
            return True
        now, before = self.places[step], self.places[step - 1]
        sides = ((self.left, now.left, before.left), (self.right, now.right, before.right))
        return any(one.position(at) != one.position(was) for one, at, was in sides)

    def differences(self, *, effects: bool) -> list[int]:
        """The first step of each stretch that differs, or that has another effect."""
        if effects not in self._differences:
            alike = ("", "line") if effects else ("",)
            differ = [place.reason not in alike for place in self.places]
            pairs = enumerate(pairwise(differ), 1)
            self._differences[effects] = [step for step, (was, now) in pairs if now > was]
        return self._differences[effects]

    def _paired(self, typed: Typed) -> Entry:
        """Both recordings of a line as one, in positions of the left machine."""
        one, two = typed.left, typed.right
        made = one or two
        assert made is not None, "a line that neither side took is no part of it"
        here, beside, _ = self.places[-1]
        start = self.left.position(here)
        entry = Entry(typed.line, made.name, made.kernel, start, one.end if one else start)
        pairs = aligned(one.events if one else [], two.events if two else [])
        writes = _Writes(self.left, one), _Writes(self.right, two)
        for pair, reason in zip(pairs, _reasons(pairs, *writes), strict=True):
            entry.events.append(_event(one, two, pair))
            here += pair.left is not None
            beside += pair.right is not None
            self.places.append(Place(here, beside, reason))
        self.places.append(Place(here + bool(one), beside + bool(two), _ended(one, two)))
        if one is not None:
            entry.result, entry.oops, entry.changes = one.result, one.oops, one.changes
            entry.truncated = one.truncated
        return _settled(entry)


def _event(one: Entry | None, two: Entry | None, pair: Pair) -> Event:
    """The event of the left side; where it has none, the right one's, to be placed."""
    if one is not None and pair.left is not None:
        return one.events[pair.left]
    assert two is not None and pair.right is not None, "a pair has a side"
    return two.events[pair.right]._replace(position=-1)


def _settled(entry: Entry) -> Entry:
    """The entry, its foreign events where the left machine stands meanwhile."""
    position = entry.end
    for number in range(len(entry.events) - 1, -1, -1):
        event = entry.events[number]
        if event.position < 0:
            entry.events[number] = event._replace(position=position)
        position = entry.events[number].position
    return entry


class _Writes:
    """What each step of a command wrote, as values that two machines can be compared by."""

    def __init__(self, timeline: Timeline, entry: Entry | None) -> None:
        self._entry = entry
        self._written: list[tuple[str, str | int, object]] = []
        if entry is not None:
            journal = timeline.machine.journal
            self._written = [
                (type(write.obj).__name__, write.field, _plain(write.new))
                for write in journal.writes(entry.start, entry.end)
            ]

    def of(self, index: int | None) -> list[tuple[str, str | int, object]]:
        """The writes of the line with that index."""
        if self._entry is None or index is None:
            return []
        start = self._entry.start
        first, last = (self._entry.position(at) - start for at in (index, index + 1))
        return self._written[first:last]


def _plain(value: object) -> object:
    """A value without the objects of its machine."""
    if isinstance(value, tuple):
        return tuple(map(_plain, value))
    if isinstance(value, (KObject, KArray)):
        return type(value).__name__
    return value


def _reasons(pairs: list[Pair], left: _Writes, right: _Writes) -> Iterator[str]:
    """Why each step of both differs; empty where it does not.

    Lines that differ and write the same in the end differ as lines only.
    """
    for same, group in groupby(pairs, key=lambda pair: pair.same):
        stretch = [*group]
        wrote = [(left.of(pair.left), right.of(pair.right)) for pair in stretch]
        one, two = (
            [write for each in side for write in each] for side in zip(*wrote, strict=True)
        )
        for mine, other in wrote:
            if mine != other and (same or one != two):
                yield "writes"
            else:
                yield "" if same else "line"


def _ended(one: Entry | None, two: Entry | None) -> str:
    """Why the end of a command differs."""
    if one is None or two is None:
        return "refused"
    if (one.oops is None) != (two.oops is None):
        return "stopped"
    return "" if to_json(one.result) == to_json(two.result) else "result"
