"""Compares the searches of every race that ships, and prints a table.

    python bench/searches.py [--naive 1000000] [--race race-fork]

One execution of each kind and the merging of equal states are two searches that have
nothing in common. Each knows how many interleavings it stands for, so both have to come
to the same number of them for each ending; and so has the search that runs them all one
by one, where there are no more than it is given.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from pintutor.content.races.exploring import Exploration, explore
from pintutor.content.races.searching import Settings
from pintutor.content.reading import load
from pintutor.content.scenario import Scenario, scenarios
from pintutor.lab import commands
from pintutor.view.races import number

assert commands.__name__, "the commands that the races consist of are there"

MOST = 1_000_000
"""Executions of a search, at most."""

HEAD = ("race", "kernel", "interleavings", "of each kind", "states", "one by one")


def compared(scenario: Scenario, kernel: str, naive: int) -> tuple[str, ...]:
    """The row of one race on one kernel."""
    kinds = explore(scenario, kernel, settings=Settings("dpor", budget=MOST))
    states = explore(scenario, kernel, settings=Settings("merging", budget=MOST))
    total = kinds.interleavings
    every = "-"
    if total is not None and total <= naive:
        found = explore(scenario, kernel, settings=Settings("naive", budget=naive + 1))
        every = _same(found, kinds)
    count = "-" if total is None else number(total)
    told = f"{kinds.executions:,}", _same(states, kinds)
    return scenario.name, kernel, count, *told, every


def _same(found: Exploration, other: Exploration) -> str:
    """`same` where both come to the same number for each ending."""
    same = found.exhausted and other.exhausted and found.endings == other.endings
    return f"{found.executions:,} {'same' if same else 'DIFFERENT'}"


def rows(name: str | None, naive: int) -> Iterator[tuple[str, ...]]:
    """The rows of the races, one by one as they are done."""
    for scenario in map(load, scenarios()):
        if scenario.race is None or name not in (None, scenario.name):
            continue
        for kernel in scenario.kernels:
            yield compared(scenario, kernel, naive)


def main() -> None:
    """Print the table as it grows."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--naive", type=int, default=10_000, help="executions at most")
    parser.add_argument("--race", help="this one only")
    options = parser.parse_args()
    print("| " + " | ".join(HEAD) + " |")
    print("|" + " --- |" * len(HEAD))
    for row in rows(options.race, options.naive):
        print("| " + " | ".join(row) + " |", flush=True)


if __name__ == "__main__":
    main()
