"""How fast steps that run by themselves are shown, and whether they are at all."""

import os
from collections.abc import Mapping

SECONDS = {"slow": 0.8, "normal": 0.2, "fast": 0.04}
"""How long each step stands, by pace [s]."""

SHOWN = {"slow": "▸   ", "normal": "▸▸  ", "fast": "▸▸▸ "}
"""The sign of each pace, as wide as the word `step`."""


def still(environment: Mapping[str, str] = os.environ) -> bool:
    """True when the learner wants nothing to move by itself."""
    return bool(environment.get("PINTUTOR_REDUCED_MOTION"))
