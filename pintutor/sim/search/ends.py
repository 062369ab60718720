"""Every end once, without most states on the way: for the verdict alone.

Where some CPUs do what the others will never touch, the others can wait: whether they
go before or after leads to the same. What a CPU will touch from where it stands is what
was learned of it so far. When that grows, the states where somebody waited are looked at
again, until it grows no more.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import combinations

from pintutor.sim.search.learned import Programs
from pintutor.sim.search.memory import BITS, FIELD, Learned
from pintutor.sim.search.merging import end
from pintutor.sim.search.nodes import Node
from pintutor.sim.search.world import LONGEST, Search, World

Choice = tuple[tuple[Learned, ...], tuple[Node, ...]]
"""The steps that were taken from a state, and where those stood who waited."""


def ends(world: World, *, programs: Programs | None = None) -> Search:
    """Executions that together come to every end."""
    programs = Programs(world) if programs is None else programs
    reduced = _Reduced(programs)
    while reduced.waiting:
        runs = programs.runs
        state = reduced.waiting.pop()
        steps = reduced.follow(state)
        for _ in range(runs, programs.runs):
            yield None
        if not steps:
            yield end(programs, reduced.path(state), state)
        if not reduced.waiting and programs.foresee():
            reduced.look_again()
    return True


class _Reduced:
    """The states that were met."""

    def __init__(self, programs: Programs) -> None:
        self.programs = programs
        self.waiting = [0]
        """States to go on from."""
        self._before: dict[int, tuple[int, Learned] | None] = {0: None}
        """For each state how it was first come to."""
        self._chosen: dict[Choice, list[int]] = {}
        """The states where some CPUs waited while others went on."""
        self._places = [(nodes, BITS * cpu) for cpu, nodes in enumerate(programs.nodes)]

    def path(self, state: int) -> list[Learned]:
        """Steps that lead from the start to a state."""
        found = []
        before = self._before[state]
        while before is not None:
            state, step = before
            found.append(step)
            before = self._before[state]
        return found[::-1]

    def follow(self, state: int) -> Sequence[Learned]:
        """Go on from a state; returns the steps that were taken."""
        nodes = [known[state >> shift & FIELD] for known, shift in self._places]
        depth = sum([node.depth for node in nodes])
        if depth >= LONGEST and len(self.path(state)) >= LONGEST:
            return ()
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
        for choice in [each for each in self._chosen if _mind(*each)]:
            self.waiting += self._chosen.pop(choice)

    def _few(self, state: int, nodes: list[Node]) -> Sequence[Learned]:
        """The steps of as few CPUs as do not have to mind the others."""
        cpus = [cpu for cpu, node in enumerate(nodes) if node.operation is not None]
        before = self._before[state]
        if before is not None and before[1].cpu in cpus:
            cpus.remove(before[1].cpu)
            cpus.insert(0, before[1].cpu)
        for some, rest in _parted(tuple(cpus)):
            steps = tuple([self.programs.step(state, cpu, self.path) for cpu in some])
            others = tuple([nodes[cpu] for cpu in rest])
            following = [step for step in steps if step.node is not None]
            if following and not _mind(steps, others):
                if others:
                    self._chosen.setdefault((steps, others), []).append(state)
                return following
        return ()


@cache
def _parted(cpus: tuple[int, ...]) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Each way to let some CPUs go on while the rest wait, few first."""
    return [
        (some, tuple(cpu for cpu in cpus if cpu not in some))
        for size in range(1, len(cpus) + 1)
        for some in combinations(cpus, size)
    ]


def _mind(steps: Sequence[Learned], others: Sequence[Node]) -> bool:
    """True when it can matter whether steps come before what other CPUs will do."""
    for step in steps:
        for other in others:
            if step.fields & other.touched or step.mask & other.written:
                return True
    return False
