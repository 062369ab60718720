"""Patch: what one upstream commit changes in the running model."""

import sys
from collections.abc import Callable
from typing import Any, NamedTuple, ParamSpec, TypeVar, cast

from pintutor.sim.function import (
    CODES,
    Bodies,
    KernelFunction,
    Layer,
    kernel_function,
)

P = ParamSpec("P")
R = TypeVar("R")


class Variant(NamedTuple):
    """One body of a patch."""

    function: KernelFunction[..., Any]
    body: Callable[..., Any]
    over: "Patch | None"
    """The body is for kernels with this patch; None: for any kernel."""


class Patch:
    """The bodies that one commit, or a bug put back, gives to functions."""

    def __init__(
        self,
        name: str,
        subject: str,
        *,
        commit: str,
        release: str,
        author: str,
        needs: tuple[str, ...] = (),
        conflicts: tuple[str, ...] = (),
        mutation: bool = False,
        counts_zero_pins: bool | None = None,
        counts_coloured_zero_pins: bool = False,
        unpins_bios: bool = False,
    ) -> None:
        self.name = name
        """What a learner types to apply it."""
        self.subject = subject
        """Subject of the commit."""
        self.commit = commit
        """Abbreviated commit id, empty for what was never merged."""
        self.release = release
        """First release that has it, empty for what was never merged."""
        self.author = author
        self.needs = needs
        """Patches that must be applied before this one."""
        self.conflicts = conflicts
        """Patches that cannot be applied together with this one."""
        self.mutation = mutation
        """True for a bug that is put back, rather than a commit."""
        self.counts_zero_pins = counts_zero_pins
        """Whether a pin of the zero page moves its count; None: as before."""
        self.counts_coloured_zero_pins = counts_coloured_zero_pins
        """True when a pin of a zero page that is not the first moves it."""
        self.unpins_bios = unpins_bios
        """True when bios give back pins that have no flag to say so."""
        self.variants: list[Variant] = []
        """Every body that the patch has, in the order of declaration."""
        self.removed: list[KernelFunction[..., Any]] = []
        """The functions that the patch takes away."""
        self._module = ""

    def replaces(
        self, function: KernelFunction[..., Any], *, over: "Patch | None" = None
    ) -> Callable[[Callable[P, R]], KernelFunction[P, R]]:
        """Make the function below the body that `function` gets.

        With `over` it is the body for kernels that have that patch too: how
        the commit reads where the function had changed before. The name left
        in the module is the function's handle, with the body's parameters.
        """

        def register(body: Callable[P, R]) -> KernelFunction[P, R]:
            if body.__name__ != function.__name__:
                raise TypeError(f"{body.__name__} replaces {function.__name__}")
            self.variants.append(Variant(function, body, over))
            CODES[body.__code__] = function
            return cast(KernelFunction[P, R], function)

        return register

    def adds(
        self, file: str
    ) -> Callable[[Callable[P, R]], KernelFunction[P, R]]:
        """Make the function below one that only this patch brings."""

        def register(body: Callable[P, R]) -> KernelFunction[P, R]:
            function = kernel_function(file, added=True)(body)
            self.variants.append(Variant(function, body, None))
            return function

        return register

    def removes(self, function: KernelFunction[..., Any], module: str) -> None:
        """Let kernels with this patch have no such function.

        `module` is the name of the patch's own module.
        """
        self.removed.append(function)
        self._module = module

    @property
    def bodies(self) -> Bodies:
        """The bodies that the patch has over the base alone."""
        return self.bodies_in(())

    def bodies_in(self, layers: tuple[Layer, ...]) -> Bodies:
        """The bodies that the patch has where `layers` are applied."""
        gone: dict[KernelFunction[..., Any], Callable[..., Any] | None]
        gone = dict.fromkeys(self.removed)
        return gone | {
            function: body
            for function, body, over in self.variants
            if over is None or over in layers
        }

    @property
    def folder(self) -> str:
        """The folder of its file: the series that it was posted in."""
        return self.module.split(".")[-2]

    @property
    def module(self) -> str:
        """The module that the patch is written in."""
        return self._module or self.variants[0].body.__module__

    @property
    def reason(self) -> str:
        """Why the commit was made: the docstring of its module."""
        return str(sys.modules[self.module].__doc__).strip()

    def __repr__(self) -> str:
        return f"<Patch {self.name}>"
