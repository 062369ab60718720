"""The layout of the lesson screen, as plain text.

UPDATE_SNAPSHOTS=1 accepts what is drawn now; look at it before you keep it.
"""

import os

import pytest

from tests.tui.screens import PINNED, desk, drive, snapshot

SCREENS = {
    "lesson-120x40": ((120, 40), ["N"]),
    "lesson-80x24": ((80, 24), ["N", "1"]),
    "source-80x24": ((80, 24), ["N", "b", "E"]),
    "memory-80x24": ((80, 24), ["N", "3"]),
    "welcome-80x24": ((80, 24), []),
}


@pytest.mark.parametrize("name", SCREENS)
def test_a_screen_looks_as_it_did_when_it_was_accepted(name: str) -> None:
    size, keys = SCREENS[name]
    made = desk() if name.startswith("welcome") else desk(*PINNED, lesson="zero-page")
    drawn = drive(made, keys, size=size).text + "\n"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        snapshot(name).write_text(drawn, encoding="utf-8")
    assert drawn == snapshot(name).read_text(encoding="utf-8")
