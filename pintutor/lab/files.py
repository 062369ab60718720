"""Files as learners see them: by name, page by page, and what is on the disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from pintutor.lab.attributes import pick
from pintutor.linux.globals import Kernel
from pintutor.linux.include.linux.fs import EXT4, Inode
from pintutor.linux.include.linux.mm_types import PAGE_SIZE, Page
from pintutor.linux.mm.filemap import i_pages


@dataclass(frozen=True, slots=True)
class Disk:
    """What is on the disk of a file."""

    pages: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class DiskPage:
    """One page of a file on the disk."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Hole:
    """A page of a file that is not in the cache."""

    text: str


class Filed(NamedTuple):
    """Something was done with a file, or with the pages that a device holds."""

    action: str
    """made, synced, cut, extended, punched, dropped, invalidated, device wrote."""
    name: str
    pages: int
    """Pages that it was done with."""
    note: str = ""
    """An error by name, `-EBUSY`, or more about it."""


def files(kernel: Kernel) -> dict[str, Inode]:
    """The files by name, oldest first."""
    return {file.name: file for file in kernel.files if file.name}


def described(kernel: Kernel) -> dict[str, str]:
    """Each file with what it is, in a few words."""
    return {
        name: f"a file of {pages_of(file)} pages on {file.i_sb}"
        for name, file in files(kernel).items()
    }


def cached(kernel: Kernel) -> Iterator[tuple[str, Page]]:
    """Every page of a file with a name that is in the cache: `F[2]`."""
    for name, file in files(kernel).items():
        for index, page in enumerate(i_pages(file.i_mapping)):
            if page is not None:
                yield f"{name}[{index}]", page


def pages_of(file: Inode) -> int:
    """Length of the file [pages]."""
    return -(-file.i_size // PAGE_SIZE)


def file_item(value: Inode | Disk, index: int) -> object:
    """One page of a file, in the cache or on the disk (LookupError beyond its end)."""
    count = len(value.pages) if isinstance(value, Disk) else pages_of(value)
    if not 0 <= index < count:
        raise LookupError(f"[{index}] is not in the file: it has {count} pages")
    if isinstance(value, Disk):
        return DiskPage(value.pages[index])
    page = i_pages(value.i_mapping)[index]
    return Hole(f"{value.name}[{index}]") if page is None else page


def file_attribute(value: Inode | DiskPage | Hole, name: str) -> object:
    """What a file or a page of it has under that name (LookupError)."""
    if isinstance(value, Hole):
        if name == "cached":
            return False
        raise LookupError(f"{value.text} is not in the cache; `.cached` can be asked")
    if isinstance(value, DiskPage):
        known: dict[str, Callable[[], Any]] = {
            "byte": lambda: value.data[0],
            "bytes": lambda: value.data,
        }
        return pick(known, name, "a page on the disk")
    return _file_attribute(value, name)


def _file_attribute(file: Inode, name: str) -> object:
    known: dict[str, Callable[[], Any]] = {
        "size": lambda: file.i_size,
        "pages": lambda: pages_of(file),
        "dirty_pages": lambda: file.nr_dirty,
        "kind": lambda: file.i_sb,
        "cached": lambda: sum(page is not None for page in i_pages(file.i_mapping)),
    }
    if file.i_sb == EXT4 and file.disk is not None:
        disk = Disk(tuple(file.disk))
        known["disk"] = lambda: disk
    return pick(known, name, f"a file on {file.i_sb}")
