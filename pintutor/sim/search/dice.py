"""Numbers by chance that are the same on every machine and every Python.

The generator is SplitMix64 (Steele, Lea, Flood: "Fast Splittable Pseudorandom Number
Generators", OOPSLA 2014): a counter of 64 bits that goes up by one constant, each of
its values mixed. A schedule that a seed leads to can be named by that seed.
"""

from __future__ import annotations

_STEP = 0x9E3779B97F4A7C15
_MIX = 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
_MASK = (1 << 64) - 1


class Dice:
    """One sequence of numbers, from a seed."""

    def __init__(self, seed: int) -> None:
        self._state = seed & _MASK

    def number(self) -> int:
        """The next number of 64 bits."""
        self._state = (self._state + _STEP) & _MASK
        mixed = self._state
        mixed = ((mixed ^ (mixed >> 30)) * _MIX[0]) & _MASK
        mixed = ((mixed ^ (mixed >> 27)) * _MIX[1]) & _MASK
        return mixed ^ (mixed >> 31)

    def below(self, bound: int) -> int:
        """The next number from 0 to `bound` - 1."""
        return self.number() * bound >> 64
