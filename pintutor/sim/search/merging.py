"""Every state once: an execution that comes to a known state goes no further.

This wins where most operations conflict, so that hardly two executions are of one kind
but many meet again: three CPUs that count on one counter.
"""

from __future__ import annotations

from collections.abc import Hashable

from pintutor.sim.digest import state
from pintutor.sim.search.world import LONGEST, Search, World, finish, next_path, preferred
from pintutor.sim.threads import Cpus


def merging(world: World) -> Search:
    """Executions that together come to every state, depth first."""
    seen: set[Hashable] = set()
    path: list[int] = []
    others: list[list[int]] = []
    while True:
        cpus = world.begin()
        start = cpus.machine.journal.position
        for cpu in path:
            cpus.run(cpu)
        if _go_on(world, cpus, start, seen, path, others):
            yield finish(world, cpus)
        else:
            cpus.kill()
            yield None
        if not next_path(path, others):
            return


def _go_on(
    world: World,
    cpus: Cpus,
    start: int,
    seen: set[Hashable],
    path: list[int],
    others: list[list[int]],
) -> bool:
    """Go on to the end; False at a state that was met before."""
    while True:
        key = state(cpus, start, world.scope.known)
        if key in seen:
            return False
        seen.add(key)
        choices = preferred(cpus)
        if not choices or len(path) >= LONGEST:
            return True
        path.append(choices[0])
        others.append(choices[1:])
        cpus.run(choices[0])
