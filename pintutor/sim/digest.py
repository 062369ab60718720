"""Equal values have equal keys, and what can be reached from an object.

The key of a value stands for it in the key of a state. A kernel object is its own key,
anything else is as its parts are; what has no parts that can be seen is equal to
nothing but itself.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from enum import Enum
from types import CodeType, FunctionType, MethodType
from typing import Any

from pintutor.sim.objects import KArray, KObject
from pintutor.sim.poison import is_poisoned

_PLAIN = (int, str, bytes, type(None), float)
_ITSELF = (*_PLAIN, KObject, KArray, type, CodeType, Enum)


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


class _Same:
    """A value that is equal to nothing but itself."""

    __slots__ = ("value",)

    def __init__(self, value: object) -> None:
        self.value = value

    def __hash__(self) -> int:
        return id(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.value is other.value


def key(value: Any) -> Hashable:
    """The key of a value."""
    kind = type(value)
    parts = _WAYS.get(kind)
    if parts is None:
        parts = _WAYS[kind] = _way(kind)
    return parts(value)


def _way(kind: type) -> Callable[[Any], Hashable]:
    """How values of a class get their keys."""
    if issubclass(kind, _ITSELF):
        return _itself
    if issubclass(kind, (tuple, list, frozenset)):
        return lambda value: (kind, *map(key, value))
    if issubclass(kind, dict):
        return lambda value: tuple(zip(value, map(key, value.values()), strict=True))
    if kind.__name__ in _ITERATORS:
        return lambda value: (kind, key(value.__reduce__()[1:]))
    if hasattr(kind, "__dataclass_fields__"):
        return lambda value: (kind, *map(key, _parts(value)))
    return _HIDDEN.get(kind, _Same)


def _itself(value: Any) -> Hashable:
    found: Hashable = value
    return found


def _function(value: FunctionType) -> Hashable:
    cells = value.__closure__ or ()
    return value.__code__, *(key(cell.cell_contents) for cell in cells)


_WAYS: dict[type, Callable[[Any], Hashable]] = {}
_HIDDEN: dict[type, Callable[[Any], Hashable]] = {
    FunctionType: _function,
    MethodType: lambda value: (value.__func__, key(value.__self__)),
}
_ITERATORS = ("list_iterator", "tuple_iterator", "range_iterator", "enumerate", "zip")
"""Iterators that tell what is left."""
