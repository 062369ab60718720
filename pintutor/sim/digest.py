"""Equal states of a race have equal keys, however they were reached.

A state is what memory holds besides what it held at the start, and where each CPU
stands: its frames with their local names. An object that was made on the way has no
name of its own; it is numbered in the order in which it is met, and counts with all
that it holds.

Not covered: a value that a CPU has read and keeps in the middle of an expression. The
number of steps of each CPU is part of the key, which tells such places apart.
"""

from __future__ import annotations

from collections.abc import Container, Hashable, Iterator
from types import FrameType
from typing import Any

from pintutor.sim.objects import KArray, KObject
from pintutor.sim.poison import is_poisoned
from pintutor.sim.threads import Cpus

_PLAIN = (int, str, bytes, type(None), float)


def reachable(root: object) -> set[int]:
    """Identities of the kernel objects that can be reached from one of them."""
    found: set[int] = set()
    waiting = [root]
    while waiting:
        obj = waiting.pop()
        if obj is None or isinstance(obj, _PLAIN) or id(obj) in found:
            continue
        if isinstance(obj, (KObject, KArray)):
            found.add(id(obj))
        waiting.extend(filter(None, _parts(obj)))
    return found


def _parts(obj: object) -> Iterator[object]:
    """What an object holds: fields, elements; one that was freed holds nothing."""
    if is_poisoned(obj):
        return
    if isinstance(obj, KArray):
        yield from obj.items
    elif isinstance(obj, (tuple, frozenset)):
        yield from obj
    elif isinstance(obj, KObject) or hasattr(obj, "__dataclass_fields__"):
        for name in getattr(obj, "__dataclass_fields__", ()):
            yield getattr(obj, name)


class _Namer:
    """Values as keys, for one state."""

    def __init__(self, known: Container[int]) -> None:
        self.known = known
        self.numbers: dict[int, int] = {}
        self.contents: list[Hashable] = []

    def key(self, value: Any) -> Hashable:
        """The key of a value."""
        if isinstance(value, _PLAIN):
            return value
        if isinstance(value, (KObject, KArray)):
            return self._object(value)
        if isinstance(value, (tuple, frozenset)):
            return tuple(self.key(each) for each in value)
        if hasattr(value, "__dataclass_fields__"):
            return tuple(self.key(each) for each in _parts(value))
        return type(value).__name__

    def _object(self, obj: Any) -> Hashable:
        if id(obj) in self.known:
            return ("at", id(obj))
        if id(obj) not in self.numbers:
            self.numbers[id(obj)] = len(self.numbers)
            held = tuple(self.key(each) for each in _parts(obj))
            self.contents.append((self.numbers[id(obj)], type(obj).__name__, held))
        return ("new", self.numbers[id(obj)])


def state(cpus: Cpus, start: int, known: Container[int]) -> Hashable:
    """The key of the state of a race that began at a journal position."""
    namer = _Namer(known)
    memory = [
        (identity, field, namer.key(value))
        for identity, field, value in _changed(cpus, start, known)
    ]
    stands = [tuple(_frame(frame, namer) for frame in frames) for frames in cpus.frames()]
    counts = [0] * len(stands)
    for step in cpus.steps:
        counts[step.cpu] += 1
    own = [namer.key(tuple(values)) for values in cpus.own()]
    results = [_result(cpus.result(cpu), namer) for cpu in range(len(stands))]
    return (
        tuple(memory),
        tuple(stands),
        tuple(counts),
        tuple(own),
        tuple(results),
        tuple(namer.contents),
    )


def _result(result: object, namer: _Namer) -> Hashable:
    return str(result) if isinstance(result, BaseException) else namer.key(result)


def _changed(
    cpus: Cpus, start: int, known: Container[int]
) -> list[tuple[int, str | int, Any]]:
    """The fields of known objects that hold something else than at the start."""
    journal = cpus.machine.journal
    first: dict[tuple[int, str | int], Any] = {}
    last: dict[tuple[int, str | int], Any] = {}
    for write in journal.writes(start, journal.position):
        if id(write.obj) in known:
            place = id(write.obj), write.field
            first.setdefault(place, write.old)
            last[place] = write.new
    changed = [
        (*place, value) for place, value in last.items() if first[place] is not value
    ]
    return sorted(changed, key=lambda each: (each[0], str(each[1])))


def _frame(frame: FrameType, namer: _Namer) -> Hashable:
    names = tuple((name, namer.key(value)) for name, value in frame.f_locals.items())
    return id(frame.f_code), frame.f_lasti, names
