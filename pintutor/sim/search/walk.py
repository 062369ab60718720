"""Random walks: at each step any CPU that can go on does, each as likely as the others.

A walk also tells how many interleavings there may be. It is one in so many as the
product of its choices, so the mean of these products over many walks is their number
(Knuth: "Estimating the Efficiency of Backtrack Programs", Mathematics of Computation
29, 1975). The mean is right; a single estimate can be far off where few walks are long.
"""

from __future__ import annotations

from pintutor.sim.search.dice import Dice
from pintutor.sim.search.world import LONGEST, Search, World, finish
from pintutor.sim.threads import Cpus


def walk(world: World, *, seed: int, count: int) -> Search:
    """`count` random walks."""
    dice = Dice(seed)
    for _ in range(count):
        cpus = world.begin()
        _to_the_end(cpus, dice)
        yield finish(world, cpus)
    return False


def estimate(world: World, *, seed: int, count: int) -> int:
    """About how many interleavings there are, from `count` random walks."""
    dice = Dice(seed)
    total = 0
    for _ in range(count):
        cpus = world.begin()
        total += _to_the_end(cpus, dice)
        cpus.kill()
    return total // count


def _to_the_end(cpus: Cpus, dice: Dice) -> int:
    """Go on by chance until nobody can; returns the product of the choices."""
    choices = 1
    while (enabled := cpus.enabled()) and len(cpus.steps) < LONGEST:
        cpus.run(enabled[dice.below(len(enabled))])
        choices *= len(enabled)
    return choices
