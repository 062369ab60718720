"""Many submissions: shared out to processes, and never marked twice.

What is marked is written down beside the output as it comes, a line each. A run that was
ended, however, goes on where it was: it takes up the lines of files that are still the
same, under the same class and the same tutor.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Thread
from typing import IO

import pintutor
from pintutor.classroom.class_file import Class
from pintutor.classroom.limits import read_bytes
from pintutor.classroom.problem import NotMarked
from pintutor.classroom.results import Marks
from pintutor.classroom.workers import Worker

SUFFIX = ".submission"
"""What the names of submissions end with that are looked for in a folder."""

Told = Callable[[int, int, int], None]
"""Told how many are marked, how many there are, and how many of them were before."""


class Busy(Exception):
    """Another run marks into the same output."""


def files_in(paths: Sequence[Path]) -> list[Path]:
    """The submissions that paths name, those of a folder by name, each once."""
    found: dict[Path, None] = {}
    for path in paths:
        below = sorted(path.rglob(f"*{SUFFIX}")) if path.is_dir() else [path]
        found.update(dict.fromkeys(below))
    return list(found)


class Kept:
    """The file in which a run writes down what it has marked."""

    def __init__(self, path: Path | None, identity: str) -> None:
        self.path = path
        self._identity = identity
        self.marks: dict[str, Marks] = {}
        """By what stands for the file and what was in it."""
        self._file: IO[bytes] | None = None

    def open(self) -> None:
        """Take up what an earlier run wrote down (Busy); nothing without a file."""
        if self.path is None:
            return
        self._file = self.path.open("a+b")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._file.close()
            raise Busy(f"another run marks into {self.path}") from None
        self._file.seek(0)
        # What stands behind the last line break was never finished.
        head, *lines = self._file.read().split(b"\n")[:-1] or [b""]
        if head != self._identity.encode():
            self._file.truncate(0)
            self._write(self._identity)
            return
        self._file.truncate(len(head) + 1 + sum(len(line) + 1 for line in lines))
        for line in lines:
            with suppress(ValueError, TypeError, KeyError):
                key, found = json.loads(line)
                self.marks[key] = Marks.from_json(found)

    def add(self, key: str, marks: Marks) -> None:
        """Write down the marks of a file."""
        self.marks[key] = marks
        self._write(json.dumps([key, marks.to_json()]))

    def _write(self, line: str) -> None:
        if self._file is not None:
            self._file.write(line.encode() + b"\n")
            self._file.flush()

    def remove(self) -> None:
        """Take the file away: what it says has come to the output."""
        if self.path is not None:
            self.path.unlink(missing_ok=True)

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            self._file.close()


def identity(class_file: Path | None) -> str:
    """What marks depend on besides the submissions."""
    text = b"" if class_file is None else class_file.read_bytes()
    digest = hashlib.sha256(text).hexdigest()[:16]
    return f"pintutor grading 1 {pintutor.__version__} {digest}"


def key_of(path: Path) -> str:
    """What stands for a file and what is in it."""
    try:
        data = read_bytes(path)
    except NotMarked as error:
        data = error.code.encode()
    return hashlib.sha256(str(path).encode("utf-8", "replace") + b"\0" + data).hexdigest()


def grade_all(
    files: Sequence[Path],
    class_file: Path | None,
    group: Class,
    *,
    jobs: int,
    kept: Kept,
    told: Told,
) -> list[Marks]:
    """The marks of all files, in their order."""
    keys = [key_of(path) for path in files]
    before = sum(key in kept.marks for key in keys)
    waiting: SimpleQueue[tuple[str, Path] | None] = SimpleQueue()
    answers: SimpleQueue[tuple[str, Marks]] = SimpleQueue()
    pairs = zip(keys, files, strict=True)
    left = {key: path for key, path in pairs if key not in kept.marks}
    for each in left.items():
        waiting.put(each)
    crew = [Worker(class_file, group.limits) for _ in range(min(jobs, len(left)))]
    stop = Event()
    threads = [
        Thread(target=_work, args=(worker, waiting, answers, stop)) for worker in crew
    ]
    for thread in threads:
        waiting.put(None)
        thread.start()
    try:
        for count in range(len(left)):
            kept.add(*answers.get())
            told(before + count + 1, len(files), before)
    finally:
        stop.set()
        for worker in crew:
            worker.stop()
        for thread in threads:
            thread.join()
    return [kept.marks[key] for key in keys]


def _work(
    worker: Worker,
    waiting: SimpleQueue[tuple[str, Path] | None],
    answers: SimpleQueue[tuple[str, Marks]],
    stop: Event,
) -> None:
    """Have one process mark submissions until none is waiting."""
    while not stop.is_set() and (job := waiting.get()) is not None:
        key, path = job
        answers.put((key, worker.marks(path)))
    worker.end()
