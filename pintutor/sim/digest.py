"""Equal values have equal keys, and what can be reached from an object.

The key of a value stands for it in the key of a state. A kernel object is its own key,
anything else is as its parts are; what has no parts that can be seen is equal to
nothing but itself.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from enum import Enum
from types import CodeType, FunctionType, MethodType
from typing import Any

from pintutor.sim.objects import KArray, KObject
from pintutor.sim.poison import is_poisoned

_PLAIN = (int, str, bytes, type(None), float)
_ITSELF = (*_PLAIN, KObject, KArray, type, CodeType, Enum)
_GROUPS = (tuple, list, frozenset)


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
    if isinstance(value, _ITSELF):
        return value
    if isinstance(value, _GROUPS):
        return type(value), *map(key, value)
    if isinstance(value, dict):
        return tuple((key(name), key(each)) for name, each in value.items())
    parts = _hidden(value)
    return _Same(value) if parts is None else (type(value), *map(key, parts))


def _hidden(value: Any) -> Any:
    """What a value consists of that is no container; None where it cannot be seen."""
    if isinstance(value, FunctionType):
        cells = value.__closure__ or ()
        return value.__code__, *(cell.cell_contents for cell in cells)
    if isinstance(value, MethodType):
        return value.__func__, value.__self__
    if type(value).__name__ in _ITERATORS:
        return value.__reduce__()[1:]
    if hasattr(value, "__dataclass_fields__"):
        return tuple(_parts(value))
    return None


_ITERATORS = ("list_iterator", "tuple_iterator", "range_iterator", "enumerate", "zip")
"""Iterators that tell what is left."""
