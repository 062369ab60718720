"""Freed objects: whoever touches a field of one is caught, as KASAN would.

An object that is freed becomes one of a class with the same fields, each of which
raises. The change of class is journaled like a write, so that undo brings the object
back; each field counts as written too, because its memory belongs to somebody else
from then on: an explorer sees that freeing conflicts with every access.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

from pintutor.sim.errors import UseAfterFree
from pintutor.sim.machine import this_machine
from pintutor.sim.objects import KObject
from pintutor.sim.watching import CLASS, note

Kind = TypeVar("Kind", bound=type[KObject])
Object = TypeVar("Object", bound=KObject)

FREEABLE: list[type[KObject]] = []
"""The kinds of objects that may be freed, and whose getters say so to an explorer."""

LOOKED_AT: list[type[KObject]] = []
"""The kinds that may be freed, of which look() alone tells it."""


def freeable(kind: Kind) -> Kind:
    """Declare that objects of a class may be freed: who looks at them is noted."""
    FREEABLE.append(kind)
    return kind


def looked_at(kind: type[KObject]) -> None:
    """Declare that objects of a class may be freed, and that look() is used on them.

    For those that commands show too: what is shown is no access of the kernel's.
    """
    LOOKED_AT.append(kind)


def look(obj: Object) -> Object:
    """An object that may be freed, looked at; UseAfterFree if it has been."""
    note(obj, CLASS, type(obj))
    if is_poisoned(obj):
        raise UseAfterFree(f"{type(obj).__name__} is touched after it was freed")
    return obj


def poison(obj: KObject) -> None:
    """Free an object: touching one of its fields is a UseAfterFree from now on.

    Errors: UseAfterFree when it was freed before.
    """
    kind = type(obj)
    known = kind in FREEABLE or kind in LOOKED_AT
    assert known or is_poisoned(obj), f"{kind.__name__} is not @freeable"
    note(obj, CLASS, kind)
    if is_poisoned(obj):
        raise UseAfterFree(f"{kind.__name__} is freed twice")
    for name in _names(kind):
        setattr(obj, name, getattr(obj, name))
    freed = _freed(kind)
    this_machine().journal.record((obj, CLASS, kind, freed))
    object.__setattr__(obj, CLASS, freed)


def is_poisoned(obj: object) -> bool:
    """True for an object that was freed."""
    return hasattr(type(obj), "_freed")


def _names(kind: type) -> tuple[str, ...]:
    return tuple(kind.__dataclass_fields__)  # type: ignore[attr-defined]


_classes: dict[type[KObject], type[KObject]] = {}


def _freed(kind: type[KObject]) -> type[KObject]:
    """The class that freed objects of a class have; it has the same name."""
    if kind not in _classes:
        _classes[kind] = _make(kind)
    return _classes[kind]


def _make(kind: type[KObject]) -> type[KObject]:
    fields = {name: _caught(kind.__name__, name) for name in _names(kind)}
    return type(kind.__name__, (kind,), {"__slots__": (), "_freed": True, **fields})


def _caught(kind: str, name: str) -> property:
    def touch(obj: object, *_: Any) -> NoReturn:
        note(obj, CLASS, type(obj))
        raise UseAfterFree(f"{kind}.{name} is touched after it was freed")

    caught: Callable[..., Any] = touch
    return property(caught, caught)
