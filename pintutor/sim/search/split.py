"""The tree of one execution of each kind, cut into parts that others can search.

A part is all that begins with one prefix. Whoever searches it needs the prefix, who has
been tried or is being tried elsewhere along it, and who sleeps there; all of it is
numbers of CPUs, which mean the same in every process. Back come the executions, who
has to be tried from places on the prefix because of races behind it, and what is left
to do when the part was too large to finish.

After Yang, Chen, Gopalakrishnan, Kirby ("Distributed Dynamic Partial Order Reduction
Based Verification of Threaded Software", SPIN 2007), with sleep sets: of two that are
tried from one place the second sleeps where the first was, whether or not that one is
done. What sleeps is run once more to see what it touches.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from pintutor.sim.dependence import Footprint
from pintutor.sim.search.course import Course
from pintutor.sim.search.dpor import Node, dpor
from pintutor.sim.search.learned import Programs
from pintutor.sim.search.world import Execution, World


class Place(NamedTuple):
    """A place in the tree of executions."""

    enabled: tuple[int, ...]
    choice: int
    """Who goes on from here in this part."""
    wanted: tuple[int, ...]
    """Who has to be tried from here."""
    settled: tuple[int, ...]
    """Who was tried from here, or is elsewhere, or need not be tried."""


Part = tuple[Place, ...]
"""Everything that begins with the choices of these places."""


class Worked(NamedTuple):
    """What the search of a part came to."""

    executions: tuple[Execution | None, ...]
    wanted: tuple[tuple[int, ...], ...]
    """Who has to be tried from each place of the part."""
    rest: Part
    """What follows the part and is not done; empty when it is."""


def work(
    world: World, part: Part, limit: int, *, programs: Programs | None = None
) -> Worked:
    """Search a part, up to a number of executions."""
    programs = Programs(world) if programs is None else programs
    nodes = [Node(at.enabled, at.choice, set(at.wanted), {}) for at in part]
    if part:
        nodes[-1].asleep.update(_asleep(programs, part))
    search = dpor(world, nodes, programs=programs)
    found: list[Execution | None] = []
    for execution in search:
        found.append(execution)
        if len(found) == limit:
            break
    search.close()
    wanted = tuple(tuple(sorted(node.wanted)) for node in nodes[: len(part)])
    return Worked(tuple(found), wanted, left(nodes[len(part) :]))


def left(nodes: Sequence[Node]) -> Part:
    """Where a search stands that was stopped, in numbers."""
    return tuple(
        Place(
            node.enabled,
            node.choice,
            tuple(sorted(node.wanted)),
            tuple(sorted(node.done.keys() | node.asleep.keys())),
        )
        for node in nodes
    )


def _asleep(programs: Programs, part: Part) -> dict[int, Footprint]:
    """Who sleeps behind the last place of a part, and what it would do there."""
    *before, last = part
    prefix = [place.choice for place in before]
    found = {}
    for cpu in last.settled:
        touched = None if cpu == last.choice else _ahead(programs, prefix, cpu)
        if touched is not None:
            found[cpu] = touched
    return found


def _ahead(programs: Programs, prefix: Sequence[int], cpu: int) -> Footprint | None:
    """What a CPU does after a prefix; None when it has to wait there."""
    cpus = Course(programs)
    for each in prefix:
        cpus.run(each)
    return cpus.run(cpu) if cpu in cpus.enabled() else None


@dataclass(slots=True)
class _Branch:
    """A place as all parts together know it."""

    enabled: tuple[int, ...]
    wanted: set[int]
    settled: set[int]
    below: dict[int, _Branch] = field(default_factory=dict)
    """What follows a choice, where something may be left to do."""


class Frontier:
    """What is known of the whole tree, and which parts of it are left to search."""

    def __init__(self) -> None:
        self._root = _Branch((), set(), set())

    def take(self, part: Part, worked: Worked) -> None:
        """Take note of what the search of a part came to."""
        rest = _chain(worked.rest)
        if not part:
            self._root = rest or self._root
            return
        branch = last = self._root
        for place, wanted in zip(part, worked.wanted, strict=True):
            branch.wanted.update(wanted)
            last, branch = branch, branch.below.get(place.choice, branch)
        if rest is not None:
            last.below[part[-1].choice] = rest

    def parts(self, most: int) -> list[Part]:
        """Some parts that are left to search; they count as being searched then."""
        return list(islice(_parts(self._root, ()), most))

    def share(self) -> float:
        """About which share of the tree is done, as if all branches were alike."""
        return _share(self._root)


def _chain(places: Part) -> _Branch | None:
    """Places that follow each other, the first of them."""
    branch: _Branch | None = None
    for place in reversed(places):
        below = {} if branch is None else {place.choice: branch}
        branch = _Branch(place.enabled, set(place.wanted), set(place.settled), below)
    return branch


def _parts(branch: _Branch, before: Part) -> Iterator[Part]:
    """The parts behind a place, those that were begun first."""
    for choice, below in branch.below.items():
        yield from _parts(below, (*before, _at(branch, choice)))
    for choice in sorted(branch.wanted - branch.settled):
        place = _at(branch, choice)
        branch.settled.add(choice)
        yield (*before, place)


def _at(branch: _Branch, choice: int) -> Place:
    wanted, settled = sorted(branch.wanted), sorted(branch.settled)
    return Place(branch.enabled, choice, tuple(wanted), tuple(settled))


def _share(branch: _Branch) -> float:
    tried = branch.wanted | branch.below.keys()
    done = sum(
        _share(branch.below[choice]) if choice in branch.below else 1.0
        for choice in branch.settled & tried
    )
    return done / len(tried) if tried else 1.0
