"""Disks and what is under way to them, as learners see them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from pintutor.lab.attributes import pick
from pintutor.linux.globals import Kernel
from pintutor.linux.include.linux.blk_mq import Request
from pintutor.linux.include.linux.blk_types import OP_NAMES, Bio, bio_op
from pintutor.linux.include.linux.blkdev import Gendisk
from pintutor.linux.include.linux.mm_types import PAGE_SIZE
from pintutor.linux.mm.filemap import i_pages
from pintutor.sim.journal import RAW

MOST_BYTES = 1 << 26
"""Longest disk that is shown whole [bytes]."""


@dataclass(frozen=True, slots=True)
class DiskPart:
    """4096 bytes of a disk."""

    data: bytes


class DiskMade(NamedTuple):
    """A disk was made, or something was said of it."""

    name: str
    size: int
    """Length [bytes]."""
    lbs: int
    """Smallest unit that can be addressed [bytes]."""
    note: str = ""
    """What was said; empty when it was made."""


class Dio(NamedTuple):
    """A direct read or write of a disk or a file."""

    op: str
    """read or write."""
    name: str
    offset: int
    asked: int
    """Bytes that were asked for."""
    ret: int
    """Bytes that were transferred, or a negative error number."""
    error: str
    """The error by name, or empty; -EIOCBQUEUED for what is under way."""
    left: int
    """Bytes that the iterator has left."""


class Ended(NamedTuple):
    """An asynchronous call that is done."""

    name: str
    ret: int
    error: str


class Happened(NamedTuple):
    """What a disk's interrupts, or a worker, did."""

    name: str
    """The disk, or `worker`."""
    bios: tuple[int, ...]
    """Bios whose transfer ended, by number."""
    calls: tuple[Ended, ...]
    """Asynchronous calls that are done now."""
    waiting: int
    """Requests, or pieces of work, that are left."""


def disks(kernel: Kernel) -> dict[str, Gendisk]:
    """The disks by name, oldest first."""
    return {disk.disk_name: disk for disk in kernel.disks}


def disk_size(disk: Gendisk) -> int:
    """Length of the disk [bytes]."""
    return disk.part0.bd_nr_sectors * 512 if disk.part0 is not None else 0


def disks_described(kernel: Kernel) -> dict[str, str]:
    """Each disk with what it is, in a few words."""
    return {
        name: f"a disk of {disk_size(disk)} bytes" for name, disk in disks(kernel).items()
    }


def bios_of(request: Bio | Request) -> tuple[int, ...]:
    """The numbers of the bios that a request consists of."""
    if isinstance(request, Bio):
        return (request.nr,)
    found: tuple[int, ...] = ()
    bio = request.bio
    while bio is not None:
        found, bio = (*found, bio.nr), bio.bi_next
    return found


def live_numbers(kernel: Kernel) -> set[int]:
    """The numbers of the bios that there are.

    They are read past the getters: who asks is no CPU, and races with nobody.
    """
    return {getattr(bio, RAW + "nr") for bio in kernel.bios}


def op_name(bio: Bio) -> str:
    """READ, WRITE or FLUSH."""
    return OP_NAMES.get(bio_op(bio), str(bio_op(bio)))


def disk_item(disk: Gendisk, index: int) -> DiskPart:
    """The bytes of the disk that would be page `index` (LookupError beyond it)."""
    if not 0 <= index < len(disk.data):
        raise LookupError(f"[{index}] is not on the disk: it has {len(disk.data)} pages")
    return DiskPart(disk.data[index])


def _all_bytes(disk: Gendisk) -> bytes:
    """The bytes of a disk, if it is no longer than MOST_BYTES (LookupError)."""
    if disk_size(disk) > MOST_BYTES:
        raise LookupError(
            f"{disk.disk_name} is too long to be shown whole; `{disk.disk_name}[0].bytes`"
            " is a part of it"
        )
    return b"".join(disk.data.items)[: disk_size(disk)]


def disk_attribute(value: Gendisk | DiskPart, name: str) -> object:
    """What a disk, or a page of it, has under that name (LookupError)."""
    if isinstance(value, DiskPart):
        part: dict[str, Callable[[], Any]] = {
            "byte": lambda: value.data[0],
            "bytes": lambda: value.data,
        }
        return pick(part, name, "a page on the disk")
    assert value.part0 is not None, "the disk is in use"
    inode = value.part0.bd_inode
    limits = value.queue.limits
    known: dict[str, Callable[[], Any]] = {
        "bytes": lambda: _all_bytes(value),
        "size": lambda: disk_size(value),
        "pages": lambda: -(-disk_size(value) // PAGE_SIZE),
        "cached": lambda: sum(page is not None for page in i_pages(inode.i_mapping)),
        "dirty_pages": lambda: inode.nr_dirty,
        "waiting": lambda: len(value.queue.requests),
        "lbs": lambda: limits.logical_block_size,
        "max_sectors": lambda: limits.max_sectors,
        "max_segments": lambda: limits.max_segments,
        "dma_alignment": lambda: limits.dma_alignment,
    }
    return pick(known, name, "a disk")
