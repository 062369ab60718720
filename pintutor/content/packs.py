"""Packs: lessons and scenarios that other distributions bring.

A distribution names a pack in its metadata, by an entry point of the group
`pintutor.packs`: the name of the pack, and the top-level package that its files lie in.
The package is looked up and never imported, so that a pack is data: no code of it runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pintutor.content.front import IDENTIFIER

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "pintutor.packs"


@dataclass(frozen=True, slots=True)
class Pack:
    """What one entry point names."""

    name: str
    """What stands before the ids of its lessons: `acme/short-reads`."""
    folder: Path | None
    """The folder with lessons/ and scenarios/; None when there is none."""
    wrong: str = ""
    """Why there is none."""


@cache
def packs() -> tuple[Pack, ...]:
    """The packs that are installed, by name."""
    from importlib.metadata import entry_points  # takes longer than most of what we do

    found = {point.name: _pack(point) for point in entry_points(group=GROUP)}
    return tuple(found[name] for name in sorted(found))


def _pack(point: EntryPoint) -> Pack:
    if not IDENTIFIER.fullmatch(point.name):
        return Pack(point.name, None, "its name is not small letters, digits and hyphens")
    if not point.value.isidentifier():
        # A package inside another could only be found by importing the outer one.
        return Pack(point.name, None, f"`{point.value}` is not a top-level package")
    from importlib.util import find_spec

    spec = find_spec(point.value)
    places = [] if spec is None else spec.submodule_search_locations or []
    for place in places:
        if Path(place).is_dir():
            return Pack(point.name, Path(place))
    return Pack(point.name, None, f"there is no package `{point.value}`")


def inside(name: str) -> tuple[Path, str] | None:
    """The folder of a pack and the rest of a name such as `acme/short-reads`."""
    pack, slash, rest = name.partition("/")
    for each in packs():
        if slash and each.name == pack and each.folder is not None:
            return each.folder, rest
    return None
