"""The command that runs through what was recorded, at a pace that one can follow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

from pintutor.lab.commands.search import first_where
from pintutor.lab.commands.time import SIZE, SIZE_NOTE, boundary
from pintutor.lab.kinds import OneOf
from pintutor.lab.moving import go, moved
from pintutor.lab.paths import UNTIL
from pintutor.lab.registry import command
from pintutor.lab.results import Moved
from pintutor.lab.words import Word

if TYPE_CHECKING:
    from pintutor.lab.lab import Lab

PACES = ("slow", "normal", "fast")


@command(
    "time",
    mutates=False,
    examples=("run", "run slow", "run fast event", "run until zero._refcount > 1"),
    see=("step", "until", "goto"),
)
def run(
    lab: Lab,
    until: Annotated[Word | None, UNTIL] = None,
    *,
    pace: Annotated[str, OneOf(*PACES), "how fast it is shown"] = "normal",
    by: Annotated[str, SIZE, SIZE_NOTE] = "line",
) -> Moved:
    """Go on step by step to the end of this command, each step shown as it comes.

    At the end of a command the next one runs, at the end of history the last one
    again. With `until`, it goes on to the first step after which the expression holds.
    On a terminal Ctrl+C, in the full screen `p`, pauses it; where motion is not wanted
    (PINTUTOR_REDUCED_MOTION) and in scripts it goes to its end at once.
    """
    timeline = lab.timeline
    start = timeline.cursor
    if until is not None:
        stop = first_where(lab, until, range(start + 1, timeline.total + 1))
        if stop is None:
            return go(lab, start, f"never: {until.text.strip()}")
    else:
        start, stop = _trip(lab, start)
    frames = tuple(_frames(lab, start, stop, by))
    timeline.seek(stop)
    return moved(lab)._replace(frames=frames, pace=pace)


def _trip(lab: Lab, start: int) -> tuple[int, int]:
    """From where to where: to the end of the command under way, or of the next one."""
    timeline = lab.timeline
    if start == timeline.total and timeline.entries:
        start -= timeline.entries[-1].steps
    stop = boundary(lab, start, 1, "command")
    return start, start if stop is None else stop


def _frames(lab: Lab, start: int, stop: int, by: str) -> Iterator[int]:
    """The steps to show on the way, the last included."""
    at = boundary(lab, start, 1, by)
    while at is not None and at < stop:
        yield at
        at = boundary(lab, at, 1, by)
    if stop > start:
        yield stop
