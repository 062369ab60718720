"""Make the pictures in this folder from the app: `python docs/screenshots/make.py`.

With names, only those are made. The same tutor gives the same bytes.
"""

from __future__ import annotations

import sys
from pathlib import Path

from pintutor.tui.screenshots import Shot, keep, take

HERE = Path(__file__).parent
SIZE = (120, 36)
PINNED = (
    "mmap buf 4",
    "read buf[0]",
    'write buf[1] "A"',
    "pin buf[0..1] as p",
    "back-until zero._refcount == 1",
    "step",
)
RACE = ("witness race-fork kernel=v6.1+bug-fork-unnoticed",)

COMPARED = (
    "compare v6.4 v6.4+zero-page-unpinned: "
    "mmap buf 2; read buf[0]; pin buf[0] as p; unpin p",
)

SHOTS = {
    "welcome": Shot(size=SIZE),
    "course-map": Shot(lines=("lessons",), keys=("down",) * 6, size=SIZE),
    "lesson": Shot(lesson="zero-page", lines=("go", "go"), size=SIZE),
    "lesson-light": Shot(lesson="zero-page", lines=("go", "go"), size=SIZE, theme="light"),
    "lesson-no-color": Shot(
        lesson="zero-page", lines=("go", "go"), size=SIZE, theme="mono"
    ),
    "lab": Shot(lines=PINNED, size=SIZE),
    "race": Shot(lines=RACE, keys=("space",) * 15, size=SIZE),
    "compare": Shot(lines=COMPARED, keys=("i",), size=SIZE),
    "patches": Shot(lines=("patches zero-page-unpinned",), size=SIZE),
    "letters": Shot(lines=("letters block-pin-v21",), keys=("down",) * 3, size=SIZE),
}
"""Each picture, and what is done before it is taken."""


def main(names: list[str]) -> None:
    """Write the pictures of these names, or all."""
    for name in names or SHOTS:
        keep(take(SHOTS[name]), HERE / f"{name}.svg")


if __name__ == "__main__":
    main(sys.argv[1:])
