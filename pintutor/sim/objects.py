"""Things whose fields are journaled: KObject, and KArray, the one container.

    @dataclass(slots=True, eq=False)
    class Folio(KObject):
        _refcount: int

Each field of such a class becomes a property over the slot `dataclass` made for
it. Assigning records (object, field, old, new) in the journal of the machine that
is running; construction writes the slots themselves and records nothing. The
setter and the constructor are copies of plain functions whose attribute names are
replaced, because the interpreter only makes `self.name = value` fast when the name
is part of the code: a `__setattr__` hook costs twice as much.
"""

from collections.abc import Callable, Iterable, Iterator
from operator import attrgetter
from types import CodeType, FunctionType
from typing import Any, Generic, TypeVar

from pintutor.sim.errors import JournalError, OutOfBounds
from pintutor.sim.journal import RAW, Journal

T = TypeVar("T")


def _no_machine(write: tuple[Any, ...]) -> None:
    raise JournalError(f"no machine is running: nothing records {write[1]}")


_record: Callable[[tuple[Any, ...]], None] = _no_machine


def record_into(journal: Journal | None) -> None:
    """Send the assignments that follow to `journal`; None refuses them."""
    global _record
    _record = _no_machine if journal is None else journal.record


def _assign(self: Any, value: Any) -> None:
    _record((self, "SLOT", self.SLOT, value))
    self.SLOT = value


def renamed(code: CodeType, names: dict[str, str]) -> CodeType:
    """The code with other names of attributes and other strings."""
    return code.replace(
        co_names=tuple(names.get(name, name) for name in code.co_names),
        co_consts=tuple(
            names.get(const, const) if isinstance(const, str) else const
            for const in code.co_consts
        ),
    )


def _setter(slot: str) -> FunctionType:
    code = renamed(_assign.__code__, {"SLOT": slot})
    return FunctionType(code, globals(), f"set_{slot}")


class KObject:
    """A kernel object: assigning one of its fields is recorded and can be undone."""

    __slots__ = ()

    def __init_subclass__(cls) -> None:
        if "__slots__" not in cls.__dict__:
            return  # the class as written; `dataclass` makes the slotted one from it
        if "__init__" not in cls.__dict__:
            return  # what freed objects are of: sim/poison.py
        for name in cls.__dict__["__slots__"]:
            slot = RAW + name
            setattr(cls, slot, cls.__dict__[name])
            setattr(cls, name, property(attrgetter(slot), _setter(slot)))
        fields = [name for base in cls.__mro__ for name in getattr(base, "__slots__", ())]
        names = {name: RAW + name for name in fields}
        init = cls.__dict__["__init__"]
        init.__code__ = init.__code__.replace(
            co_names=tuple(names.get(name, name) for name in init.__code__.co_names)
        )


class KArray(Generic[T]):
    """A list of fixed length whose elements are journaled: tables, bvecs, pages."""

    __slots__ = ("raw_items",)

    items: list[T]
    """The elements; assign through the KArray, never here."""

    def __init__(self, items: Iterable[T]) -> None:
        self.raw_items = list(items)
        """The same for the machinery, which nobody watches: sim/watching.py."""

    def __len__(self) -> int:
        return len(self.raw_items)

    def __iter__(self) -> Iterator[T]:
        return iter(self.items)

    def __getitem__(self, index: int) -> T:
        return self.items[index]

    def __setitem__(self, index: int, value: T) -> None:
        items = self.raw_items
        if not 0 <= index < len(items):
            raise _beside(items, index)
        _record((self, index, items[index], value))
        items[index] = value

    def at(self, index: int) -> T:
        """The element, where C might come to read beside the array."""
        if not 0 <= index < len(self):
            raise _beside(self.raw_items, index)
        return self[index]


KArray.items = KArray.raw_items  # type: ignore[misc]


def _beside(items: list[T], index: int) -> OutOfBounds:
    return OutOfBounds(f"index {index} is not in 0..{len(items) - 1}")
