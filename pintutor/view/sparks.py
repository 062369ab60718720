"""Sparklines: a few numbers as one row of blocks, eight levels high."""

from __future__ import annotations

from collections.abc import Sequence

LEVELS = "▁▂▃▄▅▆▇█"
"""The signs, from the least to the greatest."""
GONE = " "
"""What stands for a moment at which there was no number."""


def sparkline(values: Sequence[int | None]) -> str:
    """One sign a value, scaled between the least and the greatest of them."""
    known = [value for value in values if value is not None]
    if not known:
        return GONE * len(values)
    low, high = min(known), max(known)
    return "".join(GONE if each is None else _level(each, low, high) for each in values)


def _level(value: int, low: int, high: int) -> str:
    if low == high:
        return LEVELS[0]
    return LEVELS[(value - low) * (len(LEVELS) - 1) // (high - low)]
