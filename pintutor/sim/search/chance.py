"""Executions by chance, from a seed: where there are too many to see them all.

Probabilistic concurrency testing: each CPU has a priority, the highest that can goes
on, and at a few random steps whoever runs becomes the lowest (Burckhardt, Kothari,
Musuvathi, Nagarakatte, ASPLOS 2010). A bug that needs d such places is found with a
probability of at least 1 / (n * k**(d - 1)) by each of the executions, for n CPUs and
k steps.
"""

from __future__ import annotations

from pintutor.sim.search.dice import Dice
from pintutor.sim.search.world import LONGEST, Search, World, finish


def chance(world: World, *, seed: int, count: int, depth: int = 3) -> Search:
    """`count` executions with up to `depth` - 1 changes of priority each."""
    dice = Dice(seed)
    longest = 1
    for _ in range(count):
        cpus = world.begin()
        order: list[int] = []
        places = [dice.below(longest) for _ in range(depth - 1)]
        while (enabled := cpus.enabled()) and len(cpus.steps) < LONGEST:
            for cpu in enabled:
                if cpu not in order:
                    order.insert(dice.below(len(order) + 1), cpu)
            chosen = next(cpu for cpu in order if cpu in enabled)
            if len(cpus.steps) in places:
                order.remove(chosen)
                order.append(chosen)
                chosen = next(cpu for cpu in order if cpu in enabled)
            cpus.run(chosen)
        longest = max(longest, len(cpus.steps))
        yield finish(world, cpus)
    return False
