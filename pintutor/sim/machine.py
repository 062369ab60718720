"""Machine: one simulated computer, its journal and the patches applied to it."""

from dataclasses import dataclass
from types import TracebackType
from typing import NamedTuple

from pintutor.sim import function, objects, trace
from pintutor.sim.errors import JournalError
from pintutor.sim.faults import Fault, Faults, failing
from pintutor.sim.function import Bodies, Layer
from pintutor.sim.journal import Journal, Tail
from pintutor.sim.objects import KObject
from pintutor.sim.trace import Hit, TraceBuffer


@dataclass(slots=True, eq=False)
class Livepatch(KObject):
    """The patches that are applied, journaled so that undo crosses them."""

    layers: tuple[Layer, ...]
    """Applied patches, oldest first."""


class Branch(NamedTuple):
    """A future of the machine that was cut off."""

    tail: Tail
    hits: tuple[Hit, ...]


class Machine:
    """A simulated computer; `with machine:` makes it the one that runs.

    Several can live side by side; one runs at a time, as the outermost `with` says.
    """

    def __init__(self) -> None:
        self.journal = Journal()
        self.livepatch = Livepatch(())
        self.faults = Faults()
        self.kernel: KObject | None = None
        """The root of the model's state, set when it boots."""
        self.trace = TraceBuffer(self.journal)
        self._stacks: dict[tuple[Layer, ...], Bodies] = {(): {}}
        self._outer: list[Machine | None] = []

    def __enter__(self) -> "Machine":
        self._outer.append(_running)
        _run(self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        _run(self._outer.pop())

    @property
    def patches(self) -> tuple[Layer, ...]:
        """The applied patches, oldest first."""
        return self.livepatch.layers

    def set_patches(self, layers: tuple[Layer, ...]) -> None:
        """Apply exactly these patches from now on (recorded)."""
        self.livepatch.layers = layers
        function.run_with(self.bodies())

    def inject(self, faults: tuple[Fault, ...]) -> None:
        """Let exactly these failures come from now on (recorded)."""
        self.faults.injected = faults
        function.run_with(self.bodies())

    def bodies(self) -> Bodies:
        """The bodies that are to run now instead of those of the base release."""
        layers = self.livepatch.layers
        if layers not in self._stacks:
            self._stacks[layers] = function.stack(layers)
        stack = self._stacks[layers]
        injected = self.faults.injected
        return failing(stack, injected) if injected else stack

    def seek(self, position: int) -> None:
        """Bring all state, the applied patches too, to a journal position."""
        self.journal.seek(position)
        if _running is self:
            function.run_with(self.bodies())

    def fold(self, start: int) -> None:
        """Close up the history since a journal position: see `Journal.fold`."""
        self.journal.fold(start)
        self.trace.fold(start)

    def cut(self) -> Branch:
        """Take off the undone future: writes and tracepoint hits."""
        return Branch(self.journal.cut(), self.trace.cut())

    def graft(self, branch: Branch) -> None:
        """Put back a future that was cut at this position."""
        self.journal.graft(branch.tail)
        self.trace.graft(branch.hits)


_running: Machine | None = None


def _run(machine: Machine | None) -> None:
    global _running
    _running = machine
    objects.record_into(machine.journal if machine else None)
    trace.trace_into(machine.trace if machine else None)
    function.run_with(machine.bodies() if machine else {})


def this_machine() -> Machine:
    """The machine that runs now.

    Errors: JournalError outside any `with machine:`.
    """
    if _running is None:
        raise JournalError("no machine is running")
    return _running
