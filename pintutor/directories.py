"""Where pintutor keeps its files, by the XDG base directory specification."""

from __future__ import annotations

import os
from pathlib import Path


def state() -> Path:
    """History, progress and the reports of internal errors."""
    return _base("XDG_STATE_HOME", ".local/state")


def sittings() -> Path:
    """What each open tutor works at, a file each."""
    return state() / "sittings"


def configuration() -> Path:
    """What the learner set."""
    return _base("XDG_CONFIG_HOME", ".config")


def _base(variable: str, default: str) -> Path:
    # The specification: a relative path in the variable is to be ignored.
    set_to = Path(os.environ.get(variable, ""))
    home = set_to if set_to.is_absolute() else Path.home() / default
    return home / "pintutor"
