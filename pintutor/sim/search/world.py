"""What a search needs to know of a race, and what it gives back."""

from __future__ import annotations

from collections.abc import Generator, Hashable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple, Protocol

from pintutor.sim import lockdep
from pintutor.sim.dependence import Scope
from pintutor.sim.errors import Oops
from pintutor.sim.search.counting import Order
from pintutor.sim.threads import Cpus

LONGEST = 2_000
"""Steps after which an execution is brought to its end by turns."""
TURNS = 1_000
"""Steps that it may have then; if they do not end it, it is a livelock."""


class Ended(Protocol):
    """CPUs that go no further."""

    @property
    def oopses(self) -> list[Oops]:
        """What stopped CPUs, by number of the CPU."""

    def result(self, cpu: int) -> object:
        """What the CPU's program returned, or the Oops that stopped it."""


class World(Protocol):
    """A race that can be run again and again from one starting point."""

    scope: Scope

    def begin(self) -> Cpus:
        """The CPUs at the starting point; the run before this one is undone."""

    def final(self, cpus: Ended) -> Hashable:
        """What can be seen now that nobody goes on."""


class Execution(NamedTuple):
    """One way in which the race went, from its start to its end."""

    schedule: tuple[int, ...]
    """Who did each step."""
    final: Hashable
    """What could be seen at its end."""
    preemptions: int = 0
    """Switches away from a CPU that could have gone on."""
    stuck: tuple[int, ...] = ()
    """CPUs that wait for ever: a deadlock."""
    endless: tuple[str, ...] = ()
    """What the CPUs go round in, `P1 in f()`, that no turns bring to an end."""
    order: Order = ()
    """What has to come before each step, if the strategy knows it."""
    locks: frozenset[lockdep.Order] = frozenset()
    """The orders in which locks were taken."""


Search = Generator[Execution | None, None, bool]
"""The executions of a strategy in turn; None for work that showed nothing new.
It returns True when nothing is left: what it has not shown cannot happen."""


def finish(world: World, cpus: Cpus) -> Execution:
    """The execution that has come to its end; its CPUs are taken away."""
    endless = _by_turns(cpus)
    steps = cpus.steps
    switches = pairwise(steps)
    preemptions = sum(not a.stopped and a.cpu != b.cpu for a, b in switches)
    stuck = () if endless else tuple(_stuck(cpus))
    final = world.final(cpus)
    cpus.kill()
    return Execution(
        tuple(step.cpu for step in steps),
        final,
        preemptions,
        stuck,
        endless,
        locks=frozenset(each.order for each in lockdep.nestings(steps)),
    )


def _stuck(cpus: Cpus) -> Iterator[int]:
    """The CPUs that wait for something else than work."""
    for cpu in cpus.blocked():
        operation = cpus.pending(cpu)
        if operation is not None and operation.access != "idle":
            yield cpu


def _by_turns(cpus: Cpus) -> tuple[str, ...]:
    """Bring an execution to its end that was too long, every CPU in turn.

    Who waits for another one in a loop gets no further while that one is not let go
    on. If nobody gets further although all are let, returns what they go round in.
    """
    last = len(cpus.steps) + TURNS
    while enabled := cpus.enabled():
        if len(cpus.steps) >= last:
            return tuple(f"P{cpu} in {cpus.where(cpu)}()" for cpu in enabled)
        for cpu in enabled:
            if cpu in cpus.enabled():
                cpus.run(cpu)
    return ()


class _HasCpu(Protocol):
    @property
    def cpu(self) -> int: ...


class Going(Protocol):
    """CPUs on their way."""

    @property
    def steps(self) -> Sequence[_HasCpu]:
        """What has been done, oldest first."""

    def enabled(self) -> list[int]:
        """The CPUs that can go on."""


def preferred(cpus: Going) -> list[int]:
    """Who can go on: first who went last, so that few switches come first."""
    enabled = cpus.enabled()
    last = cpus.steps[-1].cpu if cpus.steps else -1
    if last in enabled:
        enabled.remove(last)
        enabled.insert(0, last)
    return enabled


def next_path(path: list[int], others: list[list[int]]) -> bool:
    """Go back to the last step that could go otherwise, and take another CPU there.

    `others` holds for each step who has not been tried; False when nobody is left.
    """
    while others and not others[-1]:
        others.pop()
        path.pop()
    if others:
        path[-1] = others[-1].pop(0)
    return bool(others)
