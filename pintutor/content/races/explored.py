"""A race explored on several kernels, with what its file states of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import Any

from pintutor.content.races.combinations import Combination
from pintutor.content.races.exploring import Exploration, explore
from pintutor.content.races.searching import Progress, Settings
from pintutor.content.scenario import Scenario
from pintutor.lab.errors import CommandError


@dataclass(frozen=True, slots=True)
class Unexplored:
    """A kernel that the race cannot be explored on."""

    kernel: str
    why: str
    verdict: str = "-"
    exhausted: bool = True
    """There is nothing to try."""

    def to_json(self) -> dict[str, Any]:
        """The same as data."""
        return {"kernel": self.kernel, "verdict": None, "why": self.why}


@dataclass(frozen=True, slots=True)
class OnKernel:
    """What a race comes to on one kernel, and what it states of it."""

    found: Exploration | Unexplored
    stated: str = ""
    """The verdict in its file; empty when it states none."""

    @property
    def refuted(self) -> bool:
        """True when what is stated is known to be wrong."""
        wrong = bool(self.stated) and self.stated != self.found.verdict
        return wrong and self.found.exhausted

    @property
    def unsettled(self) -> bool:
        """True when not enough was seen to bear out what is stated, or to say Never."""
        return not self.found.exhausted and self.stated != self.found.verdict

    def to_json(self) -> dict[str, Any]:
        """The same as data."""
        return {**self.found.to_json(), "stated": self.stated}


@dataclass(frozen=True, slots=True)
class Explored:
    """What a race can come to on some kernels."""

    scenario: Scenario
    kernels: tuple[OnKernel, ...]
    interrupted: bool
    """True when kernels may be missing at the end."""

    @property
    def answers(self) -> dict[str, object]:
        """The verdict, of all kernels if they have one, and the executions."""
        verdicts = {each.found.verdict for each in self.kernels}
        executions = (getattr(each.found, "executions", 0) for each in self.kernels)
        verdict = verdicts.pop() if len(verdicts) == 1 else "they differ"
        return {"verdict": verdict, "executions": sum(executions)}

    def to_json(self) -> dict[str, Any]:
        """The same as data."""
        return {
            "scenario": self.scenario.name,
            "about": self.scenario.about,
            "interrupted": self.interrupted,
            "kernels": [each.to_json() for each in self.kernels],
        }


def explore_all(
    scenario: Scenario,
    kernels: Iterable[Combination],
    *,
    settings: Settings,
    progress: Callable[[str], Progress],
    executor: Callable[[], Executor] | None = None,
) -> Explored:
    """What a race can come to on each kernel; an interrupt leaves out the rest.

    `progress` gives what is told of the executions on the kernel of that label.
    """
    found: list[OnKernel] = []
    for each in kernels:
        on = _explored(scenario, each, settings, progress(each.label), executor)
        found.append(OnKernel(on, _stated(scenario, each)))
        if isinstance(on, Exploration) and on.stopped == "interrupt":
            return Explored(scenario, tuple(found), interrupted=True)
    return Explored(scenario, tuple(found), interrupted=False)


def _explored(
    scenario: Scenario,
    on: Combination,
    settings: Settings,
    progress: Progress,
    executor: Callable[[], Executor] | None,
) -> Exploration | Unexplored:
    if on.refused:
        return Unexplored(on.label, on.refused)
    try:
        found = explore(
            scenario,
            on.kernel,
            patches=on.patches,
            settings=settings,
            progress=progress,
            executor=executor,
        )
    except CommandError as error:
        return Unexplored(on.label, error.message)
    return replace(found, kernel=on.label)


def _stated(scenario: Scenario, on: Combination) -> str:
    """What the file states of a kernel; of one whose patches were changed, nothing."""
    assert scenario.race is not None, "it is a race"
    claim = scenario.race.claimed(on.kernel) if on.patches is None else None
    return "" if claim is None else claim.verdict
