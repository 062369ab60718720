"""The layout of the lesson screen, as plain text.

How many lines a command takes is the model's affair and is masked.
UPDATE_SNAPSHOTS=1 accepts what is drawn now; look at it before you keep it.
"""

import os
import re

import pytest

from tests.tui.screens import PINNED, desk, drive, snapshot

SCREENS = {
    "lesson-120x40": ((120, 40), ["N"]),
    "lesson-80x24": ((80, 24), ["N", "1"]),
    "source-80x24": ((80, 24), ["N", "b", "E"]),
    "memory-80x24": ((80, 24), ["N", "3"]),
    "welcome-80x24": ((80, 24), []),
    "lab-120x40": ((120, 40), ["escape", "2"]),
    "lab-80x24": ((80, 24), ["escape"]),
}


COUNTED = re.compile(r"(?:step \d+(?:/| of )\d+|\d+ lines of|line \d+ of \d+)")


def _masked(drawn: str) -> str:
    """A screen without what changes with every line of the model."""
    drawn = re.sub(r"(?m)^├.*$", lambda bar: re.sub("─+", "─", bar[0]), drawn)
    return COUNTED.sub(lambda found: re.sub(r"\d", "#", found[0]), drawn)


@pytest.mark.parametrize("name", SCREENS)
def test_a_screen_looks_as_it_did_when_it_was_accepted(name: str) -> None:
    size, keys = SCREENS[name]
    begun = {"welcome": (), "lab": ("lab", *PINNED)}.get(name.split("-")[0])
    made = desk(*PINNED, lesson="zero-page") if begun is None else desk(*begun)
    drawn = _masked(drive(made, keys, size=size).text + "\n")
    if os.environ.get("UPDATE_SNAPSHOTS"):
        snapshot(name).write_text(drawn, encoding="utf-8")
    assert drawn == snapshot(name).read_text(encoding="utf-8")
