"""Every state once: an execution that comes to a known state goes no further.

This wins where most operations conflict, so that hardly two executions are of one kind
but many meet again: three CPUs that count on one counter.
"""

from __future__ import annotations

from collections.abc import Hashable

from pintutor.sim.digest import state
from pintutor.sim.search.world import LONGEST, Search, World, finish, next_path, preferred
from pintutor.sim.threads import Cpus


class States:
    """The states that were met, by number, and which of them follow each other."""

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}
        self._depths: list[int] = []
        self._followers: list[list[int]] = []
        self.ends: list[int] = []
        """The state that each execution ended in."""
        self.path: list[int] = []
        """The states on the way to the present one, from the start."""

    def come_to(self, key: Hashable, depth: int) -> bool:
        """Take note of the state after `depth` steps; False when it is known."""
        number = self._numbers.setdefault(key, len(self._numbers))
        known = number < len(self._followers)
        if not known:
            self._followers.append([])
            self._depths.append(depth)
        del self.path[depth:]
        if self.path:
            self._followers[self.path[-1]].append(number)
        self.path.append(number)
        return not known

    def interleavings(self) -> list[int]:
        """For each execution: how many of all end as it did, in the same state."""
        ways = [0] * len(self._followers)
        ways[0] = 1
        for number in sorted(range(len(ways)), key=self._depths.__getitem__):
            for following in self._followers[number]:
                ways[following] += ways[number]
        return [ways[number] for number in self.ends]


def merging(world: World, states: States | None = None) -> Search:
    """Executions that together come to every state, depth first; noted in `states`."""
    states = States() if states is None else states
    path: list[int] = []
    others: list[list[int]] = []
    while True:
        cpus = world.begin()
        start = cpus.machine.journal.position
        for cpu in path:
            cpus.run(cpu)
        if _go_on(world, cpus, start, states, path, others):
            states.ends.append(states.path[-1])
            yield finish(world, cpus)
        else:
            cpus.kill()
            yield None
        if not next_path(path, others):
            return True


def _go_on(
    world: World,
    cpus: Cpus,
    start: int,
    states: States,
    path: list[int],
    others: list[list[int]],
) -> bool:
    """Go on to the end; False at a state that was met before."""
    while True:
        if not states.come_to(state(cpus, start, world.scope.known), len(path)):
            return False
        choices = preferred(cpus)
        if not choices or len(path) >= LONGEST:
            return True
        path.append(choices[0])
        others.append(choices[1:])
        cpus.run(choices[0])
