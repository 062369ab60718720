"""What a search needs to know of a race, and what it gives back."""

from __future__ import annotations

from collections.abc import Generator, Hashable
from itertools import pairwise
from typing import NamedTuple, Protocol

from pintutor.sim.dependence import Scope
from pintutor.sim.search.counting import Order
from pintutor.sim.threads import Cpus

LONGEST = 5_000
"""Steps after which an execution counts as one that does not end."""


class World(Protocol):
    """A race that can be run again and again from one starting point."""

    scope: Scope

    def begin(self) -> Cpus:
        """The CPUs at the starting point; the run before this one is undone."""

    def final(self, cpus: Cpus) -> Hashable:
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
    endless: bool = False
    """True when it was given up after LONGEST steps."""
    order: Order = ()
    """What has to come before each step, if the strategy knows it."""


Search = Generator[Execution | None, None, bool]
"""The executions of a strategy in turn; None for work that showed nothing new.
It returns True when nothing is left: what it has not shown cannot happen."""


def finish(world: World, cpus: Cpus) -> Execution:
    """The execution that has come to its end; its CPUs are taken away."""
    steps = cpus.steps
    switches = pairwise(steps)
    preemptions = sum(not a.stopped and a.cpu != b.cpu for a, b in switches)
    endless = bool(cpus.enabled())
    stuck = () if endless else tuple(cpus.blocked())
    final = world.final(cpus)
    cpus.kill()
    schedule = tuple(step.cpu for step in steps)
    return Execution(schedule, final, preemptions, stuck, endless)


def preferred(cpus: Cpus) -> list[int]:
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
