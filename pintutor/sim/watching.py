"""Which fields are read and which objects are made, while somebody watches.

Nothing is slower while nobody does: the getters that note what they give are put into
the classes when watching begins, and taken out when it ends.

    with watch, watch.reading():
        ...  # runs the model
        watch.reads, watch.made

Who is about to watch often puts a `reading()` around it all: those within cost nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence, Sized
from contextlib import contextmanager
from functools import cache
from operator import attrgetter
from types import TracebackType
from typing import Any

from pintutor.sim.journal import RAW
from pintutor.sim.objects import KArray, KObject

CLASS = "__class__"
"""The field under which it is noted, and journaled, of what class an object is."""


def _nothing(read: Iterable[Any]) -> None:
    """Nobody watches."""


_seen: Callable[[Iterable[Any]], None] = _nothing
_watch: Watch | None = None
_is_read = False
"""Whether the getters are in place that note what they give."""


def note(obj: Any, field: str | int, value: Any) -> None:
    """Note that a field was looked at other than by its getter."""
    _seen((obj, field, value))


class Watch:
    """What is made while it is entered, and what is read while it is reading.

    The n-th object that a CPU makes is the same one in every execution, if it is one of
    the same class and size.
    """

    def __init__(self) -> None:
        self.reads: list[Any] = []
        """(object, field as journaled, value) three by three, in order."""
        self.made: list[Any] = []
        """The objects that were made, in order."""
        self.count = 0
        """How many objects the CPU has made."""
        self._cpu = 0
        self._objects: dict[tuple[int, int, type, int], object] = {}

    def start(self, cpu: int) -> None:
        """A CPU starts, which has made nothing yet."""
        self._cpu, self.count = cpu, 0

    def anew(self) -> None:
        """Begin with empty notes."""
        global _seen
        self.reads, self.made = [], []
        _seen = self.reads.extend

    def __enter__(self) -> None:
        global _watch
        _let_make()
        _watch = self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        global _watch
        _watch = None

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Take note of what is read."""
        global _seen, _is_read
        self.anew()
        if _is_read:
            yield
            return
        _is_read = True
        for kind, name, _, noting in _swaps():
            setattr(kind, name, noting)
        try:
            yield
        finally:
            _seen, _is_read = _nothing, False
            for kind, name, plain, _ in _swaps():
                setattr(kind, name, plain)

    def make(self, kind: type, size: int) -> object:
        """An object of a class, not initialised; `size` is an array's."""
        self.count += 1
        name = self._cpu, self.count, kind, size
        if name not in self._objects:
            self._objects[name] = object.__new__(kind)
        self.made.append(self._objects[name])
        return self._objects[name]


class Looks:
    """Which objects of some kinds are looked at, from `begin` to `end`.

    Nothing is noted while a Watch is reading, which notes all of it.
    """

    def __init__(self, kinds: Iterable[type]) -> None:
        self._kinds = tuple(kinds)
        self._notes: list[Any] = []
        self._noting = False

    def begin(self) -> None:
        """Take note from now on."""
        global _seen
        self._noting = _seen is _nothing
        if not self._noting:
            return
        _seen = self._notes.extend
        for kind, name, _, noting in _swaps_of(self._kinds):
            setattr(kind, name, noting)

    def taken(self) -> tuple[Any, ...]:
        """The objects that were looked at since this was asked last, each once."""
        found = {id(obj): obj for obj in self._notes[::3]}
        self._notes.clear()
        return tuple(found.values())

    def end(self) -> None:
        """Take no more notes."""
        global _seen
        if not self._noting:
            return
        self._noting = False
        _seen = _nothing
        for kind, name, plain, _ in _swaps_of(self._kinds):
            setattr(kind, name, plain)


@cache
def _swaps_of(kinds: tuple[type, ...]) -> list[_Swap]:
    """What has to be swapped of some kinds of objects."""
    return [each for each in _swaps() if any(issubclass(kind, each[0]) for kind in kinds)]


def _new(kind: type, *arguments: object, **_: object) -> object:
    if _watch is None:
        return object.__new__(kind)
    return _watch.make(kind, _size(*arguments) if kind is KArray else 0)


def _size(items: object) -> int:
    assert isinstance(items, Sized), "an array is made of what has a length"
    return len(items)


def _let_make() -> None:
    """Have a word in what is made, from the first time on."""
    for owner in (KObject, KArray):
        if owner.__new__ is object.__new__:
            owner.__new__ = _new  # type: ignore[assignment]


def _noting(slot: str) -> Callable[[Any], Any]:
    """What gives the value of a field, and notes it."""
    get = attrgetter(slot)

    def observe(self: Any) -> Any:
        value = get(self)
        _seen((self, slot, value))
        return value

    return observe


class _Items(Sequence[Any]):
    """The elements of an array, each noted when it is read."""

    def __init__(self, array: KArray[Any]) -> None:
        self._array = array

    def __len__(self) -> int:
        return len(self._array)

    def __iter__(self) -> Iterator[Any]:
        return _iterate(self._array)

    def __getitem__(self, index: int | slice) -> Any:
        elements = self._array.raw_items
        if isinstance(index, slice):
            for each in range(*index.indices(len(elements))):
                _seen((self._array, each, elements[each]))
            return elements[index]
        return _element(self._array, index)


def _element(array: KArray[Any], index: int) -> Any:
    elements = array.raw_items
    value = elements[index]
    _seen((array, index if index >= 0 else index + len(elements), value))
    return value


def _iterate(array: KArray[Any]) -> Iterator[Any]:
    for index, value in enumerate(array.raw_items):
        _seen((array, index, value))
        yield value


_Swap = tuple[type, str, Any, Any]
"""Class, attribute, what it is, and what it is while somebody watches."""

_found: list[_Swap] = []


def _swaps() -> list[_Swap]:
    """What has to be swapped; found once, when all classes are there."""
    if _found:
        return _found
    for owner in _kinds(KObject):
        for name in owner.__dict__["__slots__"]:
            plain = owner.__dict__[name]
            noting = property(_noting(RAW + name), plain.fset)
            _found.append((owner, name, plain, noting))
    array = KArray.__dict__
    _found.append((KArray, "items", array["items"], property(_Items)))
    _found.append((KArray, "__getitem__", array["__getitem__"], _element))
    _found.append((KArray, "__iter__", array["__iter__"], _iterate))
    return _found


def _kinds(base: type[KObject]) -> Iterator[type[KObject]]:
    """The classes of kernel objects, as `dataclass` has made them."""
    for kind in base.__subclasses__():
        if "__slots__" in kind.__dict__ and "__init__" in kind.__dict__:
            yield kind
        yield from _kinds(kind)
