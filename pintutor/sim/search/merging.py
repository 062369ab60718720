"""Every state once: what was done from a known state is not looked at again.

This wins where most operations conflict, so that hardly two executions are of one kind
but many meet again: three CPUs that count on one counter.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain, combinations, pairwise

from pintutor.sim import lockdep
from pintutor.sim.search.learned import Node, Programs
from pintutor.sim.search.memory import Learned
from pintutor.sim.search.world import LONGEST, Execution, Search, World, finish
from pintutor.sim.threads import Step

Choose = Callable[[Programs, "States", int], list[Learned]]
"""Which steps to follow from a state."""


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
        ways = {0: 1}
        for state in sorted(self._depths, key=self._depths.__getitem__):
            for following in self._followers.get(state, ()):
                ways[following] = ways.get(following, 0) + ways[state]
        return [ways[state] for state in self.ends]


def merging(world: World, states: States | None = None) -> Search:
    """Executions that together come to every state, depth first; noted in `states`."""
    states = States() if states is None else states
    yield from _search(world, Programs(world), states, _steps)
    return True


def ends(world: World) -> Search:
    """Executions that together come to every end, without most states on the way.

    Where some CPUs do what the others will not touch, the others can wait. What they
    will touch is known when all is done: as long as that brings news, it is done again,
    and nothing has to be learned twice.
    """
    programs = Programs(world)
    shown = set[tuple[int, ...]]()
    news = True
    while news:
        for execution in _search(world, programs, States(), _few):
            if execution is None or execution.schedule not in shown:
                yield execution
            if execution is not None:
                shown.add(execution.schedule)
        news = programs.foresee()
    return True


def _search(world: World, programs: Programs, states: States, choose: Choose) -> Search:
    """Follow the steps that are chosen from each state; None for each program run."""
    waiting = [0]
    while waiting:
        runs = programs.runs
        state = waiting.pop()
        last = states.depth(state) >= LONGEST
        steps = [] if last else choose(programs, states, state)
        for _ in range(runs, programs.runs):
            yield None
        waiting += filter(None, [states.follow(state, step) for step in steps])
        if not steps:
            states.ends.append(state)
            yield _end(world, programs, states.path(state), state)
    return True


def _few(programs: Programs, states: States, state: int) -> list[Learned]:
    """The steps of as few CPUs as do not have to mind the others."""
    cpus = _by_turns(programs, states, state)
    for some in chain(*(combinations(cpus, size + 1) for size in range(len(cpus)))):
        others = [programs.node(state, cpu) for cpu in cpus if cpu not in some]
        steps = [programs.step(state, cpu, states.path) for cpu in some]
        following = [step for step in steps if step.node is not None]
        if following and not any(_minds(step, other) for step in steps for other in others):
            return following[::-1]
    return []


def _minds(step: Learned, other: Node) -> bool:
    """True when it can matter whether a step comes before what another CPU will do."""
    return bool(step.fields & other.touched or step.mask & other.written)


def _steps(programs: Programs, states: States, state: int) -> list[Learned]:
    """What can be done next; who went last comes last, and goes on first."""
    cpus = _by_turns(programs, states, state)
    steps = [programs.step(state, cpu, states.path) for cpu in cpus]
    return [step for step in steps if step.node is not None][::-1]


def _by_turns(programs: Programs, states: States, state: int) -> list[int]:
    """The CPUs that have not ended; first who went last."""
    last = states.last(state)
    cpus = sorted(range(programs.count), key=lambda cpu: (cpu != last, cpu))
    return [cpu for cpu in cpus if programs.node(state, cpu).operation is not None]


def _end(
    world: World, programs: Programs, path: list[Learned], state: int
) -> Execution:
    """The execution that ends in a state where nobody goes on."""
    schedule = tuple(step.cpu for step in path)
    if len(path) >= LONGEST:
        cpus = world.begin()
        for cpu in schedule:
            cpus.run(cpu)
        return finish(world, cpus)
    before = 0
    steps = []
    for step in path:
        operation = programs.node(before, step.cpu).operation
        assert operation is not None, "it has made that step"
        before = step.after(before)
        stopped = not programs.goes_on(before, step.cpu)
        steps.append(Step(step.cpu, operation, 0, 0, stopped))
    preemptions = sum(not a.stopped and a.cpu != b.cpu for a, b in pairwise(steps))
    return Execution(
        schedule,
        programs.final(state),
        preemptions,
        programs.stuck(state),
        locks=frozenset(each.order for each in lockdep.nestings(steps)),
    )
