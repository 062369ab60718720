"""Searching a race: by one strategy, or by two that take turns.

Without a strategy's name, one execution of each kind and the merging of equal states
take turns: neither wins everywhere, and so it takes at most little more than twice the
better one. What lasts long is cut into parts that a crew searches. Which parts, how
much of each and whose turn it is depends on nothing but the race, so that a crew of any
size comes to the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from pintutor.content.races.crew import ONE_AT_A_TIME, Crew
from pintutor.content.races.tally import End, Seen, Tally, seen
from pintutor.lab.lab import Lab
from pintutor.lab.racing import LabRace
from pintutor.sim.lockdep import Order
from pintutor.sim.search.dpor import Node, dpor
from pintutor.sim.search.learned import Programs
from pintutor.sim.search.merging import States, merging
from pintutor.sim.search.split import Frontier, Part, Worked, left
from pintutor.sim.search.strategies import STRATEGIES, Limits
from pintutor.sim.search.world import Search

BUDGET = 20_000
"""Executions after which an exploration gives up, if nothing else is said."""
TURN = 4
"""Executions of one of each kind for one that merges states. In most races the first
is done first, and by far; where it is not, merging is done after a few."""
FIRST = 1_000
"""Executions after which a search is cut into parts."""
PARTS = 32
"""Parts that are searched before anything else is decided, at most."""
SIZE = 100
"""Executions of a part before it is cut anew."""

SPLIT = ("", "dpor")
"""The strategies that a crew can share."""

Progress = Callable[[int, int | None], None]
"""Told how many executions were run, and how many there may be in all."""


def unseen(count: int, expected: int | None) -> None:
    """Nobody is told."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How to search."""

    strategy: str = ""
    """A name of STRATEGIES; empty for two that take turns."""
    budget: int = BUDGET
    """Executions at most."""
    limits: Limits = Limits()  # noqa: RUF009  (it cannot be changed)


class Searching:
    """The search of one race, as far as it has come."""

    def __init__(
        self,
        lab: Lab,
        race: LabRace,
        programs: Programs,
        settings: Settings,
        progress: Progress,
    ) -> None:
        self.executions = 0
        self.programs = programs
        """What is known of the race's programs."""
        self.done = ""
        """The search that has seen everything, once one has."""
        self._lab = lab
        self._race = race
        self._settings = settings
        self._progress = progress
        self._kinds = Tally()
        self._merged = Tally()
        self._states = States()
        self._expected: int | None = None
        """About how many executions there are, once that can be told."""

    @property
    def orders(self) -> dict[Order, tuple[int, ...]]:
        """Each order in which locks were taken, with an execution that did."""
        return {**self._merged.orders, **self._kinds.orders}

    @property
    def known(self) -> int:
        """Interleavings that there are at least: of the kinds that were seen."""
        return self._kinds.known

    @property
    def left(self) -> int:
        """Executions that the budget has left."""
        return self._settings.budget - self.executions

    def run(self, crew: Crew) -> None:
        """Search until everything was seen or the budget is spent."""
        if self._settings.strategy not in SPLIT:
            self._alone(self._settings.strategy)
            return
        nodes: list[Node] = []
        by_kind = dpor(self._race, nodes, programs=self.programs)
        by_state = merging(self._race, self._states, programs=self.programs)
        with ONE_AT_A_TIME, self._lab.machine, self.programs.watch.reading():
            self._in_turns(by_kind, by_state)
        try:
            if not self.done and self.left:
                self._in_parts(crew, left(nodes), by_state)
        finally:
            crew.stop()

    def _alone(self, name: str) -> None:
        """Search by one strategy."""
        tally = self._merged if name == "merging" else self._kinds
        search = (
            merging(self._race, self._states, programs=self.programs)
            if name == "merging"
            else STRATEGIES[name].begin(self._race, self._settings.limits)
        )
        with ONE_AT_A_TIME, self._lab.machine:
            self._take(name, search, tally, self.left)

    def _in_turns(self, by_kind: Search, by_state: Search) -> None:
        """Begin both searches, until one is done or it takes too long for one process."""
        while self.left and self.executions < FIRST:
            if not self._take("dpor", by_kind, self._kinds, TURN):
                return
            if not self._merge(by_state, self._turns(TURN)):
                return

    def _in_parts(self, crew: Crew, rest: Part, by_state: Search) -> None:
        """Go on by parts, round by round."""
        frontier = Frontier()
        frontier.take((), Worked((), (), rest))
        turns = self._turns(FIRST)
        while parts := frontier.parts(min(PARTS, self.left - turns)):
            limit = min(SIZE, (self.left - turns) // len(parts))
            results = crew.begin(parts, limit)
            with ONE_AT_A_TIME, self._lab.machine:
                if not self._merge(by_state, turns):
                    return
            began = self.executions
            for part, found in zip(parts, results, strict=True):
                frontier.take(part, found.worked)
                for each in found.seen:
                    self._count(self._kinds, each)
            turns = self._turns(self.executions - began)
            self._expected = round(self.executions / max(frontier.share(), 1e-9))
        if self.left:
            self.done = "dpor"

    def _turns(self, executions: int) -> int:
        """How many executions merging is due after so many of the other search."""
        if self._settings.strategy:
            return 0
        return min(executions // TURN, self.left // 2)

    def _merge(self, by_state: Search, count: int) -> bool:
        """Let equal states be merged for some executions; False when that is done."""
        return self._take("merging", by_state, self._merged, count)

    def _take(self, name: str, search: Search, tally: Tally, count: int) -> bool:
        """Let a search run some executions; False when it has come to its end."""
        for _ in range(min(count, self.left)):
            try:
                execution = next(search)
            except StopIteration as end:
                self.done = name if end.value else ""
                return False
            self._count(tally, execution and seen(execution))
        return True

    def _count(self, tally: Tally, one: Seen | None) -> None:
        self.executions += 1
        if one is not None:
            tally.add(one)
        self._progress(self.executions, self._expected)

    def counts(self) -> tuple[Counter[End], str]:
        """The different ends, how often each, and of what that is the number."""
        if self.done == "merging":
            ways = self._states.interleavings()
            return self._merged.counted_as(ways), "interleavings"
        if self.done == "dpor" and self._kinds.ways is not None:
            return self._kinds.ways, "interleavings"
        if self.done:
            unit = "interleavings" if self.done == "naive" else "executions"
            return Counter(self._kinds.ends), unit
        return Counter([*self._kinds.ends, *self._merged.ends]), "executions"
