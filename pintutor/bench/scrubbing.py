"""How long a step takes that is anywhere in a long history, against one in a short one."""

from __future__ import annotations

import time
from collections.abc import Callable

import pintutor.lab.commands  # noqa: F401  (declares the commands)
from pintutor.bench.measure import Goal, Measured, ratio
from pintutor.lab.lab import Lab
from pintutor.view.panes import moment, timeline_rows

LONG, SHORT = 100_000, 1_000
"""Steps of the histories."""
WIDTH = 120
ROUNDS = 40


def _history(steps: int) -> Lab:
    lab = Lab()
    lab.execute("mmap buf 16")
    while lab.timeline.total < steps:
        lab.execute("pin buf as p")
        lab.execute("unpin p")
    return lab


def _anywhere(lab: Lab) -> Callable[[], float]:
    """Goes to one step after the other, far apart, and draws the timeline there."""
    total = lab.timeline.total
    count = 0

    def go() -> float:
        nonlocal count
        count += 1
        # Steps of the golden ratio visit the whole range evenly, without chance.
        step = count * 618_034 % total
        start = time.perf_counter()
        lab.execute(f"goto {step}")
        timeline_rows(moment(lab), WIDTH, 2)
        return time.perf_counter() - start

    return go


def _scrub() -> Measured:
    return ratio(_anywhere(_history(LONG)), _anywhere(_history(SHORT)), rounds=ROUNDS)


GOALS = (Goal("scrub", "a step in 100,000, drawn / one in 1,000", 6.0, "x", _scrub),)
"""What is measured of scrubbing."""
