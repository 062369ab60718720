"""Schedules as text: who takes how many steps, `P0*3 P1*2 P0`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby

_RUN = re.compile(r"P(?P<cpu>\d+)(?:\*(?P<steps>\d+))?")

MOST = 100_000
"""Steps that a schedule may have."""


def text(schedule: Iterable[int]) -> str:
    """A schedule as a learner reads and types it: `P0*3 P1*2 P0`."""
    parts = []
    for cpu, run in groupby(schedule):
        steps = sum(1 for _ in run)
        parts.append(f"P{cpu}" if steps == 1 else f"P{cpu}*{steps}")
    return " ".join(parts)


def parse(schedule: str) -> tuple[int, ...]:
    """The CPUs of a schedule in order.

    Errors: ValueError with the word that is not one of its parts.
    """
    found: list[int] = []
    for word in schedule.split():
        match = _RUN.fullmatch(word)
        if match is None:
            raise ValueError(word)
        found += [int(match["cpu"])] * min(int(match["steps"] or 1), MOST)
        if len(found) > MOST:
            raise ValueError(word)
    return tuple(found)
