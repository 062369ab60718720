"""Every interleaving, one after the other: the check of the other strategies."""

from __future__ import annotations

from pintutor.sim.search.world import LONGEST, Search, World, finish, next_path, preferred


def naive(world: World) -> Search:
    """All executions, depth first."""
    path: list[int] = []
    others: list[list[int]] = []
    while True:
        cpus = world.begin()
        for cpu in path:
            cpus.run(cpu)
        while (choices := preferred(cpus)) and len(path) < LONGEST:
            path.append(choices[0])
            others.append(choices[1:])
            cpus.run(choices[0])
        yield finish(world, cpus)
        if not next_path(path, others):
            return True
