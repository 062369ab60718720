"""What CPUs do, learned by letting each run once: then no program has to run again.

From one operation to the next a program does what follows from where it stands and from
what it reads. So a step that was seen once is known for every state in which the same
would be read. Where a program stands is what its frames hold; two ways to the same
place are not told apart. A step that is not known yet is run for real: the objects are
brought to that state, and the program is run from its beginning, as far as it goes.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from itertools import chain

from pintutor.sim.dependence import Fields
from pintutor.sim.digest import key
from pintutor.sim.errors import Oops
from pintutor.sim.journal import RAW, public, put
from pintutor.sim.poison import FREEABLE
from pintutor.sim.search.memory import BITS, FIELD, Learned, Memory, Values
from pintutor.sim.search.nodes import Node
from pintutor.sim.search.standing import Stand, frames_of, stands
from pintutor.sim.search.world import LONGEST, World
from pintutor.sim.threads import INTERRUPTED, Cpus
from pintutor.sim.watching import CLASS, Watch

Path = Callable[[int], Sequence[Learned]]
"""The steps that lead from the start to a state."""


class Programs:
    """The programs of a race, as far as they are known."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.watch = Watch()
        """Reads while something is learned; a search that lets it read all the time is
        faster."""
        cpus = world.begin()
        self.count = len(cpus.frames())
        self.runs = 0
        """How often a program was run."""
        scope = world.scope
        unordered = {(obj, f"{RAW}{name}") for obj, name in scope.unordered}
        self.memory = Memory(self.count, unordered)
        own = {(id(obj), RAW + name) for obj, name in cpus.per_cpu}
        others = {(obj, f"{RAW}{name}") for obj, name in scope.ignored}
        self._ignored = own | others
        self.nodes = [[Node(0, cpus.pending(each), None)] for each in range(self.count)]
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
        with self.watch.reading():
            if not self._waits(state, cpu):
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
        """True when a CPU has a step from there."""
        node = self.node(state, cpu)
        if node.operation is None:
            return False
        step = self.known(state, cpu)
        if step is not None:
            return step.node is not None
        if any(each.known(state) for each in node.ready):
            return True
        with self.watch.reading():
            return not self._waits(state, cpu)

    def is_interrupted(self, state: int, cpu: int) -> bool:
        """True while an interrupt has the CPU."""
        operation = self.node(state, cpu).operation
        if operation is None or operation.gate is None:
            return False
        return bool(self.memory.value(state, operation.gate) == INTERRUPTED)

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
        with self.watch.reading():
            self.memory.load(state, state)
            final = self.world.final(_Ended([node.result for node in nodes]))
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
        self.memory.learn(step, {})
        (node.ready if ready else node.steps).append(step)
        return not ready

    def _learn(self, state: int, cpu: int, path: Sequence[Learned]) -> None:
        """Run a program on from a state until it comes to what is known.

        One that goes round without an end is left after as many steps as matter.
        """
        self.runs += 1
        node = self.node(state, cpu)
        changed = 0
        for step in path:
            changed |= step.fields
        with self.watch:
            cpus = self._repeat(cpu, path)
            frames = frames_of(cpus, cpu)
            more = self._is_new(state, cpu)
            while more:
                step = self._run(cpus, cpu)
                before, frames = frames, frames_of(cpus, cpu)
                self._arrive(cpus, node, step, stands(before, node.stands, frames, step))
                state = step.after(state)
                changed |= step.fields
                node = self.node(state, cpu)
                more = node.depth <= LONGEST and self._is_new(state, cpu)
            cpus.kill()
        self.world.begin().kill()
        self.memory.load(0, changed)

    def _repeat(self, cpu: int, path: Sequence[Learned]) -> Cpus:
        """Run a program again that far, and do what the others did on that path."""
        cpus = self.world.begin()
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
            cpus.advance(cpu, further=further)
        return cpus

    def _is_new(self, state: int, cpu: int) -> bool:
        """True when a CPU can go on to what is not known; the objects are there.

        What is read to find out is read by the step.
        """
        operation = self.node(state, cpu).operation
        if operation is None or self.known(state, cpu) is not None:
            return False
        self.watch.anew()
        return operation.can_be_done()

    def _run(self, cpus: Cpus, cpu: int) -> Learned:
        """Run one step, and learn what it read, wrote and made."""
        journal = cpus.machine.journal
        start = journal.position
        cpus.advance(cpu)
        before: Values = {}
        after: Values = {}
        past = journal.since(start)
        for obj, name, old, new in zip(*(past[n::4] for n in range(4)), strict=True):
            if (id(obj), name) not in self._ignored:
                before.setdefault((obj, name), old)
                after[obj, name] = new
        step = Learned(cpu, self._read(before), after)
        step.wrote = tuple(zip(past[::4], map(public, past[1::4]), strict=True))
        step.looked = self._looked()
        for place, old in before.items():
            if after[place] is old:  # this may well follow from what it was
                step.reads[place] = old
        self.memory.make(self.watch.made, before, after)
        self.memory.learn(step, before)
        return step

    def _read(self, before: Values) -> Values:
        """The fields that were read, with what they held before the step."""
        noted = self.watch.reads[::-1]
        first = dict(
            zip(zip(noted[2::3], noted[1::3], strict=True), noted[::3], strict=True)
        )
        made = set(map(id, self.watch.made))
        reads: Values = {}
        for place, value in first.items():
            obj, name = place
            if (id(obj), name) not in self._ignored and id(obj) not in made:
                reads[place] = before.get(place, value)
        for obj, _ in (*reads, *before):  # what is freed cannot be written either
            if id(obj) not in made:
                reads[obj, CLASS] = before.get((obj, CLASS), type(obj))
        return reads

    def _looked(self) -> Fields:
        """What was looked at of objects that may be freed: see Step.looked."""
        noted, kinds = self.watch.reads, tuple(FREEABLE)
        places = dict.fromkeys(zip(noted[::3], noted[1::3], strict=True))
        found = [obj for obj, name in places if name == CLASS or isinstance(obj, kinds)]
        return [(obj, CLASS) for obj in dict.fromkeys(found)]

    def _arrive(
        self, cpus: Cpus, here: Node, step: Learned, stood: tuple[Stand, ...]
    ) -> None:
        """Note where a CPU stands after a step from `here`."""
        cpu = step.cpu
        result = cpus.result(cpu)
        end = str(result) if isinstance(result, Oops) else key(result)
        parts = end, stood, key(cpus.own()[cpu]), self.watch.count
        nodes, known = self.nodes[cpu], self._known[cpu]
        node, round_ = known.get((here.round, *parts)), here.round
        if node is not None and node.leads_to(here):
            round_ += 1
            node = known.get((round_, *parts))
        if node is None:
            node = Node(len(nodes), cpus.pending(cpu), result, stood, round_)
            known[round_, *parts] = node
            nodes.append(node)
        node.lie_behind(here.depth + 1)
        step.node = node
        step.keep &= ~(FIELD << BITS * cpu)
        step.put |= node.number << BITS * cpu
        here.steps.append(step)


class _Ended:
    """CPUs that go no further."""

    def __init__(self, results: list[object]) -> None:
        self._results = results

    @property
    def oopses(self) -> list[Oops]:
        return [each for each in self._results if isinstance(each, Oops)]

    def result(self, cpu: int) -> object:
        return self._results[cpu]
