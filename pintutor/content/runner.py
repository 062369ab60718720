"""Running a scenario on each of its kernels: its script, or all that its race can do."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pintutor.content.errors import shown
from pintutor.content.races.exploring import Exploration, explore
from pintutor.content.reading import load
from pintutor.content.scenario import Claim, Scenario, find
from pintutor.lab.errors import CommandError
from pintutor.lab.lab import Lab, Outcome
from pintutor.lab.results import Verdict


@dataclass(frozen=True, slots=True)
class Failure:
    """Something that a file states and that does not hold."""

    path: Path
    line: int
    kernel: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{shown(self.path)}:{self.line}: on {self.kernel}: {self.message}"

    def to_json(self) -> dict[str, Any]:
        """The failure as data."""
        return {
            "path": shown(self.path),
            "line": self.line,
            "kernel": self.kernel,
            "message": self.message,
            "hint": self.hint,
        }


@dataclass(frozen=True, slots=True)
class KernelReport:
    """What a scenario did on one kernel."""

    kernel: str
    outcomes: tuple[Outcome, ...]
    failures: tuple[Failure, ...]
    checked: int
    """Statements that were looked at and hold or do not."""
    verdict: str = ""
    """What a race came to; empty for a script."""

    @property
    def ok(self) -> bool:
        """True when all that the scenario states holds on this kernel."""
        return not self.failures


@dataclass(frozen=True, slots=True)
class Report:
    """What a scenario did on each kernel."""

    scenario: Scenario
    kernels: tuple[KernelReport, ...]

    @property
    def ok(self) -> bool:
        """True when all that the scenario states holds."""
        return all(each.ok for each in self.kernels)

    @property
    def failures(self) -> tuple[Failure, ...]:
        """What does not hold, on any kernel."""
        return tuple(failure for each in self.kernels for failure in each.failures)

    def to_json(self) -> dict[str, Any]:
        """The report as data."""
        return {
            "scenario": self.scenario.name,
            "path": shown(self.scenario.path),
            "about": self.scenario.about,
            "kernels": [
                {
                    "kernel": each.kernel,
                    "ok": each.ok,
                    "checked": each.checked,
                    "verdict": each.verdict,
                    "failures": [failure.to_json() for failure in each.failures],
                    "outcomes": [outcome.to_json() for outcome in each.outcomes],
                }
                for each in self.kernels
            ],
        }


def run_file(name: str | Path, *, kernel: str | None = None) -> Report:
    """Run a scenario by name or path, on its kernels or on one.

    Errors: NoSuchContent, ContentError; CommandError for an unknown kernel.
    """
    return run(load(find(str(name))), kernel=kernel)


def run(scenario: Scenario, *, kernel: str | None = None) -> Report:
    """Run a scenario on its kernels or on one (CommandError for an unknown kernel)."""
    kernels = scenario.kernels if kernel is None else (kernel,)
    return Report(scenario, tuple(_run_on(scenario, each) for each in kernels))


def _run_on(scenario: Scenario, kernel: str) -> KernelReport:
    report = _run_lines(scenario, kernel)
    if scenario.race is None or report.failures:
        return report
    explored = explore(scenario, kernel)
    claim = scenario.race.claimed(kernel)
    failures = () if claim is None else _refuted(scenario, claim, explored)
    return KernelReport(
        kernel,
        report.outcomes,
        failures,
        report.checked + (claim is not None),
        explored.verdict,
    )


def _refuted(
    scenario: Scenario, claim: Claim, explored: Exploration
) -> tuple[Failure, ...]:
    """The claim as a failure, if the exploration came to something else."""
    if claim.verdict == explored.verdict:
        return ()
    found = next((each.finding for each in explored.endings if each.finding), "")
    what = f"{claim.verdict} is stated, and the exploration says {explored.verdict}"
    message = what + (f": {found}" if found else "")
    hint = f"`pintutor explore {scenario.name} --kernel {explored.kernel}`"
    return (Failure(scenario.path, claim.number, explored.kernel, message, hint),)


def _run_lines(scenario: Scenario, kernel: str) -> KernelReport:
    """Run the lines of a script, or what sets a race up, one after the other."""
    lab = Lab(kernel)
    outcomes: list[Outcome] = []
    failures: list[Failure] = []
    for line in (*scenario.setup, *scenario.run):
        if not line.meant_for(kernel):
            continue
        try:
            outcomes.append(lab.execute(line.text))
        except CommandError as error:
            message = f"`{line.text.strip()}` cannot be carried out: {error.message}"
            failures.append(
                Failure(scenario.path, line.number, kernel, message, error.hint)
            )
            break
        wrong = wrong_with(outcomes[-1])
        if wrong:
            failures.append(Failure(scenario.path, line.number, kernel, wrong))
    checked = sum(isinstance(outcome.result, Verdict) for outcome in outcomes)
    return KernelReport(kernel, tuple(outcomes), tuple(failures), checked)


def wrong_with(outcome: Outcome) -> str:
    """What is wrong with an outcome in a script: an oops, or what does not hold."""
    if outcome.oops is not None:
        return f"`{outcome.line.strip()}`: {outcome.oops.kind}: {outcome.oops}"
    verdict = outcome.result
    if not isinstance(verdict, Verdict) or verdict.holds:
        return ""
    state = ", ".join(f"{text} is {value}" for text, value in verdict.operands)
    return f"expected {verdict.expected}" + (f", but {state}" if state else "")
