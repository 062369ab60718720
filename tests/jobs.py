"""Labs with jobs for tests."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pintutor.content.commands
import pintutor.view.races  # noqa: F401  (declares commands)
from pintutor.lab.beside import Arrival, arrived
from pintutor.lab.jobs import Jobs
from pintutor.lab.lab import Lab

SHORT = "explore race-tee kernel=v6.1"
ENDLESS = "explore race-fork kernel=v6.1 walk runs=10000000"
LIMIT = 60.0
"""How long a test waits for what should come [s]."""


@contextmanager
def beside(*, patience: float | None = None) -> Iterator[Lab]:
    """A lab with jobs, which end with the test."""
    lab = Lab("v6.4")
    lab.jobs = Jobs(patience=patience)
    try:
        yield lab
    finally:
        lab.jobs.end()


def came(lab: Lab) -> Arrival:
    """What the next job comes to."""
    until = time.monotonic() + LIMIT
    while time.monotonic() < until:
        for one in arrived(lab):
            return one
        time.sleep(0.01)
    raise AssertionError("no job has ended")


def until_counted(lab: Lab) -> None:
    """Wait until the last job has told that it searches."""
    assert lab.jobs is not None
    job = lab.jobs.under_way[-1]
    until = time.monotonic() + LIMIT
    while not job.state.done:
        assert time.monotonic() < until and not job.wait(0.01), "the job does not search"


def processes(session: int) -> list[int]:
    """The processes that run in a session, those that only wait to be reaped aside."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, _, of, *_ = path.read_text().rpartition(")")[2].split()
        except OSError:  # it has ended just now
            continue
        if int(of) == session and state != "Z":
            found.append(int(path.parent.name))
    return found


def gone(session: int) -> bool:
    """Whether a session comes to have no process any more."""
    until = time.monotonic() + LIMIT
    while processes(session):
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def children(parent: int) -> list[int]:
    """The processes that a process has begun."""
    lists = Path(f"/proc/{parent}/task").glob("*/children")
    return [int(each) for path in lists for each in path.read_text().split()]


def sessions_of(parent: int) -> list[int]:
    """The sessions of the jobs of a process."""
    return [each for each in children(parent) if os.getsid(each) == each]
