"""Shows the steps that `run` goes through, one after the other; Ctrl+C pauses it."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pintutor.lab.lab import Lab, Outcome
from pintutor.lab.results import Moved
from pintutor.view.motion import SECONDS


def run(lab: Lab, moved: Moved, show: Callable[[Outcome], None]) -> bool:
    """Go to each step on the way and show it; returns False when it was paused.

    The lab then stands at the step that was shown last.
    """
    with _pausing() as pause:
        for step in moved.frames:
            show(lab.execute(f"goto {step}"))
            if step != moved.frames[-1] and pause.wait(SECONDS[moved.pace]):
                return False
    return True


@contextmanager
def _pausing() -> Iterator[threading.Event]:
    """An event that Ctrl+C sets: no step is left half done by it."""
    pause = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield pause
        return
    before = signal.signal(signal.SIGINT, lambda number, frame: pause.set())
    try:
        yield pause
    finally:
        signal.signal(signal.SIGINT, before)
