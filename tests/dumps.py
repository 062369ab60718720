"""All state of a machine, and its journal, as plain values that can be compared."""

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from pintutor.lab.lab import Lab
from pintutor.sim.machine import Machine
from pintutor.sim.objects import KArray, KObject

Record = tuple[Any, ...]


class Ordinals:
    """Numbers objects by their first appearance, so that two runs can be compared."""

    def __init__(self) -> None:
        self.objects: list[Any] = []
        self._numbers: dict[int, int] = {}

    def number(self, obj: Any) -> int:
        """The object's number."""
        if id(obj) not in self._numbers:
            self._numbers[id(obj)] = len(self.objects)
            self.objects.append(obj)
        return self._numbers[id(obj)]

    def plain(self, value: Any) -> Any:
        """The value with a number in place of each object."""
        if isinstance(value, (KObject, KArray)):
            return (type(value).__name__, self.number(value))
        if isinstance(value, frozenset):
            return ("frozenset", *sorted(map(self.plain, value)))
        if isinstance(value, tuple):
            return tuple(map(self.plain, value))
        if value is None or isinstance(value, (bool, int, str, bytes)):
            return value
        name = getattr(value, "name", None) or value.__name__
        return (type(value).__name__, name)


def dump(lab: Lab) -> list[Record]:
    """Every field of everything that can be reached in a lab, in a fixed order."""
    machine = lab.machine
    return dump_of(
        machine.kernel, machine.livepatch, machine.faults, lab.chosen, lab.names.space
    )


def dump_of(*roots: Any) -> list[Record]:
    """Every field of everything that can be reached from `roots`."""
    ordinals = Ordinals()
    for root in roots:
        ordinals.number(root)
    return [_record(obj, ordinals) for obj in _growing(ordinals.objects)]


def _growing(objects: list[Any]) -> Iterator[Any]:
    index = 0
    while index < len(objects):
        yield objects[index]
        index += 1


def _record(obj: Any, ordinals: Ordinals) -> Record:
    if isinstance(obj, KArray):
        return _array(obj, ordinals)
    names = (field.name for field in fields(obj))
    values = ((name, ordinals.plain(getattr(obj, name))) for name in names)
    return (type(obj).__name__, *values)


def _array(array: KArray[Any], ordinals: Ordinals) -> Record:
    items = array.items
    empty = items.count(None) or items.count(0)  # an array of pages is a long one
    used: list[Any] = []
    for index, item in enumerate(items):
        if len(used) + empty == len(items):
            break
        if item is not None and item != 0:
            used.append((index, ordinals.plain(item)))
    return ("KArray", len(items), *used)


def journal_form(machine: Machine) -> list[Record]:
    """Each write of the past: what was written, the field, the old and the new value."""
    ordinals = Ordinals()
    return [
        (ordinals.plain(write.obj), write.field, *map(ordinals.plain, write[2:]))
        for write in machine.journal.writes(0, machine.journal.position)
    ]
