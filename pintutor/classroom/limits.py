"""What a submission may take: its size, its lines, and the time and memory to mark it."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from pintutor.classroom.problem import NotMarked

LONGEST_FILE = 1 << 20
"""Longest submission that is read [bytes]."""
MOST_LINES = 10_000
"""Most lines of a submission that are carried out."""
LONGEST_NAME = 80
"""Longest name of a student [characters]."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What marking one submission may take; its process is ended where it takes more."""

    seconds: float = 20.0
    """Of processor time, so that marks do not depend on what else runs [seconds]."""
    memory: int = 1024
    """Of address space, the tutor's own included [MiB]."""


def read_bytes(path: Path) -> bytes:
    """What is in a submission's file (NotMarked for what is no file, or too long)."""
    try:
        # A pipe or a device must not keep the marking waiting.
        opened = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except OSError as error:
        what = f"the file cannot be read: {error.strerror}"
        raise NotMarked("unreadable", what) from None
    if not stat.S_ISREG(os.fstat(opened).st_mode):
        os.close(opened)
        raise NotMarked("unreadable", "this is no plain file")
    with os.fdopen(opened, "rb") as file:
        data = file.read(LONGEST_FILE + 1)
    if len(data) > LONGEST_FILE:
        what = f"the file is longer than {LONGEST_FILE} bytes; no submission is"
        raise NotMarked("too-long", what)
    return data
