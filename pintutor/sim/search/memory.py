"""Memory as one number: for each field that is ever written, which value it holds.

A state of a race is a number too: the lowest bits say where each CPU stands, those
above are the memory. So a state is compared, changed and looked up at once, however
much it consists of.
"""

from __future__ import annotations

from typing import Any

from pintutor.sim.journal import put

BITS = 20
"""Width of a field and of where a CPU stands."""
FIELD = (1 << BITS) - 1

Place = tuple[Any, str | int]
"""An object, and the field as the journal names it."""


class Memory:
    """The fields that were written, with the values that they ever held."""

    def __init__(self, cpus: int) -> None:
        self._first = cpus * BITS
        self._shifts: dict[Place, int] = {}
        self._numbers: list[dict[Any, int]] = []
        self._values: list[list[Any]] = []

    def shift(self, place: Place) -> int | None:
        """Where in a state the field stands; None while nobody has written it."""
        return self._shifts.get(place)

    def add(self, place: Place, start: Any) -> int:
        """Make room for a field that holds `start` at the start."""
        shift = self._shifts[place] = self._first + BITS * len(self._values)
        self._numbers.append({start: 0})
        self._values.append([start])
        return shift

    def bits(self, shift: int, value: Any) -> int:
        """What stands in a state whose field at `shift` holds that value."""
        column = (shift - self._first) // BITS
        values = self._values[column]
        number = self._numbers[column].setdefault(value, len(values))
        if number == len(values):
            values.append(value)
        assert number <= FIELD, "no search goes on for so long"
        return number << shift

    def load(self, state: int) -> None:
        """Let the objects be as they are in a state."""
        state >>= self._first
        for (obj, field), values in zip(self._shifts, self._values, strict=True):
            put(obj, field, values[state & FIELD])
            state >>= BITS
