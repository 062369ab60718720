"""How many interleavings an execution stands for.

All executions of one kind differ only in the order of steps that nothing orders. Their
number is that of the ways to arrange the steps so that each comes after those that it
needs: the paths through the places that the CPUs can stand at together, from the start
to the end.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate, product
from math import prod
from operator import add

Order = tuple[tuple[tuple[int, ...], ...], ...]
"""For each CPU, and each of its steps: how many steps of each CPU come before it, or
are that step itself."""

Places = tuple[int, ...]
"""How many steps each CPU but one has done."""

ROWS = 400
"""Rows of places that are looked at for one execution, at most: counting is not to
take longer than running it."""


def interleavings(order: Order) -> int | None:
    """The executions that are of one kind with one of that order.

    Returns None where there are too many places to count.
    """
    if not order:
        return 1
    along = max(range(len(order)), key=lambda cpu: len(order[cpu]))
    others = [cpu for cpu in range(len(order)) if cpu != along]
    sizes = [len(order[cpu]) + 1 for cpu in others]
    if prod(sizes) > ROWS:
        return None
    rows: dict[Places, list[int]] = {}
    for places in product(*map(range, sizes)):
        rows[places] = _row(order, along, others, places, rows)
    return rows[tuple(size - 1 for size in sizes)][-1]


def _row(
    order: Order,
    along: int,
    others: list[int],
    places: Places,
    rows: dict[Places, list[int]],
) -> list[int]:
    """The ways to each place of the CPU `along`, where the others stand at `places`."""
    steps = order[along]
    row = [0] * (len(steps) + 1)
    if not any(places):
        row[0] = 1
    for index, cpu in enumerate(others):
        if places[index]:
            before = (*places[:index], places[index] - 1, *places[index + 1 :])
            needs = order[cpu][places[index] - 1]
            if _met(needs, others, places):
                low = needs[along]
                row[low:] = map(add, row[low:], rows[before][low:])
    high = bisect_left(steps, True, key=lambda needs: not _met(needs, others, places))
    return list(accumulate(row[: high + 1])) + [0] * (len(steps) - high)


def _met(needs: tuple[int, ...], others: list[int], places: Places) -> bool:
    """True when the others have done as many steps as that."""
    return all(needs[cpu] <= done for cpu, done in zip(others, places, strict=True))
