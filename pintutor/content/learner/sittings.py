"""Sittings: what each open tutor works at, so that one that broke off can go on.

A sitting is a file that its tutor holds as long as it runs. However the tutor ends, the
system lets go of the file then: one that nobody holds was broken off, by a crash or a
terminal that was closed. A tutor that ends in order takes its file away.

The place within a command or a race is not kept.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pintutor.content.learner.beside import NOTHING, Beside, from_json
from pintutor.content.learner.journal import MOST, parsed, write_all, written
from pintutor.content.learner.unkept import closed, unkept
from pintutor.directories import sittings, state

MOST_KEPT = 8
"""Sittings that broke off and are kept; of more, the oldest are dropped."""

SCHEMA = "pintutor/sitting"
VERSION = 1


@dataclass(frozen=True, slots=True)
class Work:
    """What a tutor works at."""

    lesson: str = ""
    """The lesson under way; empty in the free lab."""
    kernel: str = ""
    """What the free lab began on."""
    lines: tuple[str, ...] = ()
    """The commands of the free lab, undone ones too."""
    done: int = 0
    """How many of them made its machine what it is; `redo` brings the others back."""
    jobs: tuple[str, ...] = ()
    """The lines that are carried out besides."""
    beside: Beside = NOTHING
    """The branches and marks of the free lab."""

    @property
    def is_empty(self) -> bool:
        """True when there is nothing to go on with."""
        return not (self.lesson or self.lines or self.jobs)


class Sitting:
    """The sitting of a tutor that runs. Its file is made when there is something in it."""

    def __init__(self) -> None:
        self._file = -1
        self._path = Path()
        self._work = Work()
        self._told = ""

    def keep(self, work: Work) -> tuple[str, ...]:
        """Keep what is worked at, if that is news; returns what went wrong, once."""
        if work == self._work or (work.is_empty and self._file < 0):
            return ()
        try:
            if self._file < 0:
                self._begin()
            write_all(self._file, written(_entry(self._work, work)))
        except OSError as error:
            if closed(state()):
                return unkept(state())
            news = f"this sitting cannot be kept in {sittings()}: {error}"
            told, self._told = self._told, news
            return () if told == news else (news,)
        self._work = work
        return ()

    def _begin(self) -> None:
        with _folder_held():
            numbers = [int(path.stem) for path in _files()]
            self._path = sittings() / f"{max(numbers, default=0) + 1}.jsonl"
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL
            self._file = os.open(self._path, flags, 0o600)
            fcntl.flock(self._file, fcntl.LOCK_EX)
            write_all(self._file, written({"schema": SCHEMA, "v": VERSION}))

    def end(self) -> None:
        """End in order: there is nothing to go on with."""
        if self._file < 0:
            return
        with suppress(OSError):
            self._path.unlink()
        os.close(self._file)
        self._file = -1


@dataclass(frozen=True, slots=True)
class Broken:
    """A sitting that broke off."""

    path: Path
    work: Work

    def drop(self) -> None:
        """Take it away: it goes on elsewhere, or is not wanted (OSError)."""
        self.path.unlink(missing_ok=True)


def _entry(before: Work, now: Work) -> dict[str, Any]:
    """What has to be written for the work to be this."""
    jobs = {"jobs": now.jobs} if now.jobs or before.jobs else {}
    if now.lesson:
        return {"lesson": now.lesson, **jobs}
    same = 0
    if not before.lesson and before.kernel == now.kernel:
        pairs = enumerate(zip(before.lines, now.lines, strict=False))
        least = min(len(before.lines), len(now.lines))
        same = next((at for at, (old, new) in pairs if old != new), least)
    news: dict[str, Any] = {"after": same, "lines": now.lines[same:], "done": now.done}
    if (now.beside, before.beside) != (NOTHING, NOTHING):
        news["beside"] = asdict(now.beside)
    return {"kernel": now.kernel, **news, **jobs}


def _files() -> list[Path]:
    """The files of sittings, the oldest first."""
    found = [path for path in sittings().glob("*.jsonl") if path.stem.isdecimal()]
    return sorted(found, key=lambda path: int(path.stem))


@contextmanager
def _folder_held() -> Iterator[None]:
    """Keep other tutors from beginning sittings, and from looking for broken ones."""
    sittings().mkdir(parents=True, exist_ok=True, mode=0o700)
    with (sittings() / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def broken() -> list[Broken]:
    """The sittings that broke off, the latest first; none if they cannot be read."""
    if not sittings().is_dir():
        return []
    found: list[Broken] = []
    with suppress(OSError), _folder_held():
        for path in reversed(_files()):
            work = _left(path)
            if work is None:
                continue
            if work.is_empty or len(found) == MOST_KEPT:
                path.unlink()
            else:
                found.append(Broken(path, work))
    return found


def _left(path: Path) -> Work | None:
    """What the tutor of a sitting worked at when it ended; None while it runs (OSError)."""
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return None
        return _read(file.read(MOST))


def _read(raw: bytes) -> Work:
    """What the lines of a file come to; a line that is none, or torn, ends them."""
    head, *lines = raw.split(b"\n")
    work = Work()
    if (parsed(head) or {}).get("v") != VERSION:
        return work
    for line in lines:
        try:
            work = _after(work, parsed(line) or {})
        except (KeyError, TypeError, ValueError):
            break
    return work


def _after(work: Work, entry: dict[str, Any]) -> Work:
    """The work after a line of the file says more (KeyError, TypeError, ValueError)."""
    jobs = tuple(map(str, entry.get("jobs", ())))
    if "lesson" in entry:
        return Work(lesson=str(entry["lesson"]), jobs=jobs)
    lines = [*work.lines[: int(entry["after"])], *map(str, entry["lines"])]
    grown = from_json(entry["beside"]) if "beside" in entry else NOTHING
    return Work("", str(entry["kernel"]), tuple(lines), int(entry["done"]), jobs, grown)
