"""Kinds of exercises whose answer is judged by what the model makes of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from pintutor.content.exercises import bisect, blanks, holder, program, release, schedule
from pintutor.content.exercises.kinds import Exercise
from pintutor.content.fences import Block

Reader = Callable[[Path, Block, str], tuple[dict[str, Any], Exercise]]
"""Reads a fence of a lesson that starts on a kernel (ContentError)."""

READERS: dict[str, Reader] = {
    "schedule": schedule.read,
    "release": release.read,
    "holder": holder.read,
    "bisect": bisect.read,
    "blanks": blanks.read,
    "fix": program.read,
    "driver": program.read,
}
"""The kinds of fence that are exercises, and what reads each."""
