"""Labs in which a race is under way, for tests of walking through one."""

from __future__ import annotations

import pintutor.content.commands
import pintutor.view.races  # noqa: F401  (declares commands)
from pintutor.content.races.race_set_up import race_of
from pintutor.content.races.tally import finding
from pintutor.content.races.walk import Walk
from pintutor.content.races.walk_commands import walk_of
from pintutor.content.races.witness import Witness, witness
from pintutor.content.reading import load
from pintutor.content.scenario import Scenario, find
from pintutor.lab.lab import Lab
from pintutor.sim.search.fewest import fewest
from tests.labs import run, started

FORK = "v6.1+bug-fork-unnoticed"


def race_named(name: str) -> Scenario:
    """A race that ships."""
    return load(find(name))


def witness_of(name: str, kernel: str) -> Witness:
    """How a race that ships goes wrong on a kernel."""
    return shown(race_named(name), kernel)


def shown(scenario: Scenario, kernel: str) -> Witness:
    """How a race goes wrong on a kernel."""
    lab, race = race_of(scenario, kernel)
    with lab.machine:
        for execution in fewest(race):
            if execution is not None and finding(execution):
                return witness(race, execution, finding)
    raise AssertionError("nothing goes wrong")


def walking(*lines: str, race: str = "race-fork", kernel: str = FORK) -> tuple[Lab, Walk]:
    """A lab that stands in a race, where these lines have run."""
    lab = started("mmap mine 1", "write mine 0x41")
    run(lab, f"race {race} kernel={kernel}", *lines)
    return lab, walk_of(lab)
