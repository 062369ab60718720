"""The verdict on a race and nothing else: no counts, no witness.

It is there as soon as it is certain: Sometimes when the race was seen to end well and
badly, Never and Always when nothing is left to try.
"""

from __future__ import annotations

from pintutor.content.races.race_set_up import race_of
from pintutor.content.races.tally import finding
from pintutor.content.scenario import Scenario
from pintutor.sim.search.ends import ends
from pintutor.sim.search.world import World


def verdict(scenario: Scenario, kernel: str) -> str:
    """Never, Sometimes or Always: whether the race can end badly on a kernel.

    Errors: CommandError when the setup cannot be carried out.
    """
    lab, race = race_of(scenario, kernel)
    with lab.machine:
        return verdict_of(race)


def verdict_of(race: World) -> str:
    """The verdict on a race that is set up; its machine runs."""
    bad = set[bool]()
    for execution in ends(race):
        if execution is not None:
            bad.add(bool(finding(execution)))
        if len(bad) > 1:
            return "Sometimes"
    return "Always" if bad == {True} else "Never"
