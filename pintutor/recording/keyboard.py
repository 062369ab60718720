"""Keys of a terminal, one at a time, without a screen library."""

from __future__ import annotations

import os
import select
import termios
import tty
from types import TracebackType

SEQUENCES = {
    b"\x1b[C": "right",
    b"\x1bOC": "right",
    b"\x1b[D": "left",
    b"\x1bOD": "left",
    b"\x1b[5~": "[",
    b"\x1b[6~": "]",
    b"\r": "enter",
    b"\n": "enter",
    b"\x7f": "backspace",
    b"\x08": "backspace",
    b"\x1b": "escape",
}
"""What terminals send, and what it is called here."""

REST = 0.05
"""How long the rest of a sequence may take [s]."""


class Keyboard:
    """A terminal that gives every key at once; Ctrl+C still interrupts."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._before = termios.tcgetattr(descriptor)
        self._kept = b""

    def __enter__(self) -> Keyboard:
        tty.setcbreak(self._descriptor)
        mode = termios.tcgetattr(self._descriptor)
        # Nobody would restore the screen if Ctrl+Z stopped the program.
        mode[6][termios.VSUSP] = b"\0"
        termios.tcsetattr(self._descriptor, termios.TCSADRAIN, mode)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        termios.tcsetattr(self._descriptor, termios.TCSADRAIN, self._before)

    def key(self, timeout: float) -> str:
        """The next key by name or as its character; empty when none came in time [s].

        Errors: EOFError when the terminal has gone.
        """
        if not self._kept and not self._more(timeout):
            return ""
        while self._begun() and self._more(REST):
            pass
        return self._take()

    def _more(self, timeout: float) -> bool:
        ready, _, _ = select.select([self._descriptor], [], [], max(0.0, timeout))
        if not ready:
            return False
        data = os.read(self._descriptor, 1024)
        if not data:
            raise EOFError
        self._kept += data
        return True

    def _begun(self) -> bool:
        """True when what is kept is the beginning of something longer."""
        kept = self._kept
        longer = any(each.startswith(kept) and each != kept for each in SEQUENCES)
        return longer or self._character(kept) is None

    def _take(self) -> str:
        for sequence in sorted(SEQUENCES, key=len, reverse=True):
            if self._kept.startswith(sequence):
                self._kept = self._kept[len(sequence) :]
                return SEQUENCES[sequence]
        size = self._character(self._kept) or 1
        found, self._kept = self._kept[:size], self._kept[size:]
        text = found.decode("utf-8", "replace")
        return text if text.isprintable() else ""

    def _character(self, data: bytes) -> int | None:
        """How many bytes the first character takes; None when some are missing."""
        first = data[0]
        size = 1 if first < 0xC0 else 2 if first < 0xE0 else 3 if first < 0xF0 else 4
        return size if len(data) >= size else None
