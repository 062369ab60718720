"""The lessons that there are, in the order of the course."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from pintutor.content import front
from pintutor.content.errors import ContentError, NoSuchContent, shown
from pintutor.content.front import Front
from pintutor.content.packs import packs
from pintutor.content.places import LESSONS, folder
from pintutor.lab.errors import did_you_mean, printable

FILE = "lesson.md"
FOLDER = re.compile(r"(?P<number>\d\d)-[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Listed:
    """A lesson as the catalogue has it."""

    number: str
    """Its place in the course, `5.1`, from the names of its folders."""
    front: Front

    @property
    def path(self) -> Path:
        """The lesson's file."""
        return self.front.path

    def to_json(self) -> dict[str, Any]:
        """The lesson as data."""
        return {"number": self.number, **asdict(self.front), "path": shown(self.path)}


def files(root: Path | None = None) -> list[Path]:
    """The lesson files below a folder of lessons, in the order of the course."""
    return sorted((root or folder(LESSONS)).glob(f"*/*/{FILE}"))


def lessons(root: Path | None = None) -> list[Listed]:
    """The lessons in the order of the course, those of packs behind them.

    With `root` they are those below that folder. A file whose front matter cannot be
    read is left out: `pintutor check` names it.
    """
    found = _below(files(root))
    for pack in () if root else packs():
        if pack.folder is not None:
            found += _below(files(pack.folder / LESSONS), f"{pack.name}/")
    return found


def _below(paths: list[Path], before: str = "") -> list[Listed]:
    """The lessons in those files, with what stands before their ids and numbers."""
    found = []
    for path in paths:
        try:
            read = front.read(path).front
        except ContentError:
            continue
        listed = replace(read, id=before + read.id)
        found.append(Listed(before + number(path), listed))
    return found


def find(name: str) -> Listed:
    """The lesson of that id or number (NoSuchContent, with the lessons there are)."""
    known = lessons()
    for one in known:
        if name in (one.front.id, one.number):
            return one
    ids = [one.front.id for one in known]
    what = f"no lesson is called `{printable(name[:60])}`" + did_you_mean(name, ids)
    raise NoSuchContent(what, hint="there is " + ", ".join(ids))


def number(path: Path) -> str:
    """`6.1` for `06-old-direct-io/01-zero-page/lesson.md`."""
    folders = [FOLDER.fullmatch(part.name) for part in (path.parents[1], path.parent)]
    return ".".join(str(int(found["number"])) if found else "?" for found in folders)
