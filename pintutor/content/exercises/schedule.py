"""Write a schedule: a race is to come to a stated end.

A schedule fence holds TOML:

    ask = "Let fork come in between, so that ..."
    race = "race-fork"
    kernel = "v6.1+bug-fork-unnoticed"
    reach = "p.count == 1 and not p[0].anon_exclusive"

Any schedule counts whose run comes to it. Without `reach` the race has to go wrong.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pintutor.content.errors import ContentError, NoSuchContent
from pintutor.content.exercises.kinds import Judged
from pintutor.content.fences import Block
from pintutor.content.races.points import CannotGo
from pintutor.content.races.turns import cannot_go, turns_of
from pintutor.content.races.walk import Walk
from pintutor.content.reading import load
from pintutor.content.scenario import Scenario, find
from pintutor.content.situation import Situation
from pintutor.content.tables import Key, table
from pintutor.lab.errors import CommandError
from pintutor.lab.expressions import Expression
from pintutor.lab.lab import Lab
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
class Schedule:
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

    @property
    def usage(self) -> str:
        """How it is answered."""
        return "`answer P0*3 P1`, or by hand: `go` begins the race, `turn P0` takes a turn"

    def shown(self, lab: Lab, draft: str) -> str:
        """The race, and the end to bring it to."""
        return f"{self.race} on {self.kernel}: reach {self.goal}"

    def complete(self, prefix: str, lab: Lab) -> Iterable[tuple[str, str]]:
        """The CPUs of the race."""
        race = race_named(self).race
        for cpu in range(len(race.cpus) if race else 0):
            for turn in (f"P{cpu}", f"P{cpu}*"):
                if turn.startswith(prefix):
                    yield turn, "turns of this CPU" if turn[-1:] == "*" else "one turn"

    def meant(self, lab: Lab, given: Word) -> Word:
        """The turns (CommandError at what is none)."""
        turns_of(given)
        return given

    def judged(self, lab: Lab, meant: Word) -> Judged:
        """What the turns come to; what they leave open runs on without a preemption.

        Errors: CommandError at the turn that cannot be taken.
        """
        walk = self.carried_out(meant)
        values = walk.points[-1].final.values
        state = ", ".join(f"{name} is {value}" for name, value in values)
        said = (f"`{walk.text}` ends with {state}",) if values else ()
        data = {"schedule": walk.text, "values": dict(values)}
        situation = Situation(walk.lab, {})
        return Judged(reached(self, walk), walk.text, said, data, situation)

    def unnamed(self, solution: str) -> list[CommandError]:
        """What the goal names that is nowhere, with the reason.

        Neither at the end of the solution, if there is one, nor when nobody is taken away.
        """
        race = race_named(self).race
        if not self.reach or race is None:
            return []
        reach = Expression.parse(self.reach, 0)
        nowhere: list[dict[str, CommandError]] = []
        alone = (f"P{cpu}" for cpu in range(len(race.cpus)))
        for text in filter(None, (solution, *alone)):
            walk = self.carried_out(Word(text, 0, len(text)))
            with walk.lab.machine:
                nowhere.append(reach.unknown(LabScope(walk.lab)))
        first, *rest = nowhere
        return [why for path, why in first.items() if all(path in one for one in rest)]

    def carried_out(self, meant: Word) -> Walk:
        """The race at its end; what the turns leave open runs on without a preemption.

        Errors: CommandError at the turn that cannot be taken.
        """
        schedule, _, words = turns_of(meant)
        walk = Walk(race_named(self), self.kernel)
        try:
            walk.follow(schedule, rest=True)
        except CannotGo as error:
            raise cannot_go(error, words, 0) from None
        return walk


def read(path: Path, block: Block, kernel: str) -> tuple[dict[str, Any], Schedule]:
    """What the fence says, and the exercise (ContentError)."""
    found = table(path, block.first, block.text, KEYS)
    on = found.get("kernel", kernel)
    return found, Schedule(found["race"], on, found.get("reach", ""))


def race_named(exercise: Schedule) -> Scenario:
    """The race of an exercise (CommandError when there is none)."""
    try:
        scenario = load(find(exercise.race))
    except (NoSuchContent, ContentError) as error:
        raise CommandError(str(error), None, code="no-race") from None
    if scenario.race is None:
        raise CommandError(f"`{exercise.race}` is no race", None, code="no-race")
    return scenario


def reached(exercise: Schedule, walk: Walk) -> bool:
    """Whether a walk stands at the end that was to be reached.

    A goal that means nothing at an end is not reached there.
    """
    begun = (walk.scenario.name, walk.kernel)
    if begun != (exercise.race, exercise.kernel):
        return False
    point = walk.point
    if point.ready or walk.at != len(walk.turns):
        return False
    final = point.final
    if not exercise.reach:
        return bool(final.holds or final.splats or point.stuck)
    reach = Expression.parse(exercise.reach, 0)
    try:
        with walk.lab.machine:
            return bool(reach.evaluate(LabScope(walk.lab)))
    except CommandError:
        return False
