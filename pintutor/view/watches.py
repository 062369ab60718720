"""What is watched, as rows: the value, what it was, and how it came about.

Importing this adds `WatchList` to `result_rows`.
"""

from __future__ import annotations

from pintutor.lab.watches import Watched, WatchList, named
from pintutor.view.results_block import result_rows
from pintutor.view.rows import Row, Segment, plain, row
from pintutor.view.sparks import sparkline
from pintutor.view.wrap import columns, wrap

__all__ = ["result_rows", "watch_rows"]

NAME = 32
"""Longer expressions have a row of their own [columns]."""


@result_rows.register
def _(result: WatchList, width: int) -> tuple[Row, ...]:
    rows = watch_rows(result.watched, width)
    note = wrap(row((result.note, "note")), width) if result.note else ()
    return (*rows, *note)


def watch_rows(watched: tuple[Watched, ...], width: int) -> tuple[Row, ...]:
    """Each expression with its value, old → new, and a sparkline of the last moments."""
    size = max((columns(each.expression) for each in watched), default=0)
    size = min(size, NAME, max(8, width // 2))
    rows: list[Row] = []
    for each in watched:
        rows += _watched(each, size, width)
    return tuple(rows)


def _watched(each: Watched, size: int, width: int) -> tuple[Row, ...]:
    changed = each.value != each.before
    sign = Segment("~ " if changed else "  ", "delta")
    name = Segment(f"{each.expression:<{size}}", "name")
    value = (Segment("  "), *_value(each), *_trace(each))
    whole = (sign, name, *value)
    if columns(plain(whole)) <= width and columns(each.expression) <= size:
        return (whole,)
    below = (Segment("    "), *value)
    return (*wrap((sign, name), width, indent=4), *wrap(below, width, indent=6))


def _value(each: Watched) -> Row:
    if each.value != each.before:
        return row((named(each.before), "old"), " → ", (named(each.value), "new"))
    if each.value is None:
        return row(("none", "dim"), (f"  {each.reason}" if each.reason else "", "dim"))
    return row((named(each.value), "number"))


def _trace(each: Watched) -> Row:
    """The last moments: numbers as a sparkline, others as the values that came."""
    if len(set(each.trace)) < 2:
        return ()
    numbers = [value if isinstance(value, int) else None for value in each.trace]
    if any(number is not None for number in numbers):
        return row("   ", (sparkline(numbers), "delta"))
    came = [named(value) for value in dict.fromkeys(each.trace)]
    return row(("   " + " → ".join(came[-4:]), "dim"))
