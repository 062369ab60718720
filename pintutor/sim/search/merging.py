"""Every state once: what was done from a known state is not looked at again.

This wins where most operations conflict, so that hardly two executions are of one kind
but many meet again: three CPUs that count on one counter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import chain, zip_longest

from pintutor.sim import lockdep
from pintutor.sim.search.learned import Programs
from pintutor.sim.search.memory import Learned
from pintutor.sim.search.world import LONGEST, Execution, Search, World, finish
from pintutor.sim.threads import Step


class States:
    """The states that were met, and which of them follow each other."""

    def __init__(self) -> None:
        self._before: dict[int, tuple[int, Learned] | None] = {0: None}
        self._depths: dict[int, int] = {0: 0}
        self._followers: dict[int, list[int]] = {}
        self.ends: list[int] = []
        """The state that each execution ended in."""

    def follow(self, state: int, step: Learned) -> int | None:
        """The state after a step; None when it is known."""
        after = step.after(state)
        self._followers.setdefault(state, []).append(after)
        if after in self._before:
            return None
        self._before[after] = state, step
        self._depths[after] = self._depths[state] + 1
        return after

    def path(self, state: int) -> list[Learned]:
        """Steps that lead from the start to a state."""
        found = []
        before = self._before[state]
        while before is not None:
            state, step = before
            found.append(step)
            before = self._before[state]
        return found[::-1]

    def last(self, state: int) -> int | None:
        """Who went last on the way to a state."""
        before = self._before[state]
        return None if before is None else before[1].cpu

    def depth(self, state: int) -> int:
        """How many steps lead to a state."""
        return self._depths[state]

    def interleavings(self) -> list[int]:
        """For each execution: how many of all end as it did, in the same state."""
        ways = Counter({0: 1})
        unseen = Counter(chain.from_iterable(self._followers.values()))
        waiting = [0]
        while waiting:  # each state once the ways to all those before it are known
            state = waiting.pop()
            for following in self._followers.get(state, ()):
                ways[following] += ways[state]
                unseen[following] -= 1
                if not unseen[following]:
                    waiting.append(following)
        return [ways[state] for state in self.ends]


def merging(
    world: World, states: States | None = None, *, programs: Programs | None = None
) -> Search:
    """Executions that together come to every state, depth first; noted in `states`."""
    states = States() if states is None else states
    programs = Programs(world) if programs is None else programs
    waiting = [0]
    while waiting:
        runs = programs.runs
        state = waiting.pop()
        last = states.depth(state) >= LONGEST
        steps = [] if last else _steps(programs, states, state)
        for _ in range(runs, programs.runs):
            yield None
        waiting += filter(None, [states.follow(state, step) for step in steps])
        if not steps:
            states.ends.append(state)
            yield end(programs, states.path(state), state)
    return True


def _steps(programs: Programs, states: States, state: int) -> list[Learned]:
    """What can be done next; who went last comes last, and goes on first."""
    last = states.last(state)
    steps = []
    for cpu in sorted(range(programs.count), key=lambda cpu: (cpu == last, -cpu)):
        if programs.node(state, cpu).operation is not None:
            step = programs.step(state, cpu, states.path)
            steps += [step] if step.node is not None else []
    return steps


def end(programs: Programs, path: Sequence[Learned], state: int) -> Execution:
    """The execution that ends in a state where nobody goes on."""
    schedule = tuple(step.cpu for step in path)
    if len(path) >= LONGEST:
        cpus = programs.world.begin()
        for cpu in schedule:
            cpus.run(cpu)
        return finish(programs.world, cpus)
    before, preemptions, steps = 0, 0, []
    for step, following in zip_longest(path, schedule[1:]):
        operation = programs.node(before, step.cpu).operation
        assert operation is not None, "it has made that step"
        before = step.after(before)
        if following not in (step.cpu, None):
            preemptions += programs.goes_on(before, step.cpu)
        steps.append(Step(step.cpu, operation, 0, 0, False))
    return Execution(
        schedule,
        programs.final(state),
        preemptions,
        programs.stuck(state),
        locks=frozenset(each.order for each in lockdep.nestings(steps)),
    )
