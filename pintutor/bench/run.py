"""`pintutor bench`: every goal, measured, with what came of it."""

from __future__ import annotations

import compileall
import importlib.util
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pintutor.bench import grading, recording, repainting, scrubbing, starting
from pintutor.bench.measure import Goal, Measured, NotMeasured
from pintutor.cli.envelope import FAILED, FINE, USAGE, Problem, Reply
from pintutor.lab.errors import did_you_mean, printable

_ROOMS = (starting, repainting, recording, scrubbing, grading)
GOALS: dict[str, Goal] = {goal.name: goal for room in _ROOMS for goal in room.GOALS}
"""Every goal by name, in the order in which they are measured."""

LIBRARIES = ("textual", "prompt_toolkit")


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a goal."""

    goal: Goal
    measured: Measured | None
    why_not: str = ""
    """Why there is no measurement."""

    @property
    def ok(self) -> bool:
        """True when it was measured and the goal is met."""
        return self.measured is not None and self.measured.value <= self.goal.limit

    def to_json(self) -> dict[str, object]:
        """The result as data."""
        goal, measured = self.goal, self.measured
        return {
            "name": goal.name,
            "what": goal.what,
            "value": None if measured is None else round(measured.value, 3),
            "goal": goal.limit,
            "unit": goal.unit,
            "ok": self.ok,
            "detail": self.why_not if measured is None else measured.detail,
        }

    def __str__(self) -> str:
        goal, measured = self.goal, self.measured
        name = f"{goal.name:8} {goal.what:51}"
        if measured is None:
            return f"{name} not measured: {self.why_not}"
        word = "pass" if self.ok else "miss"
        value = f"{measured.value:7.2f} {goal.unit:2}"
        wanted = f"goal <= {goal.limit:g} {goal.unit}"
        return f"{name} {value} {wanted:14} {word}   {measured.detail}"


def measure(names: Sequence[str]) -> Reply:
    """Measure the goals of these names, or all; exit code 1 when one is missed."""
    goals = [_goal(name) for name in names] or list(GOALS.values())
    notes = _compile()
    results = [_result(goal) for goal in goals]
    data = {"results": [result.to_json() for result in results], "notes": notes}
    lines = [*map(str, results), *(f"note: {note}" for note in notes)]
    return Reply(data, lines, FINE if all(each.ok for each in results) else FAILED)


def _goal(name: str) -> Goal:
    if name in GOALS:
        return GOALS[name]
    raise Problem(
        f"no goal is called `{printable(name[:40])}`" + did_you_mean(name, GOALS),
        code="unknown-goal",
        status=USAGE,
        hint="there is " + ", ".join(GOALS),
    )


def _result(goal: Goal) -> Result:
    print(f"measuring {goal.name}", file=sys.stderr, flush=True)
    try:
        return Result(goal, goal.measure())
    except NotMeasured as error:
        return Result(goal, None, str(error))


def _compile() -> list[str]:
    """Write the bytecode that starts are measured with; what is left to note about it."""
    package = Path(__file__).resolve().parent.parent
    notes = []
    if not compileall.compile_dir(package, quiet=2):
        notes.append(
            f"{package} could not be compiled: starts are slower than they need be"
        )
    for name in LIBRARIES:
        spec = importlib.util.find_spec(name)
        source = spec.origin if spec is not None else None
        if source and not Path(importlib.util.cache_from_source(source)).exists():
            notes.append(f"{name} is not compiled: what is measured over it is not typical")
    return notes
