"""What CPUs do, learned by letting each run once: then no program has to run again.

From one operation to the next a program does what follows from where it stands and from
what it reads. So a step that was seen once is known for every state in which the same
would be read. Where a program stands is what its frames hold; two ways to the same
place are not told apart. A step that is not known yet is run for real: the objects are
brought to that state, and the program is run from its beginning, as far as it goes.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

from pintutor.sim.digest import key
from pintutor.sim.errors import Oops
from pintutor.sim.journal import RAW, put
from pintutor.sim.pending import keeps
from pintutor.sim.search.memory import BITS, FIELD, Memory, Place
from pintutor.sim.search.world import World
from pintutor.sim.threads import Cpus, Operation
from pintutor.sim.watching import CLASS, Watch


@dataclass(slots=True, eq=False)
class Node:
    """Somewhere a CPU can stand."""

    number: int
    depth: int
    """Steps that it has done."""
    operation: Operation | None
    """What it is about to do; None when its program has ended."""
    result: object
    """What the program returned, or the Oops that stopped it."""
    kept: tuple[object, ...] = ()
    """For each frame, outermost first: since which step it keeps what no name tells."""
    steps: list[Learned] = field(default_factory=list)
    """What it can do from here, as far as that is known."""


@dataclass(slots=True, eq=False)
class Learned:
    """What a CPU does from somewhere, wherever it reads the same."""

    cpu: int
    reads: dict[Place, Any]
    """Each field that it reads, with what that held before."""
    writes: dict[Place, Any] = field(default_factory=dict)
    made: Sequence[object] = ()
    """The objects that it makes, in order."""
    node: Node | None = None
    """Where it stands then; None when it has to wait."""
    mask: int = 0
    """The bits of a state that it depends on."""
    want: int = 0
    """What these bits are where it does this."""
    keep: int = -1
    """The bits that it leaves."""
    put: int = 0
    """What it writes to the others."""

    def after(self, state: int) -> int:
        """The state after it."""
        return state & self.keep | self.put


class Programs:
    """The programs of a race, as far as they are known."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._watch = Watch()
        cpus = self._cpus = world.begin()
        self.count = len(cpus.frames())
        self.runs = 0
        """How often a program was run."""
        self._memory = Memory(self.count)
        self._readers: dict[Place, list[Learned]] = {}
        """Who reads a field that nobody has written yet."""
        own = {(id(obj), RAW + name) for obj, name in cpus.per_cpu}
        others = {(obj, f"{RAW}{name}") for obj, name in world.scope.ignored}
        self._ignored = own | others
        self._nodes = [[Node(0, 0, cpus.pending(each), None)] for each in range(self.count)]
        self._known: list[dict[Hashable, Node]] = [{} for _ in range(self.count)]
        cpus.kill()

    def node(self, state: int, cpu: int) -> Node:
        """Where a CPU stands in a state."""
        return self._nodes[cpu][state >> BITS * cpu & FIELD]

    def step(self, state: int, cpu: int, path: Sequence[Learned]) -> Learned:
        """What a CPU that has not ended does in a state that a path leads to."""
        steps = self.node(state, cpu).steps
        for step in steps:
            if state & step.mask == step.want:
                return step
        with self._watch:
            self._learn(state, cpu, path)
        return self.step(state, cpu, path)

    def known(self, state: int, cpu: int) -> Learned | None:
        """What a CPU does in a state, if that was learned."""
        for step in self.node(state, cpu).steps:
            if state & step.mask == step.want:
                return step
        return None

    def goes_on(self, state: int, cpu: int) -> bool:
        """True when a CPU whose step from there is known, if it has one, takes it."""
        step = self.known(state, cpu)
        return step is not None and step.node is not None

    def stuck(self, state: int) -> tuple[int, ...]:
        """The CPUs that wait for something else than work."""
        waiting = [self.node(state, cpu).operation for cpu in range(self.count)]
        return tuple(
            cpu
            for cpu, operation in enumerate(waiting)
            if operation is not None and operation.access != "idle"
        )

    def final(self, state: int) -> Hashable:
        """What can be seen in a state where nobody goes on."""
        self._memory.load(state)
        nodes = [self.node(state, cpu) for cpu in range(self.count)]
        final = self._world.final(_Ended([node.result for node in nodes]))
        self._memory.load(0)
        return final

    def _learn(self, state: int, cpu: int, path: Sequence[Learned]) -> None:
        """Run a program on from a state until it comes to what is known."""
        if self._waits(state, cpu):
            return
        self.runs += 1
        cpus = self._repeat(cpu, path)
        frames = _frames(cpus, cpu)
        while self._goes_on(state, cpu):
            step = self._run(cpus, cpu)
            here = self.node(state, cpu)
            here.steps.append(step)
            before, frames = frames, _frames(cpus, cpu)
            kept = _kept(before, here.kept, frames, step)
            self._arrive(step, self._stand(cpus, step, here.depth + 1, frames, kept))
            state = step.after(state)
        cpus.kill()
        self.reset()

    def reset(self) -> None:
        """Bring all objects back to how they are at the start."""
        self._world.begin().kill()
        self._memory.load(0)

    def _waits(self, state: int, cpu: int) -> bool:
        """Learn that a CPU has to wait, if it has to."""
        node = self.node(state, cpu)
        assert node.operation is not None, "its program has not ended"
        if node.operation.ready is None:
            return False
        self._memory.load(state)
        self._watch.anew()
        ready = node.operation.can_be_done()
        self._memory.load(0)
        if not ready:
            step = Learned(cpu, self._read({}))
            self._depend(step)
            node.steps.append(step)
        return not ready

    def _repeat(self, cpu: int, path: Iterable[Learned]) -> Cpus:
        """Run a program again that far, and do what the others did on that path."""
        cpus = self._world.begin()
        self._memory.load(0)
        for step in path:
            if step.cpu == cpu:
                self._watch.anew(step.made)
                cpus.run(cpu)
            else:
                for (obj, name), value in step.writes.items():
                    put(obj, name, value)
        return cpus

    def _goes_on(self, state: int, cpu: int) -> bool:
        """True when a CPU that stands there can go on to what is not known."""
        operation = self.node(state, cpu).operation
        if operation is None or self.known(state, cpu) is not None:
            return False
        return operation.can_be_done()

    def _run(self, cpus: Cpus, cpu: int) -> Learned:
        """Run one step, and note what it read, wrote and made."""
        journal = cpus.machine.journal
        start = journal.position
        self._watch.anew()
        cpus.run(cpu)
        first: dict[Place, Any] = {}
        last: dict[Place, Any] = {}
        past = journal.since(start)
        for obj, name, old, new in zip(*(past[n::4] for n in range(4)), strict=True):
            if (id(obj), name) not in self._ignored:
                first.setdefault((obj, name), old)
                last[obj, name] = new
        step = Learned(cpu, self._read(first, last), last, self._watch.made)
        for place, old in first.items():
            self._write(step, place, old)
        self._depend(step)
        return step

    def _read(
        self, first: dict[Place, Any], last: dict[Place, Any] | None = None
    ) -> dict[Place, Any]:
        """The fields that were read; what was written as it was counts too."""
        reads = {
            place: old
            for place, old in first.items()
            if last is not None and last[place] is old
        }
        noted = self._watch.reads
        for obj, name, value in zip(*(noted[n::3] for n in range(3)), strict=True):
            if (id(obj), name) not in self._ignored:
                reads.setdefault((obj, name), first.get((obj, name), value))
                reads.setdefault((obj, CLASS), first.get((obj, CLASS), type(obj)))
        return reads

    def _write(self, step: Learned, place: Place, old: Any) -> None:
        memory = self._memory
        shift = memory.shift(place)
        if shift is None:
            shift = memory.add(place, old)
            for reader in self._readers.pop(place, ()):
                reader.mask |= FIELD << shift
                reader.want |= memory.bits(shift, reader.reads[place])
        step.keep &= ~(FIELD << shift)
        step.put |= memory.bits(shift, step.writes[place])

    def _depend(self, step: Learned) -> None:
        """Note which states a step is known for."""
        for place, value in step.reads.items():
            shift = self._memory.shift(place)
            if shift is None:
                self._readers.setdefault(place, []).append(step)
            else:
                step.mask |= FIELD << shift
                step.want |= self._memory.bits(shift, value)

    def _arrive(self, step: Learned, node: Node) -> None:
        step.node = node
        step.keep &= ~(FIELD << BITS * step.cpu)
        step.put |= node.number << BITS * step.cpu

    def _stand(
        self,
        cpus: Cpus,
        step: Learned,
        depth: int,
        frames: list[FrameType],
        kept: tuple[object, ...],
    ) -> Node:
        """Where a CPU stands now, after one more step."""
        cpu = step.cpu
        result = cpus.result(cpu)
        operation = cpus.pending(cpu)
        end = str(result) if isinstance(result, Oops) else key(result)
        stands = tuple((each.f_code, each.f_lasti, key(each.f_locals)) for each in frames)
        whole = depth, end, stands, kept, key(cpus.own()[cpu])
        nodes, known = self._nodes[cpu], self._known[cpu]
        if whole not in known:
            known[whole] = Node(len(nodes), depth, operation, result, kept)
            nodes.append(known[whole])
        return known[whole]


class _Ended:
    """CPUs that go no further."""

    def __init__(self, results: list[object]) -> None:
        self._results = results

    @property
    def oopses(self) -> list[Oops]:
        return [each for each in self._results if isinstance(each, Oops)]

    def result(self, cpu: int) -> object:
        return self._results[cpu]


def _frames(cpus: Cpus, cpu: int) -> list[FrameType]:
    """The frames of a CPU's program, outermost first."""
    return cpus.frames()[cpu][::-1]


def _kept(
    before: list[FrameType],
    kept: tuple[object, ...],
    frames: list[FrameType],
    step: Learned,
) -> tuple[object, ...]:
    """For each frame since which step it keeps what no name tells; None: nothing.

    A frame that has not moved, because a call of it has not returned, keeps what it
    kept before.
    """
    found: list[object] = []
    for index, frame in enumerate(frames):
        still = frames[: index + 2] == before[: index + 2] and index + 1 < len(frames)
        if still:
            found.append(kept[index])
        else:
            found.append(step if frame.f_lasti in keeps(frame.f_code) else None)
    return tuple(found)
