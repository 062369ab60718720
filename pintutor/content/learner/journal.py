"""A file of JSON, one object a line, which several tutors append to.

A line is written by one call and only ever at the end, under a lock, so a tutor that is
killed at any moment leaves all lines before the last one whole. The file is made, and
made anew when it has grown, as another file that then takes its name. An append is in
the kernel's hands when it returns, which no crash of the tutor undoes; one that is to
last is on the disk too. Of the others a power failure can take the last seconds.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

MOST = 1 << 24
"""Longest file that is read [bytes]."""

GROWN = 1 << 18
"""Length from which a file may be made anew [bytes]."""

_HEAD = 256
"""The first line is shorter than this [bytes]."""


class Unreadable(Exception):
    """A file that is none of ours, or is one of a later version."""


class Found(NamedTuple):
    """What is in a file."""

    entries: tuple[tuple[int, dict[str, Any]], ...]
    """The objects behind the first line, each with the number of its line."""
    damaged: tuple[int, ...] = ()
    """The lines that are no objects."""
    torn: bool = False
    """True when the last line was never finished."""


class Journal:
    """One such file; its lock stands beside it."""

    def __init__(self, path: Path, schema: str, version: int) -> None:
        self.path = path
        self._schema = schema
        self._version = version

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the file for oneself; it is read and written by nobody else then.

        Where no lock can be made, as in a folder that is not to be written, there is
        none: what is there can still be read (OSError).
        """
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with ExitStack() as held:
            with suppress(OSError):
                lock = held.enter_context(self.path.with_suffix(".lock").open("a"))
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def read(self) -> Found:
        """What the file says (OSError, Unreadable)."""
        with self.path.open("rb") as file:
            raw = file.read(MOST + 1)
        if len(raw) > MOST:
            raise Unreadable(f"it is longer than {MOST >> 20} MiB")
        head, *lines = raw.split(b"\n")
        misfit = self._misfit(parsed(head) or {})
        if misfit:
            raise Unreadable(misfit)
        last = lines.pop() if lines else b""
        found = [(number, parsed(line)) for number, line in enumerate(lines, 2) if line]
        whole = [(number, each) for number, each in found if each is not None]
        end = parsed(last)
        if end is not None:  # all but its newline was written
            whole.append((len(lines) + 2, end))
        damaged = tuple(number for number, each in found if each is None)
        return Found(tuple(whole), damaged, bool(last) and end is None)

    def _misfit(self, head: dict[str, Any]) -> str:
        """Why the first line is none of ours; empty when it is."""
        if head.get("schema") != self._schema:
            return f"its schema is not {self._schema}"
        if head.get("v") != self._version:
            return f"its version is {head.get('v')!r}, not {self._version}"
        return ""

    def append(self, entries: Iterable[dict[str, Any]], *, lasting: bool) -> bool:
        """Write objects at the end, where the file is held.

        Those that are `lasting` are on the disk then. Returns False, with nothing
        written, when the file has to be made anew first: it is not there, is none of
        ours, does not end in a line, or has grown (OSError).
        """
        try:
            file = os.open(self.path, os.O_RDWR | os.O_APPEND)
        except FileNotFoundError:
            return False
        try:
            able = self._takes_more(file)
            if able:
                write_all(file, b"".join(map(written, entries)))
                if lasting:
                    os.fsync(file)
        finally:
            os.close(file)
        return able

    def settle(self) -> None:
        """Have all that was appended on the disk (OSError)."""
        file = os.open(self.path, os.O_RDWR)
        try:
            os.fsync(file)
        finally:
            os.close(file)

    def _takes_more(self, file: int) -> bool:
        """True when objects can be written at the end of the file (OSError)."""
        size = os.fstat(file).st_size
        line, newline, _ = os.pread(file, _HEAD, 0).partition(b"\n")
        head = parsed(line) or {}
        made = head.get("made")
        if not newline or self._misfit(head) or not isinstance(made, int):
            return False
        return os.pread(file, 1, size - 1) == b"\n" and size <= max(GROWN, 2 * made)

    def make(self, entries: Iterable[dict[str, Any]]) -> None:
        """Put these objects in place of what is there, where the file is held (OSError)."""
        body = b"".join(map(written, entries))
        head = {"schema": self._schema, "v": self._version, "made": len(body)}
        replace(self.path, written(head) + body)

    def set_aside(self, *, keep: bool) -> str:
        """Give the file another name, or a copy if one is to `keep` it; that name."""
        number = 1
        while (aside := self.path.with_suffix(f".damaged-{number}")).exists():
            number += 1
        if keep:
            shutil.copyfile(self.path, aside)
        else:
            os.replace(self.path, aside)
        return aside.name


def parsed(line: bytes) -> dict[str, Any] | None:
    """The object that a line has; None for what is none."""
    try:
        found = json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def written(entry: dict[str, Any]) -> bytes:
    """An object as a line."""
    # What was typed may hold bytes that were no text.
    line = json.dumps(entry, ensure_ascii=False) + "\n"
    return line.encode("utf-8", "backslashreplace")


def write_all(file: int, data: bytes) -> None:
    """Write all of it, in one call unless the disk is full (OSError)."""
    while data:
        data = data[os.write(file, data) :]


def replace(path: Path, data: bytes) -> None:
    """Let a file have these bytes: after a crash it has them, or what it had (OSError)."""
    fresh = path.with_name(path.name + ".new")
    file = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        write_all(file, data)
        os.fsync(file)
    finally:
        os.close(file)
    os.replace(fresh, path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
