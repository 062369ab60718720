"""Labs whose commands keep no lines: nothing is stepped through, and they run at once.

Recording takes ten times as long as the model itself. What is recorded, and that the
machine comes to the same, is asked in tests/sim and tests/lab.
"""

from __future__ import annotations

import pytest

from pintutor.lab.lab import Lab
from pintutor.sim.recorder import LIMIT

__all__ = ["recorded", "unrecorded"]


@pytest.fixture(autouse=True)
def unrecorded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep one line of each command, for every test of the folder."""
    monkeypatch.setattr(Lab, "recorded", 1)


@pytest.fixture
def recorded(unrecorded: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the lines after all, for a test that steps or asks which functions ran."""
    monkeypatch.setattr(Lab, "recorded", LIMIT)
