"""A program on a pseudo-terminal: its raw output, and what a terminal answers it.

The child is made with posix_spawn: a fork of a process with threads is refused by
newer Pythons, and a helper program in between would be measured along.
"""

from __future__ import annotations

import fcntl
import os
import select
import signal
import struct
import termios
import time
from collections.abc import Mapping, Sequence

CURSOR_QUERY = b"\x1b[6n"
ATTRIBUTES_QUERY = b"\x1b[c"
ATTRIBUTES = b"\x1b[?62;22c"
"""A VT220 with colours."""

_LONGEST_QUERY = 8


class Child:
    """A program whose terminal is `rows` times `columns` cells."""

    def __init__(
        self, argv: Sequence[str], *, rows: int, columns: int, env: Mapping[str, str]
    ) -> None:
        self.master, slave = os.openpty()
        self._tail = b""
        self.resize(rows, columns)
        # Opened by the leader of a new session, it becomes the controlling terminal.
        opened = (os.POSIX_SPAWN_OPEN, 0, os.ttyname(slave), os.O_RDWR, 0)
        copies = [(os.POSIX_SPAWN_DUP2, 0, number) for number in (1, 2)]
        self.pid = os.posix_spawnp(
            argv[0], list(argv), env, file_actions=[opened, *copies], setsid=True
        )
        os.close(slave)
        self.status: int | None = None
        """Exit code, once it ended and `close` or `wait` saw it."""

    def resize(self, rows: int, columns: int) -> None:
        """Change the size; the program gets SIGWINCH."""
        size = struct.pack("HHHH", rows, columns, 0, 0)
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, size)

    def write(self, data: bytes) -> None:
        """Type something."""
        while data:
            data = data[os.write(self.master, data) :]

    def read(self, timeout: float) -> bytes | None:
        """The next output: b"" when none came in `timeout` [s], None after the end."""
        if not select.select([self.master], [], [], timeout)[0]:
            return b""
        try:
            data = os.read(self.master, 65536)
        except OSError:  # Linux: every descriptor of the other side is closed
            data = b""
        return data or None

    def answer(self, data: bytes, *, row: int = 1, column: int = 1) -> None:
        """Answer what `data`, read before, asks a terminal; the cursor counts from 1."""
        seen = self._tail + data
        cursor = f"\x1b[{row};{column}R".encode()
        for query, answer in ((CURSOR_QUERY, cursor), (ATTRIBUTES_QUERY, ATTRIBUTES)):
            # A query that was whole in the last tail has been answered then.
            for _ in range(seen.count(query) - self._tail.count(query)):
                self.write(answer)
        self._tail = seen[-_LONGEST_QUERY:]

    def wait(self, timeout: float) -> int | None:
        """The exit code, or None if it still runs after `timeout` [s]."""
        limit = time.monotonic() + timeout
        while self.status is None and time.monotonic() < limit:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
            elif self.read(0.01) is None:
                time.sleep(0.005)
        return self.status

    def close(self) -> None:
        """End the program if it still runs, and give everything back."""
        if self.status is None and self.wait(0) is None:
            os.kill(self.pid, signal.SIGKILL)
            self.status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        os.close(self.master)
