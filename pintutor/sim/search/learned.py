"""What CPUs do, learned by letting each run once: then no program has to run again.

From one operation to the next a program does what follows from where it stands and from
what it reads. So a step that was seen once is known for every state in which the same
would be read. Where a program stands is what its frames hold; two ways to the same
place are not told apart. A step that is not known yet is run for real: the objects are
brought to that state, and the program is run from its beginning, as far as it goes.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice

from pintutor.sim.digest import key
from pintutor.sim.errors import Oops
from pintutor.sim.journal import RAW, put
from pintutor.sim.search.memory import BITS, FIELD, Learned, Memory, Values
from pintutor.sim.search.standing import Stand, frames_of, stands
from pintutor.sim.search.world import Execution, Search, World
from pintutor.sim.threads import Cpus, Operation
from pintutor.sim.watching import CLASS, Watch

Path = Callable[[int], Sequence[Learned]]
"""The steps that lead from the start to a state."""


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
    stands: tuple[Stand, ...] = ()
    """Where each of its frames stands, outermost first."""
    steps: list[Learned] = field(default_factory=list)
    """What it can do from here, as far as that is known."""
    touched: int = 0
    """The bits of memory that it may still touch: see Programs.foresee."""
    written: int = 0
    """Those that it may still write."""


class Programs:
    """The programs of a race, as far as they are known."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.watch = Watch()
        """Has to be reading while something is learned."""
        cpus = world.begin()
        self.count = len(cpus.frames())
        self.runs = 0
        """How often a program was run."""
        self.memory = Memory(self.count)
        own = {(id(obj), RAW + name) for obj, name in cpus.per_cpu}
        others = {(obj, f"{RAW}{name}") for obj, name in world.scope.ignored}
        self._ignored = own | others
        self.nodes = [[Node(0, 0, cpus.pending(each), None)] for each in range(self.count)]
        """Where each CPU can stand, by number."""
        self._known: list[dict[Hashable, Node]] = [{} for _ in range(self.count)]
        self._finals: dict[tuple[Node, ...], list[tuple[Learned, Hashable]]] = {}
        cpus.kill()

    def node(self, state: int, cpu: int) -> Node:
        """Where a CPU stands in a state."""
        return self.nodes[cpu][state >> BITS * cpu & FIELD]

    def step(self, state: int, cpu: int, path: Path) -> Learned:
        """What a CPU that has not ended does in a state, learned if need be."""
        step = self.known(state, cpu)
        if step is not None:
            return step
        if not self._waits(state, cpu):
            with self.watch:
                self._learn(state, cpu, path(state))
        step = self.known(state, cpu)
        assert step is not None, "what was learned in a state holds there"
        return step

    def known(self, state: int, cpu: int) -> Learned | None:
        """What a CPU does in a state, if that was learned."""
        for step in self.node(state, cpu).steps:
            if state & step.mask == step.want:
                return step
        return None

    def goes_on(self, state: int, cpu: int) -> bool:
        """True when a CPU has a step from there, in a state that was looked at."""
        step = self.known(state, cpu)
        return step is not None and step.node is not None

    def foresee(self) -> bool:
        """Note what each CPU may still touch from where; False when that is no news."""
        news = False
        for node in sorted(chain(*self.nodes), key=lambda node: -node.depth):
            touched = written = 0
            for step in node.steps:
                touched |= step.mask | step.fields
                written |= step.fields
                if step.node is not None:
                    touched |= step.node.touched
                    written |= step.node.written
            news |= (node.touched, node.written) != (touched, written)
            node.touched, node.written = touched, written
        return news

    def stuck(self, state: int) -> tuple[int, ...]:
        """The CPUs that wait for something else than work, where nobody goes on."""
        waiting = [self.node(state, cpu).operation for cpu in range(self.count)]
        return tuple(
            cpu
            for cpu, operation in enumerate(waiting)
            if operation is not None and operation.access != "idle"
        )

    def final(self, state: int) -> Hashable:
        """What can be seen in a state where nobody goes on."""
        nodes = tuple(self.node(state, cpu) for cpu in range(self.count))
        known = self._finals.setdefault(nodes, [])
        for seen, final in known:
            if seen.known(state):
                return final
        self.watch.anew()
        self.memory.load(state, state)
        final = self._world.final(_Ended([node.result for node in nodes]))
        self.memory.load(0, state)
        seen = Learned(self.count, self._read({}))
        self.memory.learn(seen, {})
        known.append((seen, final))
        return final

    def _waits(self, state: int, cpu: int) -> bool:
        """Learn that a CPU has to wait, if it has to."""
        node = self.node(state, cpu)
        assert node.operation is not None, "its program has not ended"
        if node.operation.ready is None and node.operation.gate is None:
            return False
        self.watch.anew()
        self.memory.load(state, state)
        ready = node.operation.can_be_done()
        self.memory.load(0, state)
        step = Learned(cpu, self._read({}))
        if not ready:
            self.memory.learn(step, {})
            node.steps.append(step)
        return not ready

    def _learn(self, state: int, cpu: int, path: Sequence[Learned]) -> None:
        """Run a program on from a state until it comes to what is known."""
        self.runs += 1
        node = self.node(state, cpu)
        cpus = self._repeat(cpu, path)
        changed = 0
        for step in path:
            changed |= step.fields
        frames = frames_of(cpus, cpu)
        while self._is_new(state, cpu):
            step = self._run(cpus, cpu)
            before, frames = frames, frames_of(cpus, cpu)
            self._arrive(cpus, node, step, stands(before, node.stands, frames, step))
            state = step.after(state)
            changed |= step.fields
            node = self.node(state, cpu)
        cpus.kill()
        self._world.begin().kill()
        self.memory.load(0, changed)

    def _repeat(self, cpu: int, path: Sequence[Learned]) -> Cpus:
        """Run a program again that far, and do what the others did on that path."""
        cpus = self._world.begin()
        self.watch.start(cpu)
        rest = iter(path)

        def further() -> bool:
            for step in rest:
                if step.cpu == cpu:
                    return True
                for (obj, name), value in step.writes.items():
                    put(obj, name, value)
            return False

        if further():
            cpus.run(cpu, further=further)
        return cpus

    def _is_new(self, state: int, cpu: int) -> bool:
        """True when a CPU can go on to what is not known; the objects are there."""
        operation = self.node(state, cpu).operation
        if operation is None or self.known(state, cpu) is not None:
            return False
        return operation.can_be_done()

    def _run(self, cpus: Cpus, cpu: int) -> Learned:
        """Run one step, and learn what it read, wrote and made."""
        journal = cpus.machine.journal
        start = journal.position
        self.watch.anew()
        cpus.run(cpu)
        before: Values = {}
        after: Values = {}
        past = journal.since(start)
        for obj, name, old, new in zip(*(past[n::4] for n in range(4)), strict=True):
            if (id(obj), name) not in self._ignored:
                before.setdefault((obj, name), old)
                after[obj, name] = new
        step = Learned(cpu, self._read(before), after)
        for place, old in before.items():
            if after[place] is old:  # this may well follow from what it was
                step.reads[place] = old
        self.memory.make(self.watch.made, before, after)
        self.memory.learn(step, before)
        return step

    def _read(self, before: Values) -> Values:
        """The fields that were read, with what they held before the step."""
        reads: Values = {}
        noted = self.watch.reads
        made = set(map(id, self.watch.made))
        for obj, name, value in zip(*(noted[n::3] for n in range(3)), strict=True):
            if (id(obj), name) not in self._ignored and id(obj) not in made:
                reads.setdefault((obj, name), before.get((obj, name), value))
                reads.setdefault((obj, CLASS), before.get((obj, CLASS), type(obj)))
        return reads

    def _arrive(
        self, cpus: Cpus, here: Node, step: Learned, stood: tuple[Stand, ...]
    ) -> None:
        """Note where a CPU stands after a step from `here`."""
        cpu = step.cpu
        result = cpus.result(cpu)
        end = str(result) if isinstance(result, Oops) else key(result)
        whole = here.depth + 1, end, stood, key(cpus.own()[cpu]), self.watch.count
        nodes, known = self.nodes[cpu], self._known[cpu]
        if whole not in known:
            operation = cpus.pending(cpu)
            known[whole] = Node(len(nodes), here.depth + 1, operation, result, stood)
            nodes.append(known[whole])
        step.node = known[whole]
        step.keep &= ~(FIELD << BITS * cpu)
        step.put |= step.node.number << BITS * cpu
        here.steps.append(step)


def in_batches(programs: Programs, found: Iterator[Execution | None]) -> Search:
    """What a search finds that learns; nobody watches while it is not its turn.

    Each batch is twice as long as the one before: to begin to watch takes a while.
    """
    size = 1
    while True:
        with programs.watch.reading():
            batch = list(islice(found, size))
        yield from batch
        if len(batch) < size:
            return True
        size *= 2


class _Ended:
    """CPUs that go no further."""

    def __init__(self, results: list[object]) -> None:
        self._results = results

    @property
    def oopses(self) -> list[Oops]:
        return [each for each in self._results if isinstance(each, Oops)]

    def result(self, cpu: int) -> object:
        return self._results[cpu]
