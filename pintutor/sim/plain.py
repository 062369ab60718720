"""Plain accesses that race: what KCSAN looks for, the missing READ_ONCE of C.

A simulated CPU stops only before atomic operations, marked accesses and locks. Between
two of them it runs undisturbed, which shows all that can happen only if no two plain
accesses race: two CPUs touch one field, one of them writes, one access is plain, and
nothing orders the two. What orders them is what a compiler and a processor have to
respect: a lock and its release, a wait and what ends it, and every atomic or marked
access that reads what another one wrote.

One execution is enough to see such a pair, in whatever order the two came.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Container, Iterable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Literal, NamedTuple

from pintutor.sim import atomic, locks, threads
from pintutor.sim.calls import Call
from pintutor.sim.function import CODES
from pintutor.sim.journal import RAW
from pintutor.sim.objects import KArray, KObject
from pintutor.sim.threads import Cpus, Operation

Verb = Literal["read", "write"]

Clock = dict[int, int]
"""For each CPU how much of it comes before."""

_MARKED_IN = (atomic.__file__, locks.__file__, threads.__file__)
_ACQUIRE = ("read", "lock", "rlock", "wait", "idle", "update", "add")
_RELEASE = ("write", "unlock", "runlock", "update", "add")


Place = tuple[int, str | int]
"""Identity of an object, and the field."""


class Access(NamedTuple):
    """What one CPU did to one field."""

    cpu: int
    epoch: int
    """Releases of its CPU before it."""
    verb: Verb
    plain: bool
    call: Call
    """Where it was done."""
    by: str = ""
    """The function that names the field, a helper of the other or the same."""

    def __str__(self) -> str:
        kind = "plain" if self.plain else "marked"
        return f"{kind} {self.verb} in {self.call.function}() line {self.call.line}"


class DataRace(NamedTuple):
    """Two accesses that nothing orders, one of which is plain and one a write."""

    field: str
    """Class and field: `MmStruct.flags`."""
    first: Access
    second: Access

    def __str__(self) -> str:
        return f"{self.field}: {self.first}, and {self.second}"


class _Watch:
    """One execution: the clocks of its CPUs, and who touched what."""

    def __init__(self, cpus: Cpus, ignored: Container[Place]) -> None:
        self.cpus = cpus
        self.ignored = ignored
        self.found: dict[tuple[str, str, str], DataRace] = {}
        self._clocks: list[Clock] = [{cpu: 1} for cpu in range(len(cpus.own()))]
        self._released: dict[Place, Clock] = {}
        self._seen: dict[Place, list[Access]] = {}
        self._alive: list[object] = []
        self._own: Place | None = None

    def run(self, cpu: int) -> None:
        """Let a CPU do its operation, and what comes up to its next one."""
        operation = self.cpus.pending(cpu)
        assert operation is not None, "its program has not ended"
        self._own = None
        if operation.obj is not None:
            self._operation(cpu, operation)
        self.cpus.run(cpu)

    def _operation(self, cpu: int, operation: Operation) -> None:
        place = id(operation.obj), operation.field
        clock = self._clocks[cpu]
        self._own = place
        if operation.access in _ACQUIRE:
            _join(clock, self._released.get(place, {}))
        call = operation.calls[0] if operation.calls else Call("", "", 0)
        looks = operation.access in ("read", "wait", "idle")
        verb: Verb = "read" if looks else "write"
        access = Access(cpu, clock[cpu], verb, plain=False, call=call)
        self._touch(access, operation.obj, operation.field)
        if operation.access in _RELEASE:
            _join(self._released.setdefault(place, {}), clock)
            clock[cpu] += 1

    def plain(self, obj: object, field: str | int, verb: Verb) -> None:
        """Take note of a plain access by the CPU that runs."""
        cpu, place = self.cpus.running, (id(obj), field)
        if cpu is None or place == self._own or place in self.ignored:
            return
        frame = sys._getframe(2)
        call = _call(frame)
        if call is not None:
            epoch, by = self._clocks[cpu][cpu], frame.f_code.co_name
            access = Access(cpu, epoch, verb, plain=True, call=call, by=by)
            self._touch(access, obj, field)

    def _touch(self, access: Access, obj: object, field: str | int) -> None:
        known = self._seen.get((id(obj), field))
        if known is None:
            known = self._seen[id(obj), field] = []
            self._alive.append(obj)
        clock = self._clocks[access.cpu]
        for other in known:
            ordered = clock.get(other.cpu, 0) >= other.epoch
            if not ordered and _clash(other, access):
                self._race(obj, field, other, access)
        known[:] = [each for each in known if not _stands_for(access, each)]
        known.append(access)

    def _race(self, obj: object, field: str | int, one: Access, two: Access) -> None:
        name = type(obj).__name__ + ("[]" if isinstance(field, int) else f".{field}")
        first, second = sorted((one, two), key=lambda each: each.call.function)
        key = name, first.call.function, second.call.function
        self.found.setdefault(key, DataRace(name, first, second))


def _clash(one: Access, other: Access) -> bool:
    changes = "write" in (one.verb, other.verb)
    return one.cpu != other.cpu and changes and (one.plain or other.plain)


def _stands_for(new: Access, old: Access) -> bool:
    return (new.cpu, new.verb, new.plain) == (old.cpu, old.verb, old.plain)


def _join(clock: Clock, other: Clock) -> None:
    for cpu, epoch in other.items():
        if clock.get(cpu, 0) < epoch:
            clock[cpu] = epoch


def _call(frame: FrameType | None) -> Call | None:
    """The function of the model that an access stands in; None: no plain access."""
    depth = 0
    while frame is not None:
        code = frame.f_code
        if depth < 2 and code.co_filename in _MARKED_IN:
            return None
        if code in CODES:
            return Call(code.co_name, code.co_filename, frame.f_lineno)
        frame, depth = frame.f_back, depth + 1
    return None


def data_races(
    cpus: Cpus, schedule: Iterable[int], *, ignored: Container[Place] = ()
) -> list[DataRace]:
    """The plain accesses that race in one execution of CPUs that tell their calls."""
    watch = _Watch(cpus, ignored)
    with _instrumented(watch.plain):
        for cpu in schedule:
            watch.run(cpu)
    cpus.kill()
    return list(watch.found.values())


Plain = Callable[[object, str | int, Verb], None]


@contextmanager
def _instrumented(plain: Plain) -> Iterator[None]:
    """Tell of every access to a field or an element meanwhile."""
    changed: list[tuple[type, str, Any]] = []
    for kind in _kinds(KObject):
        for name in kind.__dict__.get("__slots__", ()):
            changed.append((kind, name, kind.__dict__[name]))
            setattr(kind, name, _watched(kind.__dict__[name], name, plain))
    for name, method in _watched_array(plain).items():
        changed.append((KArray, name, KArray.__dict__[name]))
        setattr(KArray, name, method)
    try:
        yield
    finally:
        for kind, name, old in changed:
            setattr(kind, name, old)


def _kinds(kind: type) -> Iterator[type]:
    each: type
    for each in kind.__subclasses__():
        if "_freed" not in each.__dict__:
            yield each
            yield from _kinds(each)


def _watched(old: property, name: str, plain: Plain) -> property:
    slot = RAW + name

    def get(self: Any) -> Any:
        plain(self, name, "read")
        return getattr(self, slot)

    def put(self: Any, value: Any) -> None:
        plain(self, name, "write")
        assert old.fset is not None, "fields can be assigned"
        old.fset(self, value)

    return property(get, put)


def _watched_array(plain: Plain) -> dict[str, Any]:
    """The methods of KArray that touch elements, each telling of it."""
    get, put, every = KArray.__getitem__, KArray.__setitem__, KArray.__iter__

    def getitem(self: KArray[Any], index: int) -> Any:
        plain(self, index, "read")
        return get(self, index)

    def setitem(self: KArray[Any], index: int, value: Any) -> None:
        plain(self, index, "write")
        put(self, index, value)

    def iterate(self: KArray[Any]) -> Iterator[Any]:
        for index in range(len(self)):
            plain(self, index, "read")
        return every(self)

    return {"__getitem__": getitem, "__setitem__": setitem, "__iter__": iterate}
