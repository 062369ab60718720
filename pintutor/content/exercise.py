"""Exercises on a race: write a schedule that comes to a stated end.

A schedule fence holds TOML:

    ask = "Let fork come in between, so that ..."
    race = "race-fork"
    kernel = "v6.1+bug-fork-unnoticed"
    reach = "p.count == 1 and not p[0].anon_exclusive"

Any schedule counts whose run comes to it. Without `reach` the race has to go wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pintutor.content.errors import ContentError, NoSuchContent
from pintutor.content.fences import Block
from pintutor.content.points import CannotGo
from pintutor.content.reading import load
from pintutor.content.scenario import Scenario, find
from pintutor.content.tables import Key, table
from pintutor.content.turns import cannot_go, turns_of
from pintutor.content.walk import Walk
from pintutor.lab.errors import CommandError
from pintutor.lab.expressions import Expression
from pintutor.lab.scope import LabScope
from pintutor.lab.words import Word

KEYS = {
    "ask": Key(str),
    "race": Key(str),
    "kernel": Key(str, required=False),
    "reach": Key(str, required=False),
    "why": Key(str, required=False),
}


@dataclass(frozen=True, slots=True)
class Exercise:
    """A race, and the end to bring it to."""

    race: str
    """Name of the scenario."""
    kernel: str
    reach: str
    """What has to hold at the end; empty: the race has to go wrong."""

    @property
    def line(self) -> str:
        """The command that begins the race by hand."""
        return f"race {self.race} kernel={self.kernel}"

    @property
    def goal(self) -> str:
        """What is to be reached, in words."""
        return f"`{self.reach}`" if self.reach else "that it goes wrong"


@dataclass(frozen=True, slots=True)
class Judged:
    """What a schedule comes to."""

    reached: bool
    schedule: str
    """The whole of it, with what was left open."""
    values: tuple[tuple[str, str], ...]
    """What the race looks at, at its end."""

    @property
    def state(self) -> str:
        """The values in a line."""
        return ", ".join(f"{name} is {value}" for name, value in self.values)


def read(path: Path, block: Block, kernel: str) -> tuple[str, str, Exercise]:
    """What is asked, why it is so, and the exercise (ContentError)."""
    found = table(path, block.first, block.text, KEYS)
    on = found.get("kernel", kernel)
    exercise = Exercise(found["race"], on, found.get("reach", ""))
    return found["ask"], found.get("why", ""), exercise


def race_named(exercise: Exercise) -> Scenario:
    """The race of an exercise (CommandError when there is none)."""
    try:
        scenario = load(find(exercise.race))
    except (NoSuchContent, ContentError) as error:
        raise CommandError(str(error), None, code="no-race") from None
    if scenario.race is None:
        raise CommandError(f"`{exercise.race}` is no race", None, code="no-race")
    return scenario


def judged(exercise: Exercise, turns: Word) -> Judged:
    """What a schedule comes to; what it leaves open runs on without a preemption.

    Errors: CommandError at the word that is no turn, or that cannot be taken.
    """
    schedule, _, words = turns_of(turns)
    walk = Walk(race_named(exercise), exercise.kernel)
    try:
        walk.follow(schedule, rest=True)
    except CannotGo as error:
        raise cannot_go(error, words, 0) from None
    values = walk.points[-1].final.values
    return Judged(reached(exercise, walk), walk.text, values)


def reached(exercise: Exercise, walk: Walk) -> bool:
    """Whether a walk stands at the end that was to be reached (CommandError)."""
    begun = (walk.scenario.name, walk.kernel)
    if begun != (exercise.race, exercise.kernel):
        return False
    point = walk.point
    if point.ready or walk.at != len(walk.turns):
        return False
    final = point.final
    if not exercise.reach:
        return bool(final.holds or final.splats or point.stuck)
    with walk.lab.machine:
        return bool(Expression.parse(exercise.reach, 0).evaluate(LabScope(walk.lab)))
