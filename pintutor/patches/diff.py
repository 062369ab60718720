"""What a patch changes, as a diff generated from the two sources."""

import difflib
import inspect
from collections.abc import Callable
from typing import Any, NamedTuple

from pintutor.patches.patch import Patch
from pintutor.sim.function import KernelFunction, stack


class FunctionDiff(NamedTuple):
    """The two bodies of one function, and their difference."""

    function: str
    file: str
    """File of the kernel tree."""
    before: tuple[str, ...]
    after: tuple[str, ...]
    lines: tuple[str, ...]
    """All lines of the function, each behind "  ", "- " or "+ "."""


def source_lines(body: Callable[..., Any]) -> list[str]:
    """The source of a body without its decorator."""
    lines, _ = inspect.getsourcelines(body)
    start = next(n for n, line in enumerate(lines) if line.startswith("def "))
    return [line.rstrip("\n") for line in lines[start:]]


def diff(
    patch: Patch, below: tuple[Patch, ...] = ()
) -> tuple[FunctionDiff, ...]:
    """What `patch` changes when `below` are applied, function by function.

    A function that it takes away and that is not there is left out, and so is
    one that reads the same already.
    """
    bodies = stack(below)
    changed = (
        (function, bodies.get(function, function.base), body)
        for function, body in patch.bodies_in(below).items()
    )
    found = (
        _function_diff(function, before, after)
        for function, before, after in changed
        if before is not None or after is not None
    )
    return tuple(each for each in found if each.before != each.after)


def _function_diff(
    function: KernelFunction[Any, Any],
    before: Callable[..., Any] | None,
    after: Callable[..., Any] | None,
) -> FunctionDiff:
    old = source_lines(before) if before is not None else []
    new = source_lines(after) if after is not None else []
    lines = tuple(
        line for line in difflib.ndiff(old, new) if not line.startswith("?")
    )
    return FunctionDiff(
        function.__name__, function.file, tuple(old), tuple(new), lines
    )


def as_text(patch: Patch, below: tuple[Patch, ...] = ()) -> str:
    """The change as a unified diff against the kernel's files."""
    parts: list[str] = []
    for each in diff(patch, below):
        parts += difflib.unified_diff(
            each.before,
            each.after,
            f"a/{each.file}",
            f"b/{each.file}",
            each.function,
            each.function,
            lineterm="",
        )
    return "\n".join(parts) + "\n"
