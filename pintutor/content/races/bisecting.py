"""Bisecting: which of the patches between two kernels turned what a scenario comes to.

The patches that one kernel has and the other has not are taken off or put on one by
one, in the order of the series. What the scenario comes to is asked half-way, and then
half-way of the half where it turned. Its lines are those for the kernel that is begun
with, on every kernel that is tried, so that nothing but the patches differs.

A race comes to a verdict. A script holds, or something that it states does not; with an
expression, the value of that at its end is what it comes to.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from pintutor.content.races.exploring import explore
from pintutor.content.races.race_set_up import lab_on
from pintutor.content.races.searching import Progress, Settings, unseen
from pintutor.content.runner import wrong_with
from pintutor.content.scenario import Scenario
from pintutor.lab import releases
from pintutor.lab.errors import CommandError
from pintutor.lab.expressions import Expression
from pintutor.lab.lab import Lab
from pintutor.lab.racing import shown
from pintutor.lab.results import Verdict
from pintutor.lab.scope import LabScope
from pintutor.patches import series
from pintutor.patches.patch import Patch


@dataclass(frozen=True, slots=True)
class Turn:
    """One patch that the two kernels differ by."""

    patch: Patch
    on: bool
    """True when it is put on; False when it is taken off."""

    def __str__(self) -> str:
        return f"{'+' if self.on else '-'}{self.patch.name}"

    def to_json(self) -> dict[str, Any]:
        """The patch as data."""
        return {
            "patch": self.patch.name,
            "action": "apply" if self.on else "revert",
            "subject": self.patch.subject,
            "commit": self.patch.commit,
            "release": self.patch.release,
        }


@dataclass(frozen=True, slots=True)
class Trial:
    """What the scenario came to with the first patches of the way."""

    count: int
    """How many of them."""
    last: str
    """The last of them, `+zero-page-unpinned`; empty for none."""
    outcome: str

    def to_json(self) -> dict[str, Any]:
        """The trial as data."""
        return {"patches": self.count, "last": self.last, "outcome": self.outcome}


@dataclass(frozen=True, slots=True)
class Bisection:
    """The patches between which the outcome turned, and what was tried for that."""

    scenario: str
    old: str
    new: str
    way: tuple[Turn, ...]
    """All patches that the kernels differ by, in the order in which they are changed."""
    trials: tuple[Trial, ...]
    """What was tried, the two kernels first."""
    before: Trial
    """The last that comes to what the first kernel does."""
    after: Trial
    """The first that does not."""

    @property
    def found(self) -> tuple[Turn, ...]:
        """The patch that turned it; several when no kernel lies between them."""
        return self.way[self.before.count : self.after.count]

    @property
    def answers(self) -> dict[str, object]:
        """The patch that turned it, and what it was before and after."""
        patches = " ".join(each.patch.name for each in self.found)
        before, after = self.before.outcome, self.after.outcome
        return {"patch": patches, "before": before, "after": after}

    def to_json(self) -> dict[str, Any]:
        """The bisection as data."""
        return {
            "scenario": self.scenario,
            "from": self.old,
            "to": self.new,
            "patches": len(self.way),
            "trials": [each.to_json() for each in self.trials],
            "before": self.before.outcome,
            "after": self.after.outcome,
            "found": [each.to_json() for each in self.found],
        }


def bisect(
    scenario: Scenario,
    old: str,
    new: str,
    *,
    expression: Expression | None = None,
    settings: Settings = Settings(),  # noqa: B008  (it cannot be changed)
    progress: Progress = unseen,
) -> Bisection:
    """The patch between two kernels that turned what a scenario comes to.

    Errors: CommandError when nothing turned, or when an expression is asked of a race.
    """
    if scenario.race is not None and expression is not None:
        what = "a race comes to a verdict, not to the value of an expression"
        raise CommandError(what, None, code="unexpected-expression")
    way = way_between(old, new)
    start = releases.find(old)[1]

    def outcome(count: int) -> str:
        names = tuple(each.name for each in _after(start, way[:count]))
        if scenario.race is None:
            return script_outcome(scenario, old, names, expression)
        found = explore(scenario, old, patches=names, settings=settings, progress=progress)
        if found.stopped == "interrupt":
            raise KeyboardInterrupt
        return found.verdict

    trials, before, after = _halved(start, way, outcome)
    if before.outcome == after.outcome:
        raise CommandError(
            f"`{scenario.name}` comes to the same on {old} and {new}: {before.outcome}",
            None,
            code="nothing-turned",
            hint="name two kernels on which it differs",
        )
    return Bisection(scenario.name, old, new, way, trials, before, after)


def way_between(old: str, new: str) -> tuple[Turn, ...]:
    """The patches that two kernels differ by: off from the top, then on from below.

    Errors: CommandError for an unknown kernel.
    """
    had, has = releases.find(old)[1], releases.find(new)[1]
    off = (Turn(each, on=False) for each in reversed(had) if each not in has)
    on = (Turn(each, on=True) for each in has if each not in had)
    return (*off, *on)


def _after(patches: tuple[Patch, ...], turns: tuple[Turn, ...]) -> tuple[Patch, ...]:
    """The patches that a kernel has after some of the way."""
    off = {turn.patch for turn in turns if not turn.on}
    on = (turn.patch for turn in turns if turn.on)
    return series.in_order((*(each for each in patches if each not in off), *on))


def _halved(
    start: tuple[Patch, ...], way: tuple[Turn, ...], outcome: Callable[[int], str]
) -> tuple[tuple[Trial, ...], Trial, Trial]:
    """What was tried, and the two neighbours between which the outcome turned."""

    def tried(count: int) -> Trial:
        return Trial(count, str(way[count - 1]) if count else "", outcome(count))

    before, after = tried(0), tried(len(way))
    trials = [before, after]
    first = before.outcome
    while after.outcome != first:
        middle = (before.count + after.count) / 2
        between = [
            count
            for count in range(before.count + 1, after.count)
            if releases.misfit(_after(start, way[:count])) is None
        ]
        if not between:
            break
        trial = tried(min(between, key=lambda count: abs(count - middle)))
        trials.append(trial)
        if trial.outcome == first:
            before = trial
        else:
            after = trial
    return tuple(trials), before, after


def script_outcome(
    scenario: Scenario,
    kernel: str,
    patches: tuple[str, ...],
    expression: Expression | None,
) -> str:
    """What the lines for a kernel come to on its release with other patches.

    `holds`, or what does not; with an expression, its value at the end. Then a line that
    the kernel refuses is left out, so that the value can be asked of every kernel.
    """
    lab = lab_on(kernel, patches)
    for line in (*scenario.setup, *scenario.run):
        if not line.meant_for(kernel):
            continue
        try:
            outcome = lab.execute(line.text)
        except CommandError as error:
            if expression is not None:
                continue
            return f"line {line.number} is refused: {error.message}"
        stated = isinstance(outcome.result, Verdict) and expression is not None
        if not stated and (wrong := wrong_with(outcome)):
            return f"line {line.number}: {wrong}"
    return "holds" if expression is None else _value(lab, expression)


def _value(lab: Lab, expression: Expression) -> str:
    """The value of an expression, or why it has none."""
    try:
        with lab.machine:
            return shown(expression.evaluate(LabScope(lab)))
    except CommandError as error:
        return error.message


def turning_kernels(scenario: Scenario) -> tuple[str, str]:
    """Two kernels to begin with: neighbours in the file of which it states different
    verdicts, or for a script its first and its last."""
    kernels = scenario.kernels
    race = scenario.race
    if race is not None:
        verdicts = [
            (each, claim.verdict) for each in kernels if (claim := race.claimed(each))
        ]
        for (old, one), (new, other) in pairwise(verdicts):
            if one != other:
                return old, new
    return kernels[0], kernels[-1]
