"""Says how something goes on that takes longer than a moment."""

from __future__ import annotations

import shutil
import sys
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import TextIO

from pintutor.lab.progress import Progress
from pintutor.view.progress import progress_line

FIRST = 1.0
"""What is done by then is left alone [seconds]."""
PAUSE = 0.25
"""Between two messages [seconds]."""
MARGIN = "  "
"""Before the message."""


class Elapsed:
    """While something runs: a line on stderr that counts, and goes away at the end.

    It looks at a progress only, from a thread of its own; nothing is written where
    stderr is no terminal.
    """

    def __init__(
        self, progress: Callable[[], Progress], stream: TextIO | None = None
    ) -> None:
        self.progress = progress
        """What is looked at; a lab has another one for each command."""
        self.stream = sys.stderr if stream is None else stream
        self._done = threading.Event()
        self._thread: threading.Thread | None = None
        self._width = 0

    def __enter__(self) -> Elapsed:
        if self.stream.isatty():
            self._thread = threading.Thread(target=self._count, daemon=True)
            self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._done.set()
        if self._thread is not None:
            self._thread.join()
        if self._width:
            self._say("")

    def _count(self) -> None:
        began = time.monotonic()
        pause = FIRST
        while not self._done.wait(pause):
            pause = PAUSE
            progress = self.progress()
            how = f"; Ctrl+C {progress.stop}"
            width = shutil.get_terminal_size((80, 24)).columns - len(MARGIN) - 1
            told = progress_line(progress, time.monotonic() - began, how, width)
            self._say(MARGIN + told)

    def _say(self, text: str) -> None:
        self.stream.write("\r" + text.ljust(self._width) + ("" if text else "\r"))
        self.stream.flush()
        self._width = len(text)
