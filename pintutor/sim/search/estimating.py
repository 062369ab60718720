"""About how many interleavings there are, from some executions by chance.

An execution whose choices had the probabilities p1, p2, ... is one in 1 / (p1 * p2 * ...),
and the mean of that number over executions is how many there are, whatever the
probabilities (Knuth: "Estimating the Efficiency of Backtrack Programs", Mathematics of
Computation 29, 1975). How far off a few executions are does depend on them. Here a CPU
is the more likely to go on the more steps it has left, by what earlier executions had:
where nobody waits for anybody, each of them gives the number itself.
"""

from __future__ import annotations

from pintutor.sim.search.dice import Dice
from pintutor.sim.search.world import LONGEST, World, preferred
from pintutor.sim.threads import Cpus

Lengths = dict[int, int]
"""For each CPU the steps of its longest program yet."""


def estimate(world: World, *, seed: int, count: int) -> int:
    """About how many interleavings there are, from `count` executions by chance."""
    dice = Dice(seed)
    lengths = _lengths(world)
    total = 0
    for _ in range(count):
        cpus = world.begin()
        total += _one_in(cpus, dice, lengths)
        cpus.kill()
    return total // count


def _lengths(world: World) -> Lengths:
    """The steps of each CPU when one runs after the other."""
    cpus = world.begin()
    lengths: Lengths = {}
    while (choices := preferred(cpus)) and len(cpus.steps) < LONGEST:
        lengths[choices[0]] = lengths.get(choices[0], 0) + 1
        cpus.run(choices[0])
    cpus.kill()
    return lengths


def _one_in(cpus: Cpus, dice: Dice, lengths: Lengths) -> int:
    """Go on by chance until nobody can; returns one in how many that was."""
    done: Lengths = {}
    numerator = denominator = 1
    while (enabled := cpus.enabled()) and len(cpus.steps) < LONGEST:
        left = [max(1, lengths.get(cpu, 0) - done.get(cpu, 0)) for cpu in enabled]
        drawn = dice.below(sum(left))
        chosen = 0
        while drawn >= left[chosen]:
            drawn -= left[chosen]
            chosen += 1
        numerator *= sum(left)
        denominator *= left[chosen]
        cpus.run(enabled[chosen])
        done[enabled[chosen]] = done.get(enabled[chosen], 0) + 1
    for cpu, steps in done.items():
        lengths[cpu] = max(steps, lengths.get(cpu, 0))
    return numerator // denominator
