"""What a learner chose on the screen, kept from one sitting to the next.

One JSON file; what cannot be read or written is as if nothing had been chosen.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from pintutor import directories


def path() -> Path:
    """The file."""
    return directories.state() / "screen.json"


def kept(name: str) -> object:
    """What was kept under a name; None for nothing."""
    return _all().get(name)


def keep(name: str, value: object) -> bool:
    """Keep something in place of what was kept under that name; False if it cannot be."""
    whole = json.dumps({**_all(), name: value}, indent=1)
    fresh = path().with_suffix(f".{os.getpid()}")
    try:
        path().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh.write_text(whole, encoding="utf-8")
        fresh.replace(path())
    except OSError:
        return False
    return True


def _all() -> dict[str, object]:
    try:
        found = json.loads(path().read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
