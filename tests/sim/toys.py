"""Small objects, functions and patches that the tests of the machinery drive."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar

from pintutor.sim.atomic import atomic_add
from pintutor.sim.function import CODES, Bodies, KernelFunction, Layer
from pintutor.sim.objects import KObject
from pintutor.sim.poison import freeable

P = ParamSpec("P")
R = TypeVar("R")


@freeable
@dataclass(slots=True, eq=False)
class Box(KObject):
    """An object with two fields, one with a default."""

    value: int
    other: Box | None = None


@freeable
@dataclass(slots=True, eq=False)
class Labelled(Box):
    """A subclass with a field more."""

    label: str = ""


class Layered:
    """A layer of bodies, as a patch is."""

    def __init__(self) -> None:
        self.bodies: dict[KernelFunction[Any, Any], Callable[..., Any]] = {}

    def bodies_in(self, layers: tuple[Layer, ...]) -> Bodies:
        """Its bodies, whatever else is applied."""
        return self.bodies

    def put(self, function: KernelFunction[Any, Any], body: Callable[..., Any]) -> None:
        """Let `body` replace the function's body, and be recorded like it."""
        self.bodies[function] = body
        CODES[body.__code__] = function


def add(box: Box, units: int) -> int:
    """Add to the box; returns what it holds."""
    atomic_add(units, box, "value")
    return box.value


def add_twice(box: Box, units: int) -> int:
    """Another body for `add`."""
    atomic_add(2 * units, box, "value")
    return box.value


def outer(box: Box) -> int:
    """Call `add` twice, with a line between."""
    first = ADD(box, 1)
    box.value = first + 10
    return ADD(box, 1)


def fail(box: Box) -> None:
    """Write, then raise."""
    box.value = 5
    raise ValueError("out of luck")


def spin(box: Box, times: int) -> None:
    """Write once for each turn of a loop."""
    for turn in range(times):
        box.value = turn


def helper_writes(box: Box) -> None:
    """Let a plain function write."""
    _plain(box)
    box.value += 1


def _plain(box: Box) -> None:
    box.value = 100


def _function(body: Callable[P, R]) -> KernelFunction[P, R]:
    """A KernelFunction that is recorded but not in the list of the model's."""
    function: KernelFunction[P, R] = KernelFunction(body, "toys.c")
    CODES[body.__code__] = function
    return function


ADD = _function(add)
OUTER = _function(outer)
FAIL = _function(fail)
SPIN = _function(spin)
HELPER_WRITES = _function(helper_writes)
