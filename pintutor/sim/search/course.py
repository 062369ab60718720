"""One execution, gone through on what is known of the programs: none of them runs.

What is not known yet is learned on the way. So all that a search does is done as if
simulated CPUs ran, and costs a look-up a step.
"""

from __future__ import annotations

from pintutor.sim.dependence import Footprint, Scope, touched
from pintutor.sim.search.learned import Programs
from pintutor.sim.search.memory import Learned
from pintutor.sim.search.merging import end
from pintutor.sim.search.world import Execution
from pintutor.sim.threads import Operation


class Course:
    """CPUs on their way from the start; what was done can be taken back."""

    def __init__(self, programs: Programs) -> None:
        self.steps: list[Learned] = []
        """What has been done, oldest first."""
        self._programs = programs
        self._states = [0]

    def run(self, cpu: int) -> Footprint:
        """Let a CPU that can go on do a step; returns what that touches."""
        state = self._states[-1]
        step = self._programs.step(state, cpu, lambda _: self.steps)
        operation = self.pending(cpu)
        assert operation is not None, "its program has not ended"
        if step.footprint is None:
            step.footprint = footprint(step, operation, self._programs.world.scope)
        self.steps.append(step)
        self._states.append(step.after(state))
        return step.footprint

    def cut(self, length: int) -> None:
        """Take back all steps but the first ones."""
        del self.steps[length:], self._states[length + 1 :]

    def pending(self, cpu: int) -> Operation | None:
        """What a CPU is about to do; None when its program has ended."""
        return self._programs.node(self._states[-1], cpu).operation

    def awaited(self, cpu: int) -> Operation | None:
        """What a CPU waits for, if it has to: what it is about to do, or a gate."""
        operation = self.pending(cpu)
        if operation is None or operation.gate is None:
            return operation
        if not self._programs.is_interrupted(self._states[-1], cpu):
            return operation
        obj, nr = operation.gate
        return operation._replace(obj=obj, field=nr, access="wait")

    def enabled(self) -> list[int]:
        """The CPUs that can go on."""
        state, cpus = self._states[-1], range(self._programs.count)
        return [cpu for cpu in cpus if self._programs.goes_on(state, cpu)]

    def blocked(self) -> list[int]:
        """The CPUs that have to wait."""
        enabled, cpus = self.enabled(), range(self._programs.count)
        waiting = [cpu for cpu in cpus if cpu not in enabled]
        return [cpu for cpu in waiting if self.pending(cpu) is not None]

    def end(self) -> Execution:
        """The execution that has come to its end."""
        return end(self._programs, self.steps, self._states[-1])


def footprint(step: Learned, operation: Operation, scope: Scope) -> Footprint:
    """What a step touches, which begins with an operation."""
    gates = () if operation.gate is None else (operation.gate,)
    return touched(operation, step.wrote, [*step.looked, *gates], scope)
