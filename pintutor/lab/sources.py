"""The source of the model as learners see it: the body that runs, line by line."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cache
from types import CodeType
from typing import Any, NamedTuple

from pintutor.patches.patch import Patch
from pintutor.patches.series import ALL, BASE
from pintutor.sim.function import CODES, KernelFunction, Layer
from pintutor.sim.recorder import Event


class Body(NamedTuple):
    """The source of one body of a function, without its decorator."""

    function: str
    file: str
    """File of the kernel tree."""
    origin: str
    """The base release, or the patch that the body comes from."""
    first: int
    """Line of the model's file that the source starts at."""
    lines: tuple[str, ...]


class Located(NamedTuple):
    """Where a step stands in the source."""

    function: str
    file: str
    line: int
    """Line of the body, from 1; 0 when the step is no line."""
    text: str


@cache
def body_of(code: CodeType) -> Body:
    """The source of the body with this code."""
    function = CODES[code]
    lines, first = inspect.getsourcelines(code)
    skip = next(n for n, line in enumerate(lines) if line.startswith("def "))
    texts = tuple(line.rstrip("\n") for line in lines[skip:])
    return Body(function.__name__, function.file, _origin(code), first + skip, texts)


def _origin(code: CodeType) -> str:
    for patch in ALL:
        if any(one.body.__code__ is code for one in patch.variants):
            return patch.name
    return BASE


def running(function: KernelFunction[Any, Any], layers: tuple[Layer, ...]) -> Body | None:
    """The body of a function that runs under these patches, if it has one there."""
    body: Callable[..., Any] | None = function.body(layers)
    return body_of(body.__code__) if body is not None else None


@cache
def patches_of(function: str) -> tuple[Patch, ...]:
    """The patches that change a function."""
    return tuple(
        patch for patch in ALL if any(one.__name__ == function for one in patch.bodies)
    )


def located(event: Event | None) -> Located:
    """Where a recorded line stands in its body."""
    if event is None:
        return Located("", "", 0, "")
    body = body_of(event.code)
    line = event.line - body.first + 1
    text = body.lines[line - 1].strip() if 0 < line <= len(body.lines) else ""
    return Located(body.function, body.file, line, text)
