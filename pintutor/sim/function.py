"""KernelFunction: a stable name whose body an applied patch may replace.

Callers keep the handle, the body of the patch applied last wins: the design of the
kernel's own livepatch. Which patches are applied is a journaled field of the
machine, so that undo crosses an application like any other write.
"""

from collections.abc import Callable, Mapping
from types import CodeType
from typing import Any, Generic, NoReturn, ParamSpec, Protocol, TypeVar

from pintutor.sim.errors import KernelBug

P = ParamSpec("P")
R = TypeVar("R")

Bodies = Mapping["KernelFunction[Any, Any]", Callable[..., Any] | None]
"""Function to the body that runs; None where a patch took the function away."""


class Layer(Protocol):
    """What replaces bodies: a patch."""

    def bodies_in(self, layers: "tuple[Layer, ...]") -> Bodies:
        """The whole new body of each function it changes where `layers` are applied."""


class KernelFunction(Generic[P, R]):
    """A function of the model under the name and file that it has in Linux."""

    def __init__(self, base: Callable[P, R], file: str, *, added: bool = False) -> None:
        self.base = None if added else base
        """The body in the base release; None for a function that a patch adds."""
        self.file = file
        """File of the kernel tree that defines it, such as mm/gup.c."""
        self.__name__ = base.__name__
        self.__doc__ = base.__doc__
        self.__module__ = base.__module__

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        body: Callable[P, R] | None = _bodies.get(self, self.base)
        if body is None:
            raise KernelBug(f"{self.__name__}() is called but this kernel has none")
        return body(*args, **kwargs)

    def body(self, layers: tuple[Layer, ...] = ()) -> Callable[P, R] | None:
        """The body that runs when `layers` are applied over the base, if there is one."""
        body: Callable[P, R] | None = stack(layers).get(self, self.base)
        return body

    def __repr__(self) -> str:
        return f"<{self.__name__} ({self.file})>"


FUNCTIONS: dict[str, KernelFunction[Any, Any]] = {}
"""Every function of the model by its name."""

CODES: dict[CodeType, KernelFunction[Any, Any]] = {}
"""The function that each body belongs to, the bodies of patches too."""

_bodies: Bodies = {}


def kernel_function(
    file: str, *, added: bool = False
) -> Callable[[Callable[P, R]], KernelFunction[P, R]]:
    """Make the function below a KernelFunction of the kernel source `file`.

    With `added` it is a function that the base release does not have yet.
    """

    def register(base: Callable[P, R]) -> KernelFunction[P, R]:
        function = KernelFunction(base, file, added=added)
        if base.__name__ in FUNCTIONS:
            raise TypeError(f"{base.__name__} is defined twice in the model")
        FUNCTIONS[base.__name__] = function
        CODES[base.__code__] = function
        return function

    return register


def stack(layers: tuple[Layer, ...]) -> Bodies:
    """The bodies that win when `layers` are applied, the last one on top."""
    bodies: dict[KernelFunction[Any, Any], Callable[..., Any] | None] = {}
    for layer in layers:
        bodies.update(layer.bodies_in(layers))
    return bodies


class _Stopped(dict[KernelFunction[Any, Any], Callable[..., Any]]):
    """Bodies that nobody can have any more."""

    def get(self, key: object, default: object = None) -> NoReturn:
        """Interrupt whoever calls a function of the model."""
        raise KeyboardInterrupt


def stop() -> None:
    """Interrupt the model at its next call of a KernelFunction, until `run_with`.

    May be called from any thread, and from a signal handler: nothing is cut off in
    the middle of a write to the journal.
    """
    global _bodies
    _bodies = _Stopped()


def run_with(bodies: Bodies) -> None:
    """Let every KernelFunction called from now on run these bodies."""
    global _bodies
    _bodies = bodies
