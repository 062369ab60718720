"""How soon a key shows on the full screen, against an app that counts in one label."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
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
PROMPT = "▸".encode()
"""What stands before the command line: the first sign that the model is there."""
LEAVE, BACK, FORWARD = b"\x1b", b"b", b"n"
"""Keys: leave the command line, and one step either way."""


def _stepping(key: bytes, *, first: bytes) -> Measured:
    """How long a step takes to its last output, from where `first` leads."""
    with tempfile.TemporaryDirectory() as home:
        env = environment(Path(home))
        label = Child(module("reference_label"), rows=ROWS, columns=COLUMNS, env=env)
        screen = Child(tutor("tui"), rows=ROWS, columns=COLUMNS, env=env)
        try:
            _prepare(screen, label, (*([first] * ROUNDS), key))
            return ratio(
                lambda: key_to_quiet(screen, key, quiet=QUIET),
                lambda: key_to_quiet(label, key, quiet=QUIET),
                rounds=ROUNDS,
            )
        finally:
            screen.close()
            label.close()


def _prepare(screen: Child, label: Child, keys: Sequence[bytes]) -> None:
    """Run a few commands and press keys, and let both apps come to rest."""
    await_marker(label, b"ready")
    await_marker(screen, PROMPT)
    settle(screen)
    for line in LINES:
        screen.write(f"{line}\r".encode())
        settle(screen)
    screen.write(LEAVE)
    settle(screen)  # what follows at once would make an Alt of it
    for key in keys:
        screen.write(key)
        settle(screen, quiet=QUIET)
    key_to_quiet(label, BACK, quiet=QUIET)
    for child in (screen, label):
        settle(child)


def _repaint() -> Measured:
    return _stepping(BACK, first=BACK)


def _forward() -> Measured:
    return _stepping(FORWARD, first=BACK)


GOALS = (
    Goal("repaint", "a step back to its repaint / a label that counts", 1.6, "x", _repaint),
    Goal("forward", "a step forward to its repaint / a label", 1.6, "x", _forward),
)
"""What is measured of a running screen."""
