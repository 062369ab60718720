"""Locks that were taken in two orders: what lockdep warns of, told with its places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pintutor.lab.racing import LabRace
from pintutor.sim.lockdep import Nesting, Order, inversions, nestings


@dataclass(frozen=True, slots=True)
class Inversion:
    """Two kinds of locks that were taken in both orders, if never to a deadlock."""

    one: Nesting
    other: Nesting

    def __str__(self) -> str:
        return f"lock order: {_told(self.one)}; {_told(self.other)}"

    def to_json(self) -> dict[str, Any]:
        """The inversion as data."""
        return {"one": _data(self.one), "other": _data(self.other)}


def _told(nesting: Nesting) -> str:
    held, taken = nesting.order
    return f"P{nesting.cpu} takes {taken} while it has {held}, in {_where(nesting)}()"


def _where(nesting: Nesting) -> str:
    return nesting.calls[0].function if nesting.calls else ""


def _data(nesting: Nesting) -> dict[str, Any]:
    held, taken = nesting.order
    where = _where(nesting)
    return {"cpu": nesting.cpu, "held": held, "taken": taken, "function": where}


def lock_orders(
    race: LabRace, orders: Mapping[Order, tuple[int, ...]]
) -> tuple[Inversion, ...]:
    """The locks that a race takes in both orders.

    `orders` has an execution for each order that was seen, which is run again.
    """
    return tuple(
        Inversion(
            _nesting(race, order, orders[order]),
            _nesting(race, order[::-1], orders[order[::-1]]),
        )
        for order in inversions(orders)
    )


def _nesting(race: LabRace, order: Order, schedule: tuple[int, ...]) -> Nesting:
    """Where an execution first takes locks in that order."""
    cpus = race.begin(calls=True)
    for cpu in schedule:
        cpus.run(cpu)
    found = next(each for each in nestings(cpus.steps) if each.order == order)
    cpus.kill()
    return found
