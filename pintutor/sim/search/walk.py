"""Random walks: at each step any CPU that can go on does, each as likely as the others."""

from __future__ import annotations

from pintutor.sim.search.dice import Dice
from pintutor.sim.search.world import LONGEST, Search, World, finish


def walk(world: World, *, seed: int, count: int) -> Search:
    """`count` random walks."""
    dice = Dice(seed)
    for _ in range(count):
        cpus = world.begin()
        while (enabled := cpus.enabled()) and len(cpus.steps) < LONGEST:
            cpus.run(enabled[dice.below(len(enabled))])
        yield finish(world, cpus)
    return False
