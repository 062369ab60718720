"""Fault injection: a call of a function fails, the n-th from now on.

The body does not run: who called it gets at once what a failure would give. So the
kernel does it with functions that are marked ALLOW_ERROR_INJECTION().
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pintutor.sim.function import FUNCTIONS, Bodies, KernelFunction
from pintutor.sim.objects import KObject


@dataclass(slots=True, eq=False)
class Fault(KObject):
    """A failure that is to come, or has come."""

    point: str
    """What fails, in the words of whoever asked for it."""
    functions: tuple[str, ...]
    """Names of the functions whose calls are counted together."""
    error: int
    """What one of them returns if it returns a number."""
    left: int
    """Calls until one fails, that one included; 0 when it has."""


@dataclass(slots=True, eq=False)
class Faults(KObject):
    """The failures of one machine, journaled so that undo crosses them."""

    injected: tuple[Fault, ...] = ()


def failing(bodies: Bodies, faults: tuple[Fault, ...]) -> Bodies:
    """The bodies, those that may fail counting their calls."""
    found = dict(bodies)
    for fault in faults:
        for name in fault.functions:
            function: KernelFunction[Any, Any] = FUNCTIONS[name]
            body = found.get(function, function.base)
            if body is not None:
                found[function] = _counted(body, fault)
    return found


def _counted(body: Callable[..., Any], fault: Fault) -> Callable[..., Any]:
    error = _failure(body, fault.error)

    def call(*args: Any, **kwargs: Any) -> Any:
        if fault.left:
            fault.left -= 1
            if not fault.left:
                return error
        return body(*args, **kwargs)

    call.__annotations__ = body.__annotations__
    return call


def _failure(body: Callable[..., Any], error: int) -> int | None:
    """What the function returns when it fails: its type says so, as in C."""
    returned = body.__annotations__["return"]
    if returned in (bool, "bool"):
        return False
    return error if returned in (int, "int") else None
