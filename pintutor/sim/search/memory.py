"""Memory as one number: for each field that is ever written, which value it holds.

A state of a race is a number too: the lowest bits say where each CPU stands, those
above are the memory. So a state is compared, changed and looked up at once, however
much it consists of.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pintutor.sim.dependence import Fields, Footprint
from pintutor.sim.journal import RAW, put
from pintutor.sim.objects import KArray

if TYPE_CHECKING:
    from pintutor.sim.search.nodes import Node

BITS = 20
"""Width of a field and of where a CPU stands."""
FIELD = (1 << BITS) - 1
DIGITS = BITS // 4
"""Hexadecimal digits of a field."""

Place = tuple[Any, str | int]
"""An object, and the field as the journal names it."""
Values = dict[Place, Any]


@dataclass(slots=True, eq=False)
class Learned:
    """What a CPU does from somewhere, wherever it reads the same."""

    cpu: int
    """Its number; that after the last one's for who only looks."""
    reads: Values
    """Each field that it reads, with what that held before."""
    writes: Values = field(default_factory=dict)
    node: Node | None = None
    """Where it stands then; None when it has to wait."""
    mask: int = 0
    """The bits of a state that it depends on."""
    want: int = 0
    """What these bits are where it does this."""
    fields: int = 0
    """The bits of memory that it writes."""
    keep: int = -1
    """The bits of a state that it leaves."""
    put: int = 0
    """What it writes to the others."""
    wrote: Fields = ()
    """The fields that it writes, as often as it does."""
    looked: Fields = ()
    """What it looks at without a marked access: see Step.looked."""
    footprint: Footprint | None = None
    """What it touches, once somebody has asked."""

    def known(self, state: int) -> bool:
        """True for a state in which it reads the same."""
        return state & self.mask == self.want

    def after(self, state: int) -> int:
        """The state after it."""
        return state & self.keep | self.put


def fields_of(obj: Any) -> Iterable[str | int]:
    """The fields of an object, as the journal names them."""
    if isinstance(obj, KArray):
        return range(len(obj))
    return (RAW + name for name in type(obj).__dataclass_fields__)


def held(obj: Any, name: str | int) -> Any:
    """What a field holds, named as the journal does."""
    return obj.raw_items[name] if isinstance(name, int) else getattr(obj, name)


class Memory:
    """The fields that were written, with the values that they ever held."""

    def __init__(self, cpus: int, unordered: Collection[tuple[int, str | int]]) -> None:
        """`unordered` are fields that hold a tuple whose order means nothing."""
        self._unordered = unordered
        self._first = cpus * BITS
        self._places: list[Place] = []
        self._shifts: dict[Place, int] = {}
        self._numbers: list[dict[Any, int]] = []
        self._values: list[list[Any]] = []
        self._first_values: Values = {}
        """What was in the fields of objects when they were first made."""
        self._readers: dict[Place, list[Learned]] = {}
        """Who reads a field that nobody has written yet."""

    def make(self, made: Iterable[Any], before: Values, after: Values) -> None:
        """Count what objects are made with as written, where that differs.

        They may have been made with something else in another execution: what they are
        made with first is what they hold before they are made.
        """
        for obj in made:
            for name in fields_of(obj):
                place = obj, name
                value = before.get(place, held(*place))
                first = self._first_values.setdefault(place, value)
                if value != first or place in self._shifts:
                    before[place] = first
                    after.setdefault(place, value)

    def learn(self, step: Learned, before: Values) -> None:
        """Note which states a step is known for, and what it changes.

        `before` is what the fields held that it writes.
        """
        for place, old in before.items():
            shift = self._shift(place, old)
            step.fields |= FIELD << shift
            step.put |= self._bits(shift, step.writes[place])
        for place in step.reads:
            if place in self._shifts:
                self._tell(step, place)
            else:
                self._readers.setdefault(place, []).append(step)
        step.keep = ~step.fields

    def load(self, state: int, fields: int) -> None:
        """Let the objects be as in a state, in those fields whose bits are given."""
        numbers = dict(self._columns(state))
        for column, _ in self._columns(fields):
            put(*self._places[column], self._values[column][numbers.get(column, 0)])

    def value(self, state: int, place: Place) -> Any:
        """What a field holds in a state; the objects are as at the start."""
        shift = self._shifts.get(place)
        if shift is None:
            return held(*place)
        column = (shift - self._first) // BITS
        return self._values[column][state >> shift & FIELD]

    def _columns(self, state: int) -> Iterator[tuple[int, int]]:
        """The fields of a state that are not 0: which, and what stands there."""
        digits = f"{state >> self._first:x}"
        for column, end in enumerate(range(len(digits), 0, -DIGITS)):
            number = int(digits[max(end - DIGITS, 0) : end], 16)
            if number:
                yield column, number

    def _shift(self, place: Place, start: Any) -> int:
        """Where in a state a field stands, which held `start` if it is new."""
        shift = self._shifts.get(place)
        if shift is None:
            shift = self._shifts[place] = self._first + BITS * len(self._places)
            self._places.append(place)
            self._numbers.append({self._as_known(place, start): 0})
            self._values.append([start])
            for reader in self._readers.pop(place, ()):
                self._tell(reader, place)
        return shift

    def _tell(self, step: Learned, place: Place) -> None:
        """A step is known only for states where a field holds what it read."""
        shift = self._shifts[place]
        step.mask |= FIELD << shift
        step.want |= self._bits(shift, step.reads[place])

    def _as_known(self, place: Place, value: Any) -> Any:
        """What a value of a field is told from others by."""
        obj, name = place
        if (id(obj), name) in self._unordered and isinstance(value, tuple):
            return frozenset(Counter(value).items())
        return value

    def _bits(self, shift: int, value: Any) -> int:
        """What stands in a state whose field at `shift` holds that value."""
        column = (shift - self._first) // BITS
        values = self._values[column]
        known = self._as_known(self._places[column], value)
        number = self._numbers[column].setdefault(known, len(values))
        if number == len(values):
            values.append(value)
        assert number <= FIELD, "no search goes on for so long"
        return number << shift
