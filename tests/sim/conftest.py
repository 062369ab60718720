"""A machine that runs while a test of the machinery does."""

from collections.abc import Iterator

import pytest

from pintutor.sim.machine import Machine


@pytest.fixture
def machine() -> Iterator[Machine]:
    """A running machine without a kernel."""
    machine = Machine()
    with machine:
        yield machine
