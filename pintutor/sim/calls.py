"""Which functions of the model a CPU stands in."""

from __future__ import annotations

from collections.abc import Iterator
from types import FrameType
from typing import NamedTuple

from pintutor.sim.function import CODES


class Call(NamedTuple):
    """A function of the model that is running."""

    function: str
    file: str
    """Python file of its body."""
    line: int
    """The line that it stands at."""


def calls_of(frame: FrameType | None) -> Iterator[Call]:
    """The functions of the model among the frames, innermost first."""
    while frame is not None:
        code = frame.f_code
        if code in CODES:
            yield Call(code.co_name, code.co_filename, frame.f_lineno)
        frame = frame.f_back
