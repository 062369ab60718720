"""Simulated CPUs: they give way only before what another CPU could see.

Each CPU runs its program in a greenlet and stops before every atomic operation,
marked access and lock (sim/atomic.py). Who goes on is chosen from outside. A lock
that is held makes its CPU wait; an interrupt handler or a device is a CPU like the
others.

    with machine:
        cpus = Cpus(machine, programs)
        while cpus.enabled():
            cpus.run(cpus.enabled()[0])

What belongs to one CPU, such as the task that runs on it, is put in place before it
goes on and kept when it stops.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType, MappingProxyType
from typing import Any, NamedTuple

from greenlet import GreenletExit, getcurrent, greenlet

from pintutor.sim import atomic
from pintutor.sim.atomic import Access, Field, Ready
from pintutor.sim.calls import Call, calls_of
from pintutor.sim.errors import Oops
from pintutor.sim.function import CODES
from pintutor.sim.machine import Machine
from pintutor.sim.poison import FREEABLE
from pintutor.sim.watching import CLASS, Looks

Program = Callable[[], object]
Further = Callable[[], bool]
PerCpu = tuple[tuple[Any, str], ...]
Gate = tuple[Any, int]
"""The flag of a CPU that an interrupt may come on: an array, and which of it."""

INTERRUPTED = 2
"""What the flag holds while an interrupt has the CPU; nothing else runs there then."""


class Operation(NamedTuple):
    """What a CPU is about to do."""

    obj: Any
    """The object it touches; None at the start of a program."""
    field: Field
    access: Access
    ready: Ready | None = None
    """Tells when it can go on, if it may have to wait."""
    calls: tuple[Call, ...] = ()
    """The functions of the model that it stands in, innermost first, if asked for."""
    gate: Gate | None = None
    """The flag of its CPU, if an interrupt may come on it."""

    def is_interrupted(self) -> bool:
        """True while an interrupt has the CPU."""
        return self.gate is not None and self.gate[0][self.gate[1]] == INTERRUPTED

    def can_be_done(self) -> bool:
        """True when its CPU need not wait."""
        if self.is_interrupted():
            return False
        try:
            return self.ready is None or self.ready()
        except Oops:
            return True  # its own step will come to the same


START = Operation(None, "", "read")
"""Before the first operation of a program."""


class Step(NamedTuple):
    """One operation that was done, and what its CPU did up to the next one."""

    cpu: int
    operation: Operation
    start: int
    """Journal position before it [writes]."""
    end: int
    """Journal position after it, before the next operation [writes]."""
    stopped: bool
    """True when its CPU could not go on after it."""
    looked: tuple[tuple[Any, Field], ...] = ()
    """What it looked at without a marked access: of objects that may be freed their
    class, and the flag of a CPU that an interrupt may come on."""


@dataclass(slots=True)
class _Cpu:
    """One CPU: where its program stands."""

    greenlet: greenlet
    pending: Operation | None = START
    """What it is about to do; None when its program has ended."""
    result: object = None
    """What the program returned."""
    error: BaseException | None = None
    """What stopped it: an Oops, or an error of ours."""
    own: list[Any] = field(default_factory=list)
    """The values of the fields that each CPU has for itself."""
    gate: Gate | None = None


class Cpus:
    """Programs on simulated CPUs, advanced one operation at a time."""

    def __init__(
        self,
        machine: Machine,
        programs: Sequence[Program],
        *,
        per_cpu: PerCpu = (),
        calls: bool = False,
        gates: Mapping[int, Gate] = MappingProxyType({}),
    ) -> None:
        self.machine = machine
        self.calls = calls
        """Whether each operation tells the functions that it stands in."""
        self.per_cpu = per_cpu
        self.steps: list[Step] = []
        """What has been done, oldest first."""
        self._main = getcurrent()
        self._running: _Cpu | None = None
        self._further: Further = lambda: False
        self._looks = Looks(FREEABLE)
        self._looks.begin()
        own = [getattr(obj, name) for obj, name in per_cpu]
        self._cpus = [
            _Cpu(
                greenlet(self._body(each)),
                START._replace(gate=gates.get(cpu)),
                own=own[:],
                gate=gates.get(cpu),
            )
            for cpu, each in enumerate(programs)
        ]

    def _body(self, program: Program) -> Callable[[], None]:
        def run() -> None:
            cpu = self._running
            assert cpu is not None, "a CPU was chosen"
            try:
                cpu.result = program()
            except GreenletExit:
                raise
            except Exception as error:
                cpu.error = error
            cpu.pending = None

        return run

    def pending(self, cpu: int) -> Operation | None:
        """What the CPU is about to do; None when its program has ended."""
        return self._cpus[cpu].pending

    def awaited(self, cpu: int) -> Operation | None:
        """What the CPU waits for, if it has to: what it is about to do, or a gate."""
        operation = self._cpus[cpu].pending
        if operation is None or operation.gate is None or not operation.is_interrupted():
            return operation
        obj, nr = operation.gate
        return operation._replace(obj=obj, field=nr, access="wait")

    def result(self, cpu: int) -> object:
        """What the CPU's program returned, or the Oops that stopped it."""
        return self._cpus[cpu].error or self._cpus[cpu].result

    @property
    def running(self) -> int | None:
        """The CPU whose program runs now; None between two steps."""
        cpu = self._running
        if cpu is None or getcurrent() is not cpu.greenlet:
            return None
        return self._cpus.index(cpu)

    @property
    def oopses(self) -> list[Oops]:
        """What stopped CPUs, by number of the CPU."""
        found = [cpu.error for cpu in self._cpus]
        return [error for error in found if isinstance(error, Oops)]

    def enabled(self) -> list[int]:
        """The CPUs that can go on; an Oops stops its own CPU only."""
        return [number for number, cpu in enumerate(self._cpus) if _can_go_on(cpu)]

    def blocked(self) -> list[int]:
        """The CPUs that have to wait."""
        return [
            number
            for number, cpu in enumerate(self._cpus)
            if cpu.pending is not None and not _can_go_on(cpu)
        ]

    def run(self, number: int, *, further: Further = lambda: False) -> Step:
        """Let a CPU that can go on do its operation and come to its next one.

        It does the next one too, and so on, for as often as `further()` says so.

        Errors: what a program raised that is no Oops, which is an error of ours.
        """
        cpu, journal = self._cpus[number], self.machine.journal
        operation, start = cpu.pending, journal.position
        assert operation is not None, "its program has not ended"
        looked = self.advance(number, further=further)
        stopped = not _can_go_on(cpu)
        step = Step(number, operation, start, journal.position, stopped, looked)
        self.steps.append(step)
        return step

    def advance(
        self, number: int, *, further: Further = lambda: False
    ) -> tuple[tuple[Any, Field], ...]:
        """The same, and nobody looks whether the CPU can go on after it.

        Returns what it looked at without a marked access: see Step.looked.
        """
        cpu = self._cpus[number]
        self._enter(cpu)
        self._further = further
        self._looks.taken()  # whoever asked who can go on has looked too
        atomic.on_access(self._stop)
        try:
            cpu.greenlet.switch()
        finally:
            atomic.on_access(None)
        gates = (cpu.gate,) if cpu.gate is not None else ()
        looked = (*((obj, CLASS) for obj in self._looks.taken()), *gates)
        self._leave(cpu)
        if cpu.error is not None and not isinstance(cpu.error, Oops):
            raise cpu.error
        return looked

    def _enter(self, cpu: _Cpu) -> None:
        self._running = cpu
        for (obj, name), value in zip(self.per_cpu, cpu.own, strict=True):
            if getattr(obj, name) is not value:
                setattr(obj, name, value)

    def _leave(self, cpu: _Cpu) -> None:
        self._running = None
        cpu.own = [getattr(obj, name) for obj, name in self.per_cpu]

    def _stop(self, obj: Any, field: Field, access: Access, ready: Ready | None) -> None:
        """Stop the running CPU before an operation; the hook of sim/atomic.py."""
        cpu = self._running
        if cpu is None or getcurrent() is not cpu.greenlet:
            return
        if self._further():
            return
        calls = tuple(calls_of(sys._getframe(1))) if self.calls else ()
        cpu.pending = Operation(obj, field, access, ready, calls, cpu.gate)
        self._main.switch()
        assert not cpu.pending.is_interrupted(), "it waits for the end of the interrupt"

    def frames(self) -> list[list[FrameType]]:
        """The frames that each CPU stands in, outermost last."""
        return [list(_frames(cpu.greenlet.gr_frame)) for cpu in self._cpus]

    def where(self, number: int) -> str:
        """The function of the model that a CPU stands in."""
        codes = [frame.f_code for frame in self.frames()[number]]
        return next((code.co_name for code in codes if code in CODES), "")

    def own(self) -> list[list[Any]]:
        """What each CPU has for itself."""
        return [cpu.own for cpu in self._cpus]

    def kill(self) -> None:
        """Take the CPUs away; what their `finally` blocks write is written now."""
        self._running = None
        self._looks.end()
        for cpu in self._cpus:
            if cpu.greenlet and not cpu.greenlet.dead:
                cpu.greenlet.throw()


def _frames(frame: FrameType | None) -> Iterator[FrameType]:
    """A suspended program's frames, without the machinery at both ends."""
    while frame is not None:
        if frame.f_code.co_filename != __file__:
            yield frame
        frame = frame.f_back


def _can_go_on(cpu: _Cpu) -> bool:
    return cpu.pending is not None and cpu.pending.can_be_done()
