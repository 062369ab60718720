"""Commands about races: what can come of them, and the execution that shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from pintutor.content.errors import ContentError
from pintutor.content.exploring import BUDGET, Exploration, Witness
from pintutor.content.exploring import explore as explored
from pintutor.content.reading import load
from pintutor.content.scenario import Scenario, scenarios
from pintutor.lab.errors import CommandError
from pintutor.lab.kinds import IntRange
from pintutor.lab.lab import Lab
from pintutor.lab.lookups import KERNEL, Lookup
from pintutor.lab.registry import command
from pintutor.lab.results import Table
from pintutor.lab.words import Word

TOPIC = "races"


def _races(lab: Any) -> dict[str, object]:
    """The races among the scenarios that ship, by name."""
    found: dict[str, object] = {}
    for path in scenarios():
        try:
            scenario = load(path)
        except ContentError:
            continue  # `pintutor check` says what is wrong with it
        if scenario.race is not None:
            found[scenario.name] = scenario
    return found


RACE = Lookup("RACE", "a race that ships; `races` lists them", "race", _races)


class KernelName:
    """A kernel by its name."""

    name = KERNEL.name
    note = KERNEL.note
    raw = KERNEL.raw
    complete = KERNEL.complete

    def parse(self, word: Word, lab: Any) -> str:
        """The name, once it is known to mean a kernel (CommandError)."""
        KERNEL.parse(word, lab)
        return word.text


KERNEL_NAME = KernelName()


@dataclass(frozen=True, slots=True)
class Explored:
    """What a race can come to on some kernels."""

    scenario: Scenario
    kernels: tuple[Exploration, ...]

    def to_json(self) -> dict[str, Any]:
        """The same as data."""
        return {
            "scenario": self.scenario.name,
            "kernels": [each.to_json() for each in self.kernels],
        }


@dataclass(frozen=True, slots=True)
class Witnessed:
    """An execution that shows what can go wrong, step by step."""

    scenario: Scenario
    kernel: str
    witness: Witness

    def to_json(self) -> dict[str, Any]:
        """The same as data."""
        return {
            "scenario": self.scenario.name,
            "kernel": self.kernel,
            "schedule": self.witness.schedule,
            "steps": [step.to_json() for step in self.witness.steps],
            "sentence": self.witness.sentence,
        }


@command(TOPIC, mutates=False, see=("explore", "witness"))
def races(lab: Lab) -> Table:
    """List the races: what CPUs do at the same time, and on which kernels."""
    rows = [
        (name, race.about, " ".join(race.kernels))
        for name, race in _races(lab).items()
        if isinstance(race, Scenario)
    ]
    note = "`explore NAME` finds what a race can come to"
    return Table("races", ("race", "about", "kernels"), tuple(rows), note)


@command(TOPIC, mutates=False, see=("races", "witness", "kernel"))
def explore(
    lab: Lab,
    race: Annotated[Scenario, RACE],
    *,
    kernel: Annotated[str, KERNEL_NAME] = "",
    budget: Annotated[int, IntRange(1, 10_000_000), "executions at most"] = BUDGET,
) -> Explored:
    """Find everything that a race can come to, on the kernels it names or on one.

    The CPUs of the race run in every order that could make a difference, on machines
    of their own: yours stays as it is. Never and Always are proven unless the budget
    ended the search.
    """
    kernels = (kernel,) if kernel else race.kernels
    found = tuple(explored(race, each, budget=budget) for each in kernels)
    return Explored(race, found)


@command(TOPIC, mutates=False, see=("explore", "races"))
def witness(
    lab: Lab,
    race: Annotated[Scenario, RACE],
    *,
    kernel: Annotated[str, KERNEL_NAME] = "",
) -> Witnessed:
    """Show step by step how a race goes wrong, with the fewest preemptions.

    Without a kernel, on the first of those it names on which it can.
    """
    for each in (kernel,) if kernel else race.kernels:
        found = explored(race, each).witness
        if found is not None:
            return Witnessed(race, each, found)
    where = f"on {kernel}" if kernel else "on any kernel that it names"
    raise CommandError(
        f"nothing goes wrong with `{race.name}` {where}",
        None,
        code="no-witness",
        hint=f"`explore {race.name}` says what it comes to",
    )
