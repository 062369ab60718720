"""Running a scenario: its script on a fresh machine for each of its kernels."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pintutor.content.errors import shown
from pintutor.content.reading import load
from pintutor.content.scenario import Scenario, find
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
    lab = Lab(kernel)
    outcomes: list[Outcome] = []
    failures: list[Failure] = []
    for line in scenario.lines:
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
