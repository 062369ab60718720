"""Commands on several simulated CPUs at once: one race of the command language.

A race begins where a lab stands. Each CPU has lines of its own; a line is read when
its turn comes, as if it had just been typed there.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from pintutor.lab.errors import CommandError
from pintutor.lab.expressions import Expression
from pintutor.lab.registry import REGISTRY
from pintutor.lab.scope import LabScope
from pintutor.lab.words import split, split_prefixes
from pintutor.linux.kernel.softirq import irq_enter, irq_exit
from pintutor.sim.dependence import Scope
from pintutor.sim.digest import reachable
from pintutor.sim.objects import KArray
from pintutor.sim.search.world import Ended
from pintutor.sim.threads import Cpus, Gate

if TYPE_CHECKING:
    from pintutor.lab.lab import Lab


BOOKKEEPING = ("bios", "nr_bios", "dios", "aio_events", "isolated", "sg_requests", "held")
"""Lists of the model that C has no counterpart of, or one with a lock of its own; in
which order CPUs write them means nothing."""

PER_CPU = ("current", "cpu", "bio_list")
"""What each CPU, or the task that runs on it, has for itself."""


@dataclass(frozen=True, slots=True)
class Final:
    """What can be seen at the end of one execution."""

    values: tuple[tuple[str, str], ...]
    """Each expression that is looked at, with its value."""
    holds: bool
    """True when the condition holds."""
    splats: tuple[str, ...] = ()
    """What stopped CPUs: `KASAN: use-after-free: ...`."""


class LabRace:
    """A race in a lab: what begins it, and what is looked at when it has ended."""

    def __init__(
        self,
        lab: Lab,
        lines: Sequence[Sequence[str]],
        *,
        condition: Expression,
        looked_at: Sequence[Expression] = (),
        interrupts: Mapping[int, int] = MappingProxyType({}),
    ) -> None:
        """`interrupts` says which CPUs are interrupts, and on which CPU each comes."""
        self.lab = lab
        self.condition = condition
        self.looked_at = looked_at
        self._interrupts = interrupts
        self._programs = [self._program(*each) for each in enumerate(lines)]
        off = lab.kernel.irqs_disabled = KArray([0] * len(lines))
        self._gates: dict[int, Gate] = {cpu: (off, cpu) for cpu in interrupts.values()}
        self._start = lab.machine.journal.position
        kernel = lab.kernel
        self._per_cpu = tuple((kernel, field) for field in PER_CPU)
        hits = lab.machine.trace.hits
        own = {(id(kernel), field) for field in PER_CPU}
        self.scope = Scope(
            known=reachable(kernel) | {id(hits)},
            ignored=frozenset({*own, (id(hits), "count")}),
            unordered=frozenset((id(kernel), field) for field in BOOKKEEPING),
        )

    def begin(self, *, calls: bool = False) -> Cpus:
        """The CPUs, each before its first line; what ran before is undone.

        With `calls` each operation tells the functions that it stands in.
        """
        machine = self.lab.machine
        machine.seek(self._start)
        machine.cut()
        return Cpus(
            machine,
            self._programs,
            per_cpu=self._per_cpu,
            calls=calls,
            gates=self._gates,
        )

    def final(self, cpus: Ended) -> Hashable:
        """What can be seen now."""
        scope = LabScope(self.lab, cpus=dict(self._returned(cpus)))
        values = tuple((each.text, self._value(each, scope)) for each in self.looked_at)
        splats = tuple(f"{oops.kind}: {oops}" for oops in cpus.oopses)
        return Final(values, self._holds(scope), splats)

    def _returned(self, cpus: Ended) -> Iterator[tuple[str, object]]:
        """What the last line of each CPU returned, of those that came to their end."""
        for cpu in range(len(self._programs)):
            results = cpus.result(cpu)
            if isinstance(results, tuple) and results:
                yield f"P{cpu}", results[-1]

    def _holds(self, scope: LabScope) -> bool:
        """Whether the condition holds; one that means nothing at this end does not."""
        try:
            return bool(self.condition.evaluate(scope))
        except CommandError:
            return False

    def _value(self, expression: Expression, scope: LabScope) -> str:
        """A value as text, `-` for what means nothing at this end."""
        try:
            value = expression.evaluate(scope)
        except CommandError:
            return "-"
        return shown(value)

    def _program(
        self, number: int, lines: Sequence[str]
    ) -> Callable[[], tuple[object, ...]]:
        def run() -> tuple[object, ...]:
            self.lab.kernel.cpu = number
            return self._run_all(lines)

        def interrupt() -> tuple[object, ...]:
            self.lab.kernel.cpu = self._interrupts[number]
            irq_enter()
            results = self._run_all(lines)
            irq_exit()
            return results

        return interrupt if number in self._interrupts else run

    def _run_all(self, lines: Sequence[str]) -> tuple[object, ...]:
        """Carry lines out one after the other.

        What was done is all in names, so that a search sees where two CPUs are alike:
        see sim/pending.py.
        """
        results: tuple[object, ...] = ()
        while len(results) < len(lines):
            result = self._run(lines[len(results)])
            results = (*results, result)
        return results

    def _run(self, line: str) -> object:
        """Carry a line out; a line that is refused does nothing."""
        parts = split_prefixes(split(line))
        try:
            call = REGISTRY.parse(self.lab, parts.words, line)
            return self.lab.as_task(parts.task, call)
        except CommandError as error:
            return error.message


def shown(value: Any) -> str:
    """A value of an expression as a final state names it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
