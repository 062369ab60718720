"""Pace: how long a key, a row and a beat take. No clock: times follow from the text."""

from __future__ import annotations

from typing import NamedTuple

from pintutor.recording.beats import Beat
from pintutor.view.rows import plain


class Pace(NamedTuple):
    """A speed."""

    name: str
    key: float
    """Between two keys [s]."""
    enter: float
    """Between the last key and what the line tells [s]."""
    row: float
    """To read a row [s]."""
    most: float
    """To read however much [s]."""


PACES = {
    pace.name: pace
    for pace in (
        Pace("slow", 0.09, 0.6, 0.9, 14.0),
        Pace("normal", 0.05, 0.35, 0.45, 7.0),
        Pace("fast", 0.02, 0.15, 0.15, 2.5),
        Pace("instant", 0.0, 0.0, 0.0, 0.0),
    )
}
"""The speeds by name, the slowest first."""

NORMAL = PACES["normal"]


def reading(beat: Beat, pace: Pace) -> float:
    """How long what a beat shows is left to be read [s]."""
    rows = sum(bool(plain(one).strip()) for one in beat.rows)
    return min(pace.most, pace.enter + pace.row * rows)


def faster(pace: Pace, by: int) -> Pace:
    """The pace so many places further towards `instant`, or the last one that way."""
    paces = list(PACES.values())
    return paces[max(0, min(paces.index(pace) + by, len(paces) - 1))]
