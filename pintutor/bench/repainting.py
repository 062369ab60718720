"""How soon a key shows on the full screen, against an app that counts in one label."""

from __future__ import annotations

import tempfile
from pathlib import Path

from pintutor.bench.measure import (
    Goal,
    Measured,
    await_marker,
    environment,
    key_to_quiet,
    module,
    ratio,
    settle,
    tutor,
)
from pintutor.bench.terminal import Child

ROWS, COLUMNS = 40, 120
ROUNDS = 21
QUIET = 0.05
"""A pause this long ends a repaint [s]; Textual paints every 8 ms or oftener."""

LINES = ("mmap buf 2", "write buf 0x41", "pin buf as p")
"""What there is to step through."""


def _repaint() -> Measured:
    with tempfile.TemporaryDirectory() as home:
        env = environment(Path(home))
        label = Child(module("reference_label"), rows=ROWS, columns=COLUMNS, env=env)
        screen = Child(tutor("tui"), rows=ROWS, columns=COLUMNS, env=env)
        try:
            _prepare(screen, label)
            return ratio(
                lambda: key_to_quiet(screen, b"b", quiet=QUIET),
                lambda: key_to_quiet(label, b"b", quiet=QUIET),
                rounds=ROUNDS,
            )
        finally:
            screen.close()
            label.close()


def _prepare(screen: Child, label: Child) -> None:
    """Run a few commands, leave the command line, and let both apps come to rest."""
    await_marker(label, b"ready")
    await_marker(screen, b"quit")
    for line in LINES:
        screen.write(f"{line}\r".encode())
        settle(screen)
    screen.write(b"\x1b")
    settle(screen)
    for child in (screen, label):
        key_to_quiet(child, b"b", quiet=QUIET)
        settle(child)


GOALS = (Goal("repaint", "a key to its repaint / a label that counts", 2.0, "x", _repaint),)
"""What is measured of a running screen."""
