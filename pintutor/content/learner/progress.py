"""What a learner has done, by lesson, in one file that a person can read.

Each line says what is kept of a lesson since then, or that something is forgotten; what
several say is put together, so that two tutors may work on one lesson. A line that was
never finished is left out. A file with damage in its midst is copied before it is made
anew from the rest, and one that cannot be read at all is given another name.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from pintutor import directories
from pintutor.content.learner.journal import MOST, Found, Journal, Unreadable
from pintutor.content.learner.record import Record, merged
from pintutor.content.learner.record_json import from_json, to_json
from pintutor.content.learner.unkept import closed, unkept

SCHEMA = "pintutor/progress"
VERSION = 2

RESET = "reset"
"""The lesson begins anew; its mistakes are still known."""
FORGOTTEN = "forgotten"
"""The lesson has never been taken."""

TORN = "the last line was never finished and is left out"
"""How a file is spoilt whose writer was killed."""

Entry = dict[str, Any]


def default_path() -> Path:
    """The progress file in the user's state directory."""
    return directories.state() / "progress.jsonl"


class Store:
    """The progress file; each use reads it anew, so that two sittings do not collide."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or default_path()
        self._journal = Journal(self.path, SCHEMA, VERSION)
        self._notes: list[str] = []
        self._told: set[str] = set()
        self._given: dict[str, object] = {}
        """What was answered of each lesson, and whether it was done, as saved last."""

    def tell(self) -> tuple[str, ...]:
        """What went wrong since this was asked last, each thing once a sitting."""
        news = tuple(note for note in self._notes if note not in self._told)
        self._told.update(news)
        self._notes.clear()
        return news

    def load(self) -> dict[str, Record]:
        """What is kept, by lesson, the one worked at last behind the others.

        It is empty when there is nothing, or it cannot be read.
        """
        self._notes += unkept(self.path.parent)
        if not self.path.exists():
            return self._earlier()
        try:
            with self._journal.locked():
                kept, spoilt = _folded(self._journal.read())
                if spoilt:
                    self._mend(kept, spoilt)
        except (OSError, Unreadable) as error:
            self._notes.append(f"progress cannot be read from {self.path}: {error}")
            return {}
        return kept

    def save(self, lesson: str, record: Record) -> tuple[str, ...]:
        """Keep what was done of a lesson; returns what went wrong."""
        return self.save_all({lesson: record})

    def save_all(self, records: Mapping[str, Record]) -> tuple[str, ...]:
        """Keep what was done of lessons, all or nothing; returns what went wrong.

        An answer and the end of a lesson are on the disk then. For each command a learner
        would feel it.
        """
        given = {name: _given(record) for name, record in records.items()}
        news = [name for name in given if given[name] != self._given.get(name, _NOTHING)]
        self._given.update(given)
        entries = [_entry(*each) for each in records.items()]
        return self._append(entries, lasting=bool(news))

    def settle(self) -> None:
        """Have all that is kept on the disk, as far as that can be done."""
        with suppress(OSError):
            self._journal.settle()

    def reset(self, lessons: Iterable[str]) -> tuple[str, ...]:
        """Let lessons begin anew, their mistakes kept; returns what went wrong."""
        entries = [{"lesson": each, RESET: True} for each in lessons]
        return self._append(entries, lasting=True)

    def forget(self, lessons: Iterable[str]) -> tuple[str, ...]:
        """Keep nothing of lessons; returns what went wrong."""
        entries = [{"lesson": each, FORGOTTEN: True} for each in lessons]
        return self._append(entries, lasting=True)

    def export(self, path: Path) -> None:
        """Write what is kept into another file (OSError)."""
        Journal(path, SCHEMA, VERSION).make(_entries(self.load()))

    def _append(self, entries: list[Entry], *, lasting: bool) -> tuple[str, ...]:
        try:
            with self._journal.locked():
                if not self._journal.append(entries, lasting=lasting):
                    self._make_with(entries)
        except (OSError, Unreadable) as error:
            self._unsaved(error)
        return self.tell()

    def _unsaved(self, error: Exception) -> None:
        """Note why something could not be saved, unless the folder is known for it."""
        if closed(self.path.parent):
            self._notes += unkept(self.path.parent)
        else:
            self._notes.append(f"progress cannot be saved in {self.path}: {error}")

    def _make_with(self, entries: list[Entry]) -> None:
        """Make the file anew, with these lines besides what it says."""
        kept, spoilt = self._kept()
        for entry in entries:
            _take_in(kept, entry)
        self._made_anew(kept, spoilt)

    def _kept(self) -> tuple[dict[str, Record], str]:
        """What the file says, and how it is spoilt; none of ours is set aside."""
        try:
            return _folded(self._journal.read())
        except FileNotFoundError:
            return self._earlier(), ""
        except Unreadable as error:
            aside = self._journal.set_aside(keep=False)
            self._notes.append(f"{self.path} is set aside as {aside}: {error}")
            return {}, ""

    def _mend(self, kept: dict[str, Record], spoilt: str) -> None:
        """Make the file anew, or say that this cannot be done."""
        try:
            self._made_anew(kept, spoilt)
        except OSError as error:
            self._notes.append(f"in {self.path} {spoilt}; it stays so: {error}")

    def _made_anew(self, kept: dict[str, Record], spoilt: str) -> None:
        """Make the file anew; lines that are lost to it are kept in a copy."""
        if spoilt and spoilt != TORN:
            aside = self._journal.set_aside(keep=True)
            spoilt = f"{spoilt} and left out; the file as it was is {aside}"
        if spoilt:
            self._notes.append(f"in {self.path} {spoilt}")
        self._journal.make(_entries(kept))

    def _earlier(self) -> dict[str, Record]:
        """What the file of version 1 says, which was one object; it is left as it is."""
        path = self.path.with_suffix(".json")
        try:
            with path.open("rb") as file:
                return _version_1(file.read(MOST))
        except (FileNotFoundError, NotADirectoryError):
            return {}
        except (OSError, Unreadable) as error:
            self._notes.append(f"progress cannot be read from {path}: {error}")
            return {}


def read_file(path: Path) -> dict[str, Record]:
    """What another progress file says, of whatever version; it is left as it is.

    Errors: OSError, and Unreadable for a file that is none, or is spoilt.
    """
    try:
        kept, spoilt = _folded(Journal(path, SCHEMA, VERSION).read())
    except Unreadable as error:
        with path.open("rb") as file, suppress(Unreadable):
            return _version_1(file.read(MOST))
        raise error
    if spoilt and spoilt != TORN:
        raise Unreadable(spoilt)
    return kept


def _folded(found: Found) -> tuple[dict[str, Record], str]:
    """What the lines come to, and how the file is spoilt, if it is."""
    kept: dict[str, Record] = {}
    damaged = list(found.damaged)
    for number, entry in found.entries:
        try:
            _take_in(kept, entry)
        except Unreadable:
            damaged.append(number)
    if damaged:
        lines = "line" if len(damaged) == 1 else "lines"
        numbers = ", ".join(map(str, sorted(damaged)[:8]))
        return kept, f"{lines} {numbers} cannot be read"
    return kept, TORN if found.torn else ""


def _take_in(kept: dict[str, Record], entry: Entry) -> None:
    """Let a line have its effect on what is kept (Unreadable)."""
    name = entry.get("lesson")
    if not isinstance(name, str):
        raise Unreadable("it names no lesson")
    record = from_json({key: entry[key] for key in entry if key != "lesson"})
    before = kept.pop(name, Record())
    if FORGOTTEN in entry:
        return
    if RESET not in entry:
        kept[name] = merged(before, record)
    elif before != Record():
        kept[name] = replace(before.begun_anew(), complete=False)


def _given(record: Record) -> object:
    """What nobody wants to do twice."""
    return record.answers, record.wrong, record.mistakes, record.complete


_NOTHING = _given(Record())


def _entries(kept: Mapping[str, Record]) -> Iterable[Entry]:
    return (_entry(*each) for each in kept.items())


def _entry(lesson: str, record: Record) -> Entry:
    return {"lesson": lesson, **to_json(record)}


def _version_1(raw: bytes) -> dict[str, Record]:
    """The records of a file of version 1 (Unreadable)."""
    try:
        found = json.loads(raw.decode("utf-8"))
        if (found["schema"], found["v"]) != (SCHEMA, 1):
            raise Unreadable(f"it is none of {SCHEMA}, version 1")
        return {str(name): from_json(each) for name, each in found["lessons"].items()}
    except (ValueError, RecursionError, TypeError, KeyError, AttributeError) as error:
        raise Unreadable(f"it is damaged: {error!r}") from None
