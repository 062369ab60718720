"""The command under way, and how it is stopped from outside.

An interrupt may come at any moment, from a signal handler or another thread. So it
raises nothing by itself: it lets the next call of the model raise, or, when the model
has done its part already, the end of the command.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType

from pintutor.sim import function
from pintutor.sim.machine import Machine


class TakesLong(Exception):
    """A command takes longer than is waited for: a job may carry it out."""


class UnderWay:
    """`with under_way:` a command runs that changes the machine."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        """A signal handler runs on the thread that may hold it: it can be had twice."""
        self._running = False
        self._looking = False
        self._in_model = False
        self._wanted = False
        self._limit: float | None = None
        """When the command has taken long; None when it may take any time."""

    def __enter__(self) -> None:
        with self._lock:
            self._running, self._wanted = True, False

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._lock:
            self._running = False

    @contextmanager
    def looking(self, *, patience: float | None = None) -> Iterator[None]:
        """Here a command looks: one that takes long asks `check` now and then.

        With `patience` that raises TakesLong after so many seconds.
        """
        self._limit = None if patience is None else time.monotonic() + patience
        with self._lock:
            self._looking, self._wanted = True, False
        try:
            yield
        finally:
            self._limit = None
            with self._lock:
                self._looking = False

    def check(self) -> None:
        """A moment at which the command can be stopped (KeyboardInterrupt, TakesLong).

        For one that changes the machine the last of them is its end.
        """
        if self._wanted:
            raise KeyboardInterrupt
        if self._limit is not None and time.monotonic() >= self._limit:
            raise TakesLong

    def takes_long(self) -> None:
        """The command that looks begins what is not done in a moment (TakesLong)."""
        if self._limit is not None:
            raise TakesLong

    @contextmanager
    def stoppable(self, machine: Machine) -> Iterator[None]:
        """Here the model of `machine` runs: each of its calls may be the last."""
        with self._lock:
            self._in_model = True
        try:
            yield
        finally:
            with self._lock:
                self._in_model = False
                function.run_with(machine.bodies())

    def interrupt(self) -> bool:
        """Stop the command; False when none is under way that changes the machine."""
        with self._lock:
            self._wanted = self._running or self._looking
            if self._running and self._in_model:
                function.stop()
            return self._running
