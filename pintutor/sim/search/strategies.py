"""The searches that can be asked for by name, all begun in the same way."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from pintutor.sim.search.chance import chance
from pintutor.sim.search.dpor import dpor
from pintutor.sim.search.ends import ends
from pintutor.sim.search.fewest import fewest
from pintutor.sim.search.merging import merging
from pintutor.sim.search.naive import naive
from pintutor.sim.search.walk import walk
from pintutor.sim.search.world import Search, World

RUNS = 1_000
"""Executions by chance, if nothing else is said."""


class Limits(NamedTuple):
    """What some strategies are told."""

    preemptions: int = 2
    """Preemptions that an execution of `bounded` has at most."""
    runs: int = RUNS
    """Executions of `chance` and `walk`."""
    seed: int = 1
    """What their choices follow from."""


class Strategy(NamedTuple):
    """A way to choose which CPU goes on, over and over."""

    about: str
    begin: Callable[[World, Limits], Search]


STRATEGIES = {
    "dpor": Strategy(
        "one execution of each kind: partial-order reduction with sleep sets",
        lambda world, limits: dpor(world),
    ),
    "merging": Strategy(
        "every state once: goes no further from a state that it has met",
        lambda world, limits: merging(world),
    ),
    "ends": Strategy(
        "every end once: merging, without most states on the way",
        lambda world, limits: ends(world),
    ),
    "naive": Strategy(
        "every interleaving, one by one",
        lambda world, limits: naive(world),
    ),
    "fewest": Strategy(
        "the fewest preemptions first",
        lambda world, limits: fewest(world),
    ),
    "bounded": Strategy(
        "the same, up to a number of preemptions",
        lambda world, limits: fewest(world, most=limits.preemptions),
    ),
    "chance": Strategy(
        "priorities that change at a few random steps, from a seed",
        lambda world, limits: chance(world, seed=limits.seed, count=limits.runs),
    ),
    "walk": Strategy(
        "a random CPU at each step, from a seed",
        lambda world, limits: walk(world, seed=limits.seed, count=limits.runs),
    ),
}
