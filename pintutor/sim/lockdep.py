"""The order in which locks are taken, as lockdep sees it.

Who holds a lock of one kind and takes one of another says in which order the two are
taken. Where somebody takes them the other way round the two can wait for each other,
even if they never did. Which executions showed the two orders does not matter.

Not modelled: locks of one kind that are held together, which lockdep has to be told of;
locks that are only tried.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from pintutor.sim.calls import Call
from pintutor.sim.threads import Step

Order = tuple[str, str]
"""A kind of lock that was held, and the kind that was taken meanwhile."""

_TAKE = ("lock", "rlock")
_DROP = ("unlock", "runlock")


class Nesting(NamedTuple):
    """One lock taken while another was held."""

    order: Order
    cpu: int
    calls: tuple[Call, ...]
    """The functions that it was taken in, if the execution tells them."""


def kind(obj: Any, field: str | int) -> str:
    """The kind of a lock: `PageTable.ptl`."""
    return f"{type(obj).__name__}.{field}"


def nestings(steps: Iterable[Step]) -> list[Nesting]:
    """Every lock that was taken with another one held, in the order of the steps."""
    found: list[Nesting] = []
    held: dict[int, list[tuple[int, str]]] = {}
    for step in steps:
        obj, field, access = step.operation[:3]
        mine = held.setdefault(step.cpu, [])
        if access in _TAKE:
            name = kind(obj, field)
            calls = step.operation.calls
            kinds = dict.fromkeys(each for _, each in mine if each != name)
            found += [Nesting((other, name), step.cpu, calls) for other in kinds]
            mine.append((id(obj), name))
        elif access in _DROP and (id(obj), kind(obj, field)) in mine:
            mine.remove((id(obj), kind(obj, field)))
    return found


def inversions(orders: Mapping[Order, object]) -> list[Order]:
    """The pairs of kinds that were taken in both orders, each pair once."""
    return sorted(
        order for order in orders if order < order[::-1] and order[::-1] in orders
    )
