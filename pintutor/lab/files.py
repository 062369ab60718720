"""Files as learners see them: by name, page by page, and what is on the disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from pintutor.lab.attributes import pick
from pintutor.linux.drivers.block.null_blk import copy_from_nullb
from pintutor.linux.fs.extents import run_at
from pintutor.linux.fs.remote import remote_of, stored
from pintutor.linux.globals import Kernel
from pintutor.linux.include.linux.fs import ELSEWHERE, Inode
from pintutor.linux.include.linux.mm_types import PAGE_SIZE, Page
from pintutor.linux.mm.filemap import i_pages
from pintutor.sim.objects import KArray


@dataclass(frozen=True, slots=True)
class OnDisk:
    """What is on the disk of a file."""

    file: Inode


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
    """made, synced, cut, extended, punched, allocated, dropped, invalidated, read,
    written, device wrote."""
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


def on_disk(file: Inode, pos: int, length: int) -> bytes:
    """Bytes of a file as the disk has them; what has no block is zeroes."""
    assert file.sb is not None, "the file is on a disk"
    found = b""
    while len(found) < length:
        run = run_at(file, pos + len(found), length - len(found))
        if run.sector < 0:
            found += bytes(run.length)
        else:
            disk = file.sb.s_bdev.bd_disk
            found += copy_from_nullb(disk, run.sector << 9, run.length)
    return found


def place_on_disk(kernel: Kernel, array: KArray[Any], index: int) -> str | None:
    """What a learner calls 4096 bytes of a disk: `F.disk[2]` or `d[7]`."""
    disk = next((disk for disk in kernel.disks if disk.data is array), None)
    if disk is None:
        return None
    for name, file in files(kernel).items():
        if file.sb is None or file.sb.s_bdev.bd_disk is not disk:
            continue
        block = index * PAGE_SIZE >> file.i_blkbits
        for each in file.extents:
            if each.pblk <= block < each.pblk + each.len:
                page = each.lblk + block - each.pblk << file.i_blkbits
                return f"{name}.disk[{page // PAGE_SIZE}]"
    return f"{disk.disk_name}[{index}]"


def file_item(value: Inode | OnDisk, index: int) -> object:
    """One page of a file, in the cache or on the disk (LookupError beyond its end)."""
    file = value.file if isinstance(value, OnDisk) else value
    count = pages_of(file)
    if not 0 <= index < count:
        raise LookupError(f"[{index}] is not in the file: it has {count} pages")
    if isinstance(value, OnDisk):
        return DiskPage(on_disk(file, index * PAGE_SIZE, PAGE_SIZE))
    pages = i_pages(file.i_mapping)
    page = pages[index] if index < len(pages) else None
    return Hole(f"{file.name}[{index}]") if page is None else page


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
    if file.i_sb in ELSEWHERE:
        remote = remote_of(file)
        known |= {
            "bytes": lambda: stored(remote, 0, remote.size),
            "waiting": lambda: len(remote.calls),
            "direct": lambda: file.i_dio_count,
        }
    if file.sb is not None:
        disk = file.sb.s_bdev.bd_disk.disk_name
        known |= {
            "disk": lambda: OnDisk(file),
            "on": lambda: disk,
            "bytes": lambda: on_disk(file, 0, file.i_size),
            "extents": lambda: len(file.extents),
            "blocks": lambda: sum(each.len for each in file.extents),
            "block_size": lambda: 1 << file.i_blkbits,
            "direct": lambda: file.i_dio_count,
        }
    return pick(known, name, f"a file on {file.i_sb}")
