"""A folder that cannot be written: it is told once in a sitting, whoever meets it."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

_told: set[str] = set()


def closed(folder: Path) -> str:
    """Why nothing can be kept in a folder; empty where it can. Nothing is left behind."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    try:
        if missing:
            _tried(missing[-1])
    except OSError as error:
        why = os.strerror(error.errno or 0)
        return f"nothing is kept: {folder} cannot be made, {why}"
    able = missing or (folder.is_dir() and os.access(folder, os.W_OK | os.X_OK))
    return "" if able else f"nothing is kept: {folder} cannot be written"


def _tried(folder: Path) -> None:
    """Make a folder and take it away (OSError); another tutor may make it meanwhile."""
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
        with suppress(OSError):
            folder.rmdir()


def unkept(folder: Path) -> tuple[str, ...]:
    """That, to be told; nothing when it was told in this sitting."""
    note = closed(folder)
    fresh = bool(note) and note not in _told
    _told.add(note)
    return (note,) if fresh else ()
