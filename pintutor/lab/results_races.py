"""What turns of a race return."""

from __future__ import annotations

from typing import NamedTuple


class Turned(NamedTuple):
    """A CPU of a race took a turn."""

    cpu: int
    told: str
    """What it did, in words."""
