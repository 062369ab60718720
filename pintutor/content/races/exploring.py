"""Exploring a race: what can come of it on a kernel, and how.

How the executions are chosen is said in searching.py. Where something bad can happen,
the execution with the fewest preemptions is looked for as the one to show.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from pintutor.content.races.crew import ONE_AT_A_TIME, Elsewhere, Here, Job
from pintutor.content.races.lock_orders import Inversion, lock_orders
from pintutor.content.races.race_set_up import race_of
from pintutor.content.races.searching import Progress, Searching, Settings, unseen
from pintutor.content.races.tally import Ending, endings, finding
from pintutor.content.races.witness import Witness, first_witness
from pintutor.content.scenario import Scenario
from pintutor.lab.racing import LabRace
from pintutor.sim.search.estimating import estimate
from pintutor.sim.search.learned import Programs

SAMPLES = 100
"""Executions by chance that the number of interleavings is estimated from."""


@dataclass(frozen=True, slots=True)
class Exploration:
    """What a race can come to on one kernel."""

    kernel: str
    endings: tuple[Ending, ...]
    counted: str
    """What the endings count: `interleavings`, all of them, or `executions` seen."""
    executions: int
    """Executions that the search ran."""
    stopped: str
    """Why something may be unseen: `budget`, `interrupt`, or `strategy`, which looks
    for a part only. Empty when nothing is left to try."""
    strategy: str
    """The search that was done first."""
    estimated: int | None
    """About how many interleavings there are, where they were not counted."""
    witness: Witness | None
    lock_orders: tuple[Inversion, ...] = ()
    """Locks that were taken in both orders, whatever that came to."""

    @property
    def exhausted(self) -> bool:
        """True when nothing is left to try: what was not seen cannot happen."""
        return not self.stopped

    @property
    def interleavings(self) -> int | None:
        """How many there are, exactly; None where they were not counted."""
        if self.counted != "interleavings":
            return None
        return sum(ending.count for ending in self.endings)

    @property
    def reduction(self) -> float | None:
        """Interleavings for each execution that was run; None where nobody knows."""
        whole = self.interleavings or self.estimated
        return whole / self.executions if whole and self.executions else None

    @property
    def verdict(self) -> str:
        """Never, Sometimes or Always; `Not found` when the search did not see all."""
        bad = [bool(ending.finding) for ending in self.endings]
        if any(bad):
            return "Always" if self.exhausted and all(bad) else "Sometimes"
        return "Never" if self.exhausted else "Not found"

    def to_json(self) -> dict[str, Any]:
        """The exploration as data."""
        return {
            "kernel": self.kernel,
            "verdict": self.verdict,
            "exhausted": self.exhausted,
            "stopped": self.stopped,
            "executions": self.executions,
            "interleavings": self.interleavings,
            "estimated": self.estimated,
            "strategy": self.strategy,
            "counted": self.counted,
            "endings": [
                {
                    "values": dict(ending.values),
                    "finding": ending.finding,
                    "count": ending.count,
                }
                for ending in self.endings
            ],
            "lock_orders": [each.to_json() for each in self.lock_orders],
            "witness": None if self.witness is None else self.witness.to_json(),
        }


def explore(
    scenario: Scenario,
    kernel: str,
    *,
    patches: Iterable[str] | None = None,
    settings: Settings = Settings(),  # noqa: B008  (it cannot be changed)
    progress: Progress = unseen,
    executor: Callable[[], Executor] | None = None,
) -> Exploration:
    """What the race of a scenario can come to on one kernel.

    `patches` are the names of those that the kernel has instead of its own. What takes
    long is shared with the executor, which is asked for when it is needed; what is
    found does not depend on it. A KeyboardInterrupt, also one that `progress` raises,
    ends the search with what is known by then.

    Errors: CommandError when the setup cannot be carried out.
    """
    names = None if patches is None else tuple(patches)
    with ONE_AT_A_TIME:
        lab, race = race_of(scenario, kernel, patches=names)
        with lab.machine:
            programs = Programs(race)
    job = Job(uuid4().hex, scenario, kernel, names)
    crew = Elsewhere(executor, job) if executor else Here(lab, race)
    searching = Searching(lab, race, programs, settings, progress)
    try:
        searching.run(crew)
    except KeyboardInterrupt:
        return _explored(kernel, searching, "interrupt", settings.strategy)
    stopped = "" if searching.done else "strategy" if searching.left else "budget"
    found = _explored(kernel, searching, stopped, searching.done or settings.strategy)
    try:
        with ONE_AT_A_TIME, lab.machine:
            return _completed(found, race, settings, searching)
    except KeyboardInterrupt:
        return replace(found, stopped="interrupt")


def explore_with(
    executor: Executor,
    scenario: Scenario,
    kernel: str,
    *,
    settings: Settings = Settings(),  # noqa: B008  (it cannot be changed)
    progress: Progress = unseen,
) -> Exploration:
    """What a race can come to, searched by any executor, such as a cluster's.

    Errors: CommandError when the setup cannot be carried out.
    """
    return explore(
        scenario,
        kernel,
        settings=settings,
        progress=progress,
        executor=lambda: executor,
    )


def _explored(
    kernel: str, searching: Searching, stopped: str, strategy: str
) -> Exploration:
    """What the search has shown."""
    counts, counted = searching.counts()
    return Exploration(
        kernel,
        endings(counts),
        counted,
        searching.executions,
        stopped,
        strategy,
        None,
        None,
    )


def _completed(
    found: Exploration, race: LabRace, settings: Settings, searching: Searching
) -> Exploration:
    """The same with the execution to show, lock orders, and an estimate if needed."""
    bad = any(ending.finding for ending in found.endings)
    shown = None
    if bad:
        programs = searching.programs
        shown = first_witness(race, finding, budget=settings.budget, programs=programs)
    guess = None
    if found.interleavings is None:
        guess = estimate(race, seed=settings.limits.seed, count=SAMPLES)
        guess = max(guess, searching.known)
    orders = lock_orders(race, searching.orders)
    return replace(found, estimated=guess, witness=shown, lock_orders=orders)
