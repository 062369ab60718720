"""The verdict on a race and nothing else: no counts, no witness.

It is there as soon as it is certain: Sometimes when the race was seen to end well and
badly, Never and Always when nothing is left to try.
"""

from __future__ import annotations

from collections.abc import Iterable

from pintutor.content.races.race_set_up import race_of
from pintutor.content.races.tally import finding
from pintutor.content.scenario import Scenario
from pintutor.sim.search.ends import ends
from pintutor.sim.search.learned import Programs
from pintutor.sim.search.world import Execution, World

NOT_FOUND = "Not found"
"""Nothing bad was seen of all that the budget let it look at."""


def verdict(
    scenario: Scenario,
    kernel: str,
    *,
    patches: Iterable[str] | None = None,
    budget: int | None = None,
) -> str:
    """Never, Sometimes or Always: whether the race can end badly on a kernel.

    `patches` are what it has instead of the kernel's own; `budget` is how many ends are
    looked at before it is NOT_FOUND.

    Errors: CommandError when the setup cannot be carried out.
    """
    lab, race = race_of(scenario, kernel, patches=patches)
    with lab.machine:
        return verdict_of(race, budget=budget)


def verdict_of(race: World, *, budget: int | None = None) -> str:
    """The verdict on a race that is set up; its machine runs."""
    programs = Programs(race)
    with programs.watch.reading():
        return settled(ends(race, programs=programs), budget=budget)


def settled(executions: Iterable[Execution | None], *, budget: int | None = None) -> str:
    """The verdict as soon as executions that come to every end settle it."""
    bad = set[bool]()
    for count, execution in enumerate(filter(None, executions), 1):
        bad.add(bool(finding(execution)))
        if len(bad) > 1:
            return "Sometimes"
        if count == budget:
            return "Sometimes" if True in bad else NOT_FOUND
    return "Always" if bad == {True} else "Never"
