"""Patch: what one upstream commit changes in the running model."""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from pintutor.sim.function import CODES, KernelFunction

P = ParamSpec("P")
R = TypeVar("R")


class Patch:
    """The bodies that one commit, or one bug put back, gives to kernel functions."""

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
    ) -> None:
        self.name = name
        """What a learner types to apply it."""
        self.subject = subject
        """Subject of the commit."""
        self.commit = commit
        """Abbreviated commit id, empty for what was never merged."""
        self.release = release
        """First mainline release that has it, empty for what was never merged."""
        self.author = author
        self.needs = needs
        """Patches that must be applied before this one."""
        self.conflicts = conflicts
        """Patches that cannot be applied together with this one."""
        self.mutation = mutation
        """True for a bug that is put back, rather than a commit."""
        self.counts_zero_pins = counts_zero_pins
        """Whether a pin of the zero page moves its count from now on; None: as before."""
        self.bodies: dict[KernelFunction[Any, Any], Callable[..., Any]] = {}

    def replaces(
        self, function: KernelFunction[P, R]
    ) -> Callable[[Callable[P, R]], Callable[P, R]]:
        """Make the function below the body that `function` gets from this patch."""

        def register(body: Callable[P, R]) -> Callable[P, R]:
            if body.__name__ != function.__name__:
                raise TypeError(f"{body.__name__} replaces {function.__name__}")
            self.bodies[function] = body
            CODES[body.__code__] = function
            return body

        return register

    @property
    def reason(self) -> str:
        """Why the commit was made, in our words: the docstring of its module."""
        body = next(iter(self.bodies.values()))
        return str(body.__globals__["__doc__"]).strip()

    def __repr__(self) -> str:
        return f"<Patch {self.name}>"
