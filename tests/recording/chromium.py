"""A page as headless Chromium has it once its script has run."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.browser import CHROMIUM, FLAGS

ALONE = (
    *FLAGS,
    "--virtual-time-budget=5000",
    # Nothing but the file itself may be had.
    "--host-resolver-rules=MAP * ~NOTFOUND",
)
PATIENCE = 60
"""How long Chromium may take [s]."""


def dumped(page: Path, fragment: str, home: Path) -> str:
    """The document at that place of a page, as HTML; skips where there is no Chromium."""
    if CHROMIUM is None:
        pytest.skip("chromium is not installed")
    words = [CHROMIUM, *ALONE, f"--user-data-dir={home}", "--dump-dom"]
    done = subprocess.run(
        [*words, f"{page.as_uri()}{fragment}"],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    return done.stdout
