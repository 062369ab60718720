"""What a learner has done, in one JSON file that a person can read.

The file is replaced as a whole and never written in place, so that a crash leaves the
old one or the new one. A file that cannot be read is set aside, not overwritten.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pintutor import directories
from pintutor.content.record import Answer, Record

SCHEMA = "pintutor/progress"
VERSION = 1


class Unreadable(Exception):
    """A progress file that is not one, or is one of a later version."""


def default_path() -> Path:
    """The progress file in the user's state directory."""
    return directories.state() / "progress.json"


class Store:
    """The progress file; each use reads it anew, so that two sittings do not collide."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or default_path()
        self._notes: list[str] = []
        self._told: set[str] = set()

    def tell(self) -> tuple[str, ...]:
        """What went wrong since this was asked last, each thing once a sitting."""
        news = tuple(note for note in self._notes if note not in self._told)
        self._told.update(news)
        self._notes.clear()
        return news

    def load(self) -> dict[str, Record]:
        """What is kept, by lesson; empty when there is nothing or it cannot be read."""
        try:
            found = self._read()
            return {name: _record(each) for name, each in found.items()}
        except (FileNotFoundError, NotADirectoryError):
            return {}
        except (OSError, Unreadable) as error:
            self._notes.append(f"progress cannot be read from {self.path}: {error}")
            return {}

    def save(self, lesson: str, record: Record | None) -> tuple[str, ...]:
        """Keep what was done of a lesson, or forget it; returns what went wrong."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with self._locked():
                kept = self._kept()
                kept.pop(lesson, None)
                if record is not None:
                    kept[lesson] = asdict(record)
                self._write(kept)
        except (OSError, Unreadable) as error:
            self._notes.append(f"progress cannot be saved in {self.path}: {error}")
        return self.tell()

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with self.path.with_suffix(".lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _read(self) -> dict[str, Any]:
        try:
            found = json.loads(self.path.read_text(encoding="utf-8"))
        except (ValueError, RecursionError) as error:
            raise Unreadable(f"not JSON: {error}") from None
        if not isinstance(found, dict) or found.get("schema") != SCHEMA:
            raise Unreadable(f"its schema is not {SCHEMA}")
        if found.get("v") != VERSION:
            raise Unreadable(f"its version is {found.get('v')!r}, not {VERSION}")
        lessons = found.get("lessons")
        if not isinstance(lessons, dict):
            raise Unreadable("`lessons` is not an object")
        for each in lessons.values():
            _record(each)
        return lessons

    def _kept(self) -> dict[str, Any]:
        """What is in the file; one that cannot be read is set aside first."""
        try:
            return self._read()
        except FileNotFoundError:
            return {}
        except Unreadable as error:
            aside = self._aside()
            os.replace(self.path, aside)
            self._notes.append(f"{self.path} is set aside as {aside.name}: {error}")
            return {}

    def _aside(self) -> Path:
        number = 1
        while (aside := self.path.with_suffix(f".unreadable-{number}")).exists():
            number += 1
        return aside

    def _write(self, lessons: dict[str, Any]) -> None:
        whole = {"schema": SCHEMA, "v": VERSION, "lessons": lessons}
        fresh = self.path.with_suffix(".new")
        with fresh.open("w", encoding="utf-8") as file:
            file.write(json.dumps(whole, indent=2, ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.replace(fresh, self.path)
        folder = os.open(self.path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _record(found: Any) -> Record:
    """A record from JSON (Unreadable)."""
    try:
        answers = {
            _text(name): Answer(_text(each["text"]), each["right"] is True)
            for name, each in found["answers"].items()
        }
        hints = {_text(name): int(count) for name, count in found["hints"].items()}
        done = [_text(each) for each in found["done"]]
        lines = [_text(each) for each in found["lines"]]
        part, complete = int(found["part"]), found["complete"] is True
        typed = [_text(each) for each in found.get("typed", [])]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Unreadable(f"a lesson's record is damaged: {error!r}") from None
    return Record(done, answers, hints, lines, part, complete, typed)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value
