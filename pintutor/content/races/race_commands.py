"""The races that ship: how they are named in a line, and the command that lists them."""

from __future__ import annotations

from typing import Any

from pintutor.content.errors import ContentError
from pintutor.content.reading import load
from pintutor.content.scenario import Scenario, scenarios
from pintutor.lab.lab import Lab
from pintutor.lab.lookups import KERNEL, Lookup
from pintutor.lab.registry import command
from pintutor.lab.results import Table
from pintutor.lab.words import Word

TOPIC = "racing"


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


@command(TOPIC, mutates=False, see=("explore", "witness"))
def races(lab: Lab) -> Table:
    """List the races: on how many kernels each is, and what its CPUs do."""
    rows = [
        (name, len(race.kernels), race.about.partition(". ")[0])
        for name, race in _races(lab).items()
        if isinstance(race, Scenario)
    ]
    note = "`explore NAME` finds what a race can come to, on each of its kernels"
    return Table("races", ("race", "kernels", "about"), tuple(rows), note)
