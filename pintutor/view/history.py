"""The lines that a learner typed, kept from one session to the next.

One line of text a command, oldest first, in a file that only its owner can read; the
REPL and the full screen share it. Each is written by one call, at the end, while the
file is held: tutors that run side by side do not cut each other's lines.
"""

import fcntl
import os
from pathlib import Path

from pintutor import directories
from pintutor.lab.words import MAX_LINE

MOST = 2000
"""Lines read back."""

_READ = 1 << 18
"""Bytes read back, from the end of the file."""


def path() -> Path:
    """The file."""
    return directories.state() / "history"


def load() -> list[str]:
    """The lines of earlier sessions, oldest first; none when there is no file."""
    try:
        with path().open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - _READ))
            text = file.read().decode("utf-8", "replace")
    except OSError:
        return []
    lines = text.splitlines()
    if size > _READ:
        del lines[:1]  # it may have been cut in two
    return [line for line in lines if line][-MOST:]


def append(line: str) -> None:
    """Keep a line; what no command can be (too long, control characters) is not kept.

    A file that cannot be written stops nobody from working: the line is then lost.
    """
    if not line.strip() or len(line) > MAX_LINE or not line.isprintable():
        return
    try:
        path().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = os.open(path(), os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            os.write(file, _begun(file) + f"{line}\n".encode("utf-8", "backslashreplace"))
        finally:
            os.close(file)
    except OSError:
        return


def _begun(file: int) -> bytes:
    """What ends a last line that its writer did not finish, if there is one (OSError)."""
    size = os.fstat(file).st_size
    return b"\n" if size and os.pread(file, 1, size - 1) != b"\n" else b""
