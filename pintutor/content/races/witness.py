"""A witness: the execution that shows what can go wrong, and why, in one sentence.

None has fewer preemptions. A CPU that does not matter to the result is left to the
end, and what no two CPUs touch is marked, so that it can be passed over.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pintutor.content.races.causes import Judge, Spelling, Variants, causes, sentence
from pintutor.content.races.deadlocks import deadlocked, held
from pintutor.content.races.following import carried_out, follow
from pintutor.content.races.telling import Told, sited
from pintutor.lab.racing import LabRace
from pintutor.sim.schedule import text
from pintutor.sim.search.fewest import fewest
from pintutor.sim.search.learned import Programs
from pintutor.sim.search.world import Execution

ALIKE = 20
"""Executions that are looked at for a shorter one, once one has been found that goes wrong
with as few preemptions."""


@dataclass(frozen=True, slots=True)
class Witness:
    """The execution that shows what can go wrong; none has fewer preemptions."""

    schedule: str
    preemptions: int
    finding: str
    sentence: str
    """Whose accesses came in which order, with their places in kernel and model."""
    short: str
    """The same without the places."""
    steps: tuple[Told, ...]
    decisive: tuple[int, ...] = ()
    """Numbers of the steps that the sentence names, from 0."""
    left: tuple[int, ...] = ()
    """CPUs that do not matter to the result: they run when the others have ended."""

    @property
    def alone(self) -> int:
        """How many steps touch nothing that another CPU touches."""
        return sum(step.alone for step in self.steps)

    def to_json(self) -> dict[str, Any]:
        """The witness as data."""
        return {
            "schedule": self.schedule,
            "preemptions": self.preemptions,
            "finding": self.finding,
            "sentence": self.sentence,
            "short": self.short,
            "decisive": list(self.decisive),
            "left": list(self.left),
            "alone": self.alone,
            "steps": [step.to_json() for step in self.steps],
        }


def first_witness(
    race: LabRace,
    judge: Judge,
    *,
    budget: int,
    programs: Programs | None = None,
    heed: Callable[[int], None] = lambda count: None,
) -> Witness | None:
    """The witness of a race: the fewest preemptions, and of those the fewest steps.

    It is looked for in so many executions at most, in ALIKE more for a shorter one.

    `programs` is what is known of the race's programs, if anything is. `heed` is told how
    many have been run, and may raise to end it.
    """
    best: Execution | None = None
    found, last = "", budget
    for count, execution in enumerate(fewest(race, programs=programs), 1):
        if best is None:
            heed(count)
        if execution is None:
            continue
        if best is None and judge(execution):
            best, found, last = execution, judge(execution), min(budget, count + ALIKE)
        if best is not None and execution.preemptions > best.preemptions:
            break
        if best is not None and judge(execution) == found:
            best = min(best, execution, key=lambda each: len(each.schedule))
        if count > last:
            break
    return None if best is None else witness(race, best, judge)


def witness(race: LabRace, execution: Execution, judge: Judge) -> Witness:
    """An execution that goes wrong as the witness to show.

    The race stands at its start again then, or anywhere.
    """
    variants = Variants(race, judge)
    shown, left = _without_rest(race, execution, judge)
    known = follow(race, shown.schedule)
    pairs = causes(shown.schedule, known, variants)
    named = {step for pair in pairs for step in (pair.first, pair.second)}
    holds = [] if pairs else held(known)
    named |= {each.taken for each in holds}

    def told(spelt: Spelling) -> str:
        if holds:
            return deadlocked(holds, known, spelt)
        return sentence(pairs, known, spelt)

    return Witness(
        text(shown.schedule),
        shown.preemptions,
        judge(shown),
        told(sited),
        told(str),
        known.told,
        tuple(sorted(named)),
        left,
    )


def _without_rest(
    race: LabRace, execution: Execution, judge: Judge
) -> tuple[Execution, tuple[int, ...]]:
    """The execution with those CPUs at its end that do not matter, and who they are.

    A CPU does not matter when the same goes wrong though it never begins. Of two CPUs
    both matter, or it would take no race.
    """
    finding = judge(execution)
    left: tuple[int, ...] = ()
    shown = execution
    cpus = sorted(set(execution.schedule), reverse=True)
    for cpu in cpus[: max(0, len(cpus) - 2)]:
        out = (*left, cpu)
        kept = tuple(each for each in execution.schedule if each not in out)
        if judge(carried_out(race, kept, without=out)) != finding:
            continue
        moved = carried_out(race, kept)
        if judge(moved) == finding and moved.preemptions <= execution.preemptions:
            shown, left = moved, out
    return shown, tuple(sorted(left))
