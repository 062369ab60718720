"""Ctrl+C while a command runs: it is taken back where that is safe."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from pintutor.lab.lab import Lab


@contextmanager
def interruptible(lab: Lab) -> Iterator[None]:
    """Let Ctrl+C stop what the lab runs; what changes nothing stops at once."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: object) -> None:
        if not lab.interrupt():
            raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
