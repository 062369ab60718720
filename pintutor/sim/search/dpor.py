"""One execution of each kind: dynamic partial-order reduction with sleep sets.

Two executions are of one kind when they differ only in the order of steps that do
not conflict. Each execution is searched for races, pairs of conflicting steps that
nothing orders; the other order is tried by going back to before the first of the two.
A CPU whose step was tried at a place sleeps there until a step conflicts with it.

The algorithm is source-DPOR (Abdulla, Aronsson, Jonsson, Sagonas: "Optimal Dynamic
Partial Order Reduction", POPL 2014) with one more rule for locks: a lock and its
release never race, taking a lock races with the earlier taking of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from pintutor.sim.dependence import Footprint, ahead, wakes
from pintutor.sim.search.course import Course
from pintutor.sim.search.learned import Programs
from pintutor.sim.search.races import Past
from pintutor.sim.search.world import LONGEST, Search, World, preferred


@dataclass(slots=True)
class Node:
    """A place in the tree of executions."""

    enabled: tuple[int, ...]
    choice: int
    """Who goes on from here in the execution under way."""
    wanted: set[int]
    """Who has to be tried from here."""
    asleep: dict[int, Footprint]
    """Who need not be tried from here, and what it would do."""
    done: dict[int, Footprint] = field(default_factory=dict)
    """Who was tried from here, and what it did."""


def dpor(
    world: World, nodes: list[Node] | None = None, *, programs: Programs | None = None
) -> Search:
    """One execution of each kind; of those that begin with `nodes`, if there are any.

    `nodes` is kept up to date: it says what is left to do. Who has to be tried from the
    first ones is noted there, and left to the caller.
    """
    nodes = [] if nodes is None else nodes
    cpus, past = Course(Programs(world) if programs is None else programs), Past()
    fixed, changed = len(nodes), 0
    for node in nodes:
        _step(cpus, node, past)
    while True:
        whole = _go_on(world, cpus, nodes, past)
        _find_races(world, nodes, past, cpus, changed)
        yield cpus.end()._replace(order=past.order()) if whole else None
        changed = _back(nodes, fixed)
        if changed < 0:
            return True
        cpus.cut(changed)
        past.cut(changed)
        _step(cpus, nodes[-1], past)


def _step(cpus: Course, node: Node, past: Past) -> None:
    touched = cpus.run(node.choice)
    past.add(node.choice, touched)
    node.done[node.choice] = touched


def _go_on(world: World, cpus: Course, nodes: list[Node], past: Past) -> bool:
    """Go on to the end; False when everybody who could go on sleeps."""
    while choices := preferred(cpus):
        asleep = _asleep(world, nodes, past, cpus)
        awake = [cpu for cpu in choices if cpu not in asleep]
        if not awake:
            return False
        if len(nodes) >= LONGEST:
            break
        node = Node(tuple(choices), awake[0], {awake[0]}, asleep)
        nodes.append(node)
        _step(cpus, node, past)
    return True


def _asleep(
    world: World, nodes: list[Node], past: Past, cpus: Course
) -> dict[int, Footprint]:
    """Who sleeps now: who slept before the last step, or was tried, and was not woken."""
    if not nodes:
        return {}
    node, last = nodes[-1], past.touched[-1]
    candidates = {**node.asleep, **node.done}
    candidates.pop(node.choice, None)
    found = {}
    for cpu, before in candidates.items():
        operation = cpus.pending(cpu)
        if operation is None:
            continue
        now = ahead(operation, world.scope)
        now = now._replace(keys=before.keys, look_keys=before.look_keys)
        if not wakes(last, now):
            found[cpu] = now
    return found


def _find_races(
    world: World, nodes: list[Node], past: Past, cpus: Course, changed: int
) -> None:
    """Note at each node who has to be tried, for the races that this run showed."""
    for earlier, later in past.races(changed):
        _want(nodes[earlier], past.initials(earlier, later))
    for cpu in cpus.blocked():
        operation = cpus.awaited(cpu)
        assert operation is not None, "it waits for something"
        later = past.add(cpu, ahead(operation, world.scope))
        for earlier in past.races_of(later):
            _want(nodes[earlier], past.initials(earlier, later))
        past.cut(later)


def _want(node: Node, initials: list[int]) -> None:
    possible = [cpu for cpu in initials if cpu in node.enabled]
    if not possible:
        node.wanted.update(node.enabled)
    elif node.wanted.isdisjoint(possible):
        node.wanted.add(possible[0])


def _back(nodes: list[Node], fixed: int) -> int:
    """Go back to the last place where somebody else is to be tried; -1 at the end."""
    while len(nodes) > fixed:
        node = nodes[-1]
        rest = node.wanted - node.done.keys() - node.asleep.keys()
        if rest:
            node.choice = min(rest)
            return len(nodes) - 1
        nodes.pop()
    return -1
