"""How soon pintutor is there, against the least that Python and the libraries take."""

from __future__ import annotations

import tempfile
from pathlib import Path

from pintutor.bench.measure import (
    PASS,
    Goal,
    Measured,
    environment,
    module,
    ratio,
    tutor,
    until,
    whole,
)

PROMPT = "▸".encode()
SIZE = (40, 120)
"""Rows and columns."""

LAST_WORD = b"quit"
"""What both screens print on their last line, so that it comes last."""


def _version() -> Measured:
    with tempfile.TemporaryDirectory() as home:
        env = environment(Path(home))
        return ratio(
            lambda: whole(tutor("--version"), env), lambda: whole(PASS, env), rounds=15
        )


def _banner() -> Measured:
    with tempfile.TemporaryDirectory() as home:
        env = environment(Path(home))
        return ratio(
            lambda: until(tutor("repl"), b"(model)", env, SIZE),
            lambda: whole(PASS, env),
            rounds=15,
        )


def _prompt() -> Measured:
    with tempfile.TemporaryDirectory() as home:
        env = environment(Path(home))
        bare = module("reference_repl", str(Path(home) / "reference"))
        return ratio(
            lambda: until(tutor("repl"), PROMPT, env, SIZE),
            lambda: until(bare, PROMPT, env, SIZE),
        )


def _screen() -> Measured:
    with tempfile.TemporaryDirectory() as home:
        env = environment(Path(home))
        empty = module("reference_tui")
        return ratio(
            lambda: until(tutor("tui"), LAST_WORD, env, SIZE),
            lambda: until(empty, LAST_WORD, env, SIZE),
        )


GOALS = (
    Goal("version", "pintutor --version / python -c pass", 3.5, "x", _version),
    Goal("banner", "banner of the REPL / python -c pass", 3.0, "x", _banner),
    Goal("repl", "first prompt of the REPL / of a bare PromptSession", 1.25, "x", _prompt),
    Goal("tui", "first paint of the TUI / of an empty Textual screen", 1.3, "x", _screen),
)
"""What is measured of a start."""
