"""How far a long run is: one line that changes on a terminal, else a line now and then."""

from __future__ import annotations

import time
from typing import TextIO

_OFTEN = 0.2
"""Between two changes of the line on a terminal [seconds]."""
_SELDOM = 10.0
"""Between two lines elsewhere [seconds]."""


class Status:
    """A line of a stream that each text takes the place of; no terminal keeps them all."""

    def __init__(self, stream: TextIO) -> None:
        self.changes = stream.isatty()
        """Whether there is such a line."""
        self._stream = stream
        self._width = 0

    def show(self, text: str) -> None:
        """Have the line say this."""
        if not self.changes:
            print(text, file=self._stream, flush=True)
            return
        self._stream.write("\r" + text.ljust(self._width))
        self._stream.flush()
        self._width = len(text)

    def end(self) -> None:
        """Take the line away."""
        if self._width:
            self._stream.write("\r" + " " * self._width + "\r")
            self._stream.flush()


class Meter:
    """Says on a stream how many are done, how fast that goes, and how long it takes."""

    def __init__(self, stream: TextIO) -> None:
        self.status = Status(stream)
        self._began = time.monotonic()
        self._said = self._began

    def told(self, done: int, count: int, before: int) -> None:
        """Say that so many of so many are done, and how many of them were before."""
        now = time.monotonic()
        often = _OFTEN if self.status.changes else _SELDOM
        if count == 1 or (done < count and now - self._said < often):
            return
        self._said = now
        rate = (done - before) / max(now - self._began, 0.001)
        text = f"{done}/{count}   {rate:.1f}/s"
        if done < count:
            text += f"   about {(count - done) / rate:.0f} s left"
        self.status.show(text)
