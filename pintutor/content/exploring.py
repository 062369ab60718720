"""Exploring a race: what can come of it on each kernel, and how.

Two searches run in turns, one of each kind of execution and one that merges equal
states; whichever is done first has seen everything. Where something bad can happen,
the execution with the fewest preemptions is looked for as the one to show.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import cycle
from typing import Any

from pintutor.content.scenario import Race, Scenario
from pintutor.content.witness import Told, follow
from pintutor.lab.errors import CommandError
from pintutor.lab.lab import Lab
from pintutor.lab.racing import Final, LabRace
from pintutor.sim.schedule import text
from pintutor.sim.search.dpor import dpor
from pintutor.sim.search.fewest import fewest
from pintutor.sim.search.merging import merging
from pintutor.sim.search.naive import naive
from pintutor.sim.search.world import Execution, Search

BUDGET = 20_000
"""Executions after which an exploration gives up, if nothing else is said."""

STRATEGIES: dict[str, Callable[[LabRace], Search]] = {
    "dpor": dpor,
    "merging": merging,
    "naive": naive,
}
"""The searches that can be asked for by name; without a name two take turns."""


TURNS = {"dpor": 4}
"""Executions that a search runs at its turn, where that is not one. In most races
dpor is done first, and by far; where it is not, merging is done after a few."""


@dataclass(frozen=True, slots=True)
class Ending:
    """One way in which the race can end."""

    values: tuple[tuple[str, str], ...]
    """What was looked at, with its values."""
    finding: str
    """What is wrong with it: the condition holds, a splat, a deadlock; or nothing."""
    count: int
    """Executions that ended so, of those that were run."""


@dataclass(frozen=True, slots=True)
class Witness:
    """The execution that shows what can go wrong; none has fewer preemptions."""

    schedule: str
    preemptions: int
    finding: str
    sentence: str
    """Who came in between what, in words; empty when no CPU was taken away."""
    steps: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Exploration:
    """What a race can come to on one kernel."""

    kernel: str
    endings: tuple[Ending, ...]
    executions: int
    exhausted: bool
    """True when nothing is left to try: what was not seen cannot happen."""
    strategy: str
    """The search that was done first."""
    witness: Witness | None

    @property
    def verdict(self) -> str:
        """Never, Sometimes or Always; `Not found` when the budget ended it."""
        bad = [bool(ending.finding) for ending in self.endings]
        if any(bad):
            return "Always" if self.exhausted and all(bad) else "Sometimes"
        return "Never" if self.exhausted else "Not found"

    def to_json(self) -> dict[str, Any]:
        """The exploration as data."""
        witness = self.witness
        return {
            "kernel": self.kernel,
            "verdict": self.verdict,
            "exhausted": self.exhausted,
            "executions": self.executions,
            "strategy": self.strategy,
            "endings": [
                {
                    "values": dict(ending.values),
                    "finding": ending.finding,
                    "count": ending.count,
                }
                for ending in self.endings
            ],
            "witness": None
            if witness is None
            else {
                "schedule": witness.schedule,
                "preemptions": witness.preemptions,
                "finding": witness.finding,
                "sentence": witness.sentence,
                "steps": [step.to_json() for step in witness.steps],
            },
        }


def race_of(scenario: Scenario, kernel: str) -> tuple[Lab, LabRace]:
    """A lab where the scenario's setup has run, and its race.

    Errors: CommandError when the setup cannot be carried out there.
    """
    race = scenario.race
    assert race is not None, "the scenario has CPUs"
    lab = Lab(kernel)
    for line in scenario.setup:
        if line.meant_for(kernel):
            outcome = lab.execute(line.text)
            if outcome.oops is not None:
                what = f"the setup stops in `{line.text.strip()}`: {outcome.oops}"
                raise CommandError(what, None, code="kernel-stopped")
    with lab.machine:
        return lab, LabRace(
            lab, _lines(race, kernel), condition=race.exists, looked_at=race.shows
        )


def _lines(race: Race, kernel: str) -> list[list[str]]:
    return [[line.text for line in cpu if line.meant_for(kernel)] for cpu in race.cpus]


def explore(
    scenario: Scenario,
    kernel: str,
    *,
    strategy: str = "",
    budget: int = BUDGET,
    progress: Callable[[int], None] = lambda count: None,
) -> Exploration:
    """What the race of a scenario can come to on one kernel.

    `progress` is told how many executions have been run.

    Errors: CommandError when the setup cannot be carried out.
    """
    lab, race = race_of(scenario, kernel)
    with lab.machine:
        seen = _Seen(race, [strategy] if strategy else ["dpor", "merging"])
        while not seen.done and seen.executions < budget:
            seen.take()
            progress(seen.executions)
        bad = any(ending.finding for ending in seen.endings())
        witness = _witness(race, budget) if bad else None
    done = bool(seen.done)
    return Exploration(kernel, seen.endings(), seen.executions, done, seen.done, witness)


class _Seen:
    """What searches that take turns have shown so far."""

    def __init__(self, race: LabRace, names: list[str]) -> None:
        self.executions = 0
        self.done = ""
        """The search that has seen everything, once one has."""
        searches = {name: STRATEGIES[name](race) for name in names}
        turns = [name for name in names for _ in range(TURNS.get(name, 1))]
        self._searches = cycle([(name, searches[name]) for name in turns])
        self._ends: Counter[tuple[Final, str]] = Counter()

    def take(self) -> None:
        """Let the next search run one execution."""
        name, search = next(self._searches)
        try:
            execution = next(search)
        except StopIteration:
            self.done = name
            return
        self.executions += 1
        if execution is not None:
            assert isinstance(execution.final, Final), "the race is a lab's"
            self._ends[execution.final, _finding(execution)] += 1

    def endings(self) -> tuple[Ending, ...]:
        """The different ends, what is wrong first."""
        ends = sorted(self._ends.items(), key=_order)
        return tuple(
            Ending(final.values, finding, count) for (final, finding), count in ends
        )


def _order(item: tuple[tuple[Final, str], int]) -> tuple[bool, str]:
    (final, finding), _ = item
    return not finding, str(final.values)


def _finding(execution: Execution) -> str:
    """What is wrong with the end of an execution, or nothing."""
    final = execution.final
    assert isinstance(final, Final), "the race is a lab's"
    if final.splats:
        return final.splats[0]
    if execution.stuck:
        waiting = ", ".join(f"P{cpu}" for cpu in execution.stuck)
        return f"deadlock: {waiting} wait for ever"
    if execution.endless:
        return "it does not end"
    return "the condition holds" if final.holds else ""


def _witness(race: LabRace, budget: int) -> Witness | None:
    """The bad execution with the fewest preemptions that the budget allows."""
    for count, execution in enumerate(fewest(race)):
        if execution is not None and (finding := _finding(execution)):
            schedule = text(execution.schedule)
            told, sentence = follow(race, schedule)
            return Witness(schedule, execution.preemptions, finding, sentence, tuple(told))
        if count >= budget:
            return None
    return None
