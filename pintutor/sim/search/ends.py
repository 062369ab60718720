"""Every end once, without most states on the way: for the verdict alone.

Where some CPUs do what the others will never touch, the others can wait: whether they
go before or after leads to the same. What a CPU will touch from where it stands is what
was learned of it so far. When that grows, the states where somebody waited are looked at
again, until it grows no more.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, combinations

from pintutor.sim.search.learned import Node, Programs, in_batches
from pintutor.sim.search.memory import BITS, FIELD, Learned
from pintutor.sim.search.merging import end
from pintutor.sim.search.world import LONGEST, Execution, Search, World

Before = dict[int, tuple[int, Learned] | None]
"""For each state how it was first come to."""


def ends(world: World) -> Search:
    """Executions that together come to every end."""
    programs = Programs(world)
    return (yield from in_batches(programs, _ends(world, programs)))


def _ends(world: World, programs: Programs) -> Iterator[Execution | None]:
    reduced = _Reduced(programs)
    while reduced.waiting:
        runs = programs.runs
        state = reduced.waiting.pop()
        steps = reduced.follow(state)
        for _ in range(runs, programs.runs):
            yield None
        if not steps:
            yield end(world, programs, reduced.path(state), state)
        if not reduced.waiting and programs.foresee():
            reduced.look_again()


class _Reduced:
    """The states that were met."""

    def __init__(self, programs: Programs) -> None:
        self.programs = programs
        self.waiting = [0]
        """States to go on from."""
        self._before: Before = {0: None}
        self._chosen: dict[int, tuple[int, ...]] = {}
        """The CPUs that went on from a state while others waited."""

    def path(self, state: int) -> list[Learned]:
        """Steps that lead from the start to a state."""
        found = []
        before = self._before[state]
        while before is not None:
            state, step = before
            found.append(step)
            before = self._before[state]
        return found[::-1]

    def follow(self, state: int) -> list[Learned]:
        """Go on from a state; returns the steps that were taken."""
        nodes = self._nodes(state)
        if sum(node.depth for node in nodes) >= LONGEST:
            return []
        steps = self._few(state, nodes)
        known, waiting = self._before, self.waiting
        for step in reversed(steps):
            after = state & step.keep | step.put
            if after not in known:
                known[after] = state, step
                waiting.append(after)
        return steps

    def look_again(self) -> None:
        """Go on from the states where the others should not have waited."""
        for state, some in list(self._chosen.items()):
            nodes = self._nodes(state)
            steps = [self.programs.step(state, cpu, self.path) for cpu in some]
            if _mind(steps, [nodes[cpu] for cpu in self._others(nodes, some)]):
                del self._chosen[state]
                self.waiting.append(state)

    def _nodes(self, state: int) -> list[Node]:
        """Where the CPUs stand."""
        nodes = self.programs.nodes
        return [nodes[cpu][state >> BITS * cpu & FIELD] for cpu in range(len(nodes))]

    def _others(self, nodes: list[Node], some: tuple[int, ...]) -> list[int]:
        return [
            cpu
            for cpu, node in enumerate(nodes)
            if cpu not in some and node.operation is not None
        ]

    def _few(self, state: int, nodes: list[Node]) -> list[Learned]:
        """The steps of as few CPUs as do not have to mind the others."""
        cpus = self._others(nodes, ())
        before = self._before[state]
        if before is not None and before[1].cpu in cpus:
            cpus.remove(before[1].cpu)
            cpus.insert(0, before[1].cpu)
        for some in chain.from_iterable(
            combinations(cpus, n + 1) for n in range(len(cpus))
        ):
            steps = [self.programs.step(state, cpu, self.path) for cpu in some]
            following = [step for step in steps if step.node is not None]
            others = [nodes[cpu] for cpu in cpus if cpu not in some]
            if following and not _mind(steps, others):
                if others:
                    self._chosen[state] = some
                return following
        return []


def _mind(steps: list[Learned], others: list[Node]) -> bool:
    """True when it can matter whether steps come before what other CPUs will do."""
    for step in steps:
        for other in others:
            if step.fields & other.touched or step.mask & other.written:
                return True
    return False
