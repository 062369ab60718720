"""Processes that mark submissions, each ended where it takes too long."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

from pintutor.classroom.grading import not_marked
from pintutor.classroom.limits import Limits
from pintutor.classroom.problem import NotMarked
from pintutor.classroom.results import Marks, safe
from pintutor.classroom.worker import NO_CLASS

JOBS_EACH = 100
"""Submissions after which a process is replaced, whatever it has kept in memory."""
PATIENCE = 10
"""Seconds of the clock for each of processor time, where a machine is busy."""
STARTING = 30.0
"""What a process may take to be ready [seconds]."""
_LONGEST_ANSWER = 16 << 20


class Worker:
    """One process, begun when it is needed, and anew after it had to be ended."""

    def __init__(self, class_file: Path | None, limits: Limits) -> None:
        name = NO_CLASS if class_file is None else str(class_file)
        self._words = [
            *(sys.executable, "-B", "-m", "pintutor.classroom.worker"),
            *(name, str(limits.seconds), str(limits.memory)),
        ]
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = None
        self._jobs = 0

    def marks(self, path: Path) -> Marks:
        """The marks of a submission, or why it has none; never an error."""
        began = time.monotonic()
        try:
            found = Marks.from_json(json.loads(self._answer(path)))
        except NotMarked as why:
            self.end()
            found = not_marked(Marks(safe(str(path))), why)
        except (OSError, ValueError, TypeError, KeyError):
            self.end()
            error = NotMarked("crashed", "the process that marked it ended")
            found = not_marked(Marks(safe(str(path))), error)
        if found.problem in ("memory", "crashed") or self._jobs >= JOBS_EACH:
            self.end()
        return replace(found, seconds=time.monotonic() - began)

    def stop(self) -> None:
        """Let the submission under way come to nothing; any thread may ask for it."""
        process = self._process
        if process is not None:
            process.kill()

    def end(self) -> None:
        """End the process; the next submission has another."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()
        process.wait()

    def _answer(self, path: Path) -> bytes:
        """The line that a process answers with (NotMarked when it takes too long)."""
        process = self._process or self._begun()
        self._jobs += 1
        assert process.stdin is not None, "it was begun so"
        process.stdin.write(json.dumps(str(path)).encode() + b"\n")
        return self._read(process, PATIENCE * self._limits.seconds)

    def _begun(self) -> subprocess.Popen[bytes]:
        """A process that is ready."""
        pipe = subprocess.PIPE
        self._jobs = 0
        self._process = subprocess.Popen(
            self._words,
            stdin=pipe,
            stdout=pipe,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            # An interrupt from the terminal is for the run, not for one file.
            start_new_session=True,
        )
        self._read(self._process, STARTING)
        return self._process

    def _read(self, process: subprocess.Popen[bytes], seconds: float) -> bytes:
        """A line of a process."""
        assert process.stdout is not None, "it was begun so"
        stream, end = process.stdout.fileno(), time.monotonic() + seconds
        found = b""
        while not found.endswith(b"\n"):
            left = end - time.monotonic()
            if left <= 0 or not select.select([stream], [], [], left)[0]:
                raise self._too_long()
            more = os.read(stream, 1 << 16)
            if not more or len(found) > _LONGEST_ANSWER:
                raise self._ended(process)
            found += more
        return found

    def _ended(self, process: subprocess.Popen[bytes]) -> NotMarked:
        """Why a process ended before it answered."""
        try:
            killed_by = -process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            killed_by = 0
        if killed_by == signal.SIGPROF:
            return self._too_long()
        return NotMarked("crashed", "the process that marked it ended")

    def _too_long(self) -> NotMarked:
        what = f"it takes longer than {self._limits.seconds:g} s of processor time"
        return NotMarked("time", what)
