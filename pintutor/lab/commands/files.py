"""Commands about files, their pages in the cache, and a device that writes to memory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

from pintutor.lab.errors import CommandError
from pintutor.lab.files import Filed, pages_of
from pintutor.lab.kinds import NEW_NAME, TEXT, IntRange, OneOf
from pintutor.lab.lookups import FILE, HELD
from pintutor.lab.registry import command
from pintutor.lab.results import error_name
from pintutor.linux.arch.x86.mm.mmu import memcpy_to_page
from pintutor.linux.fs.inode import do_truncate, new_inode, vfs_fsync, vfs_punch_hole
from pintutor.linux.globals import HeldPages
from pintutor.linux.include.linux.fs import EXT4, TMPFS, Inode
from pintutor.linux.include.linux.mm_types import PAGE_SIZE
from pintutor.linux.mm.truncate import invalidate_inode_pages2, invalidate_mapping_pages

if TYPE_CHECKING:
    from pintutor.lab.lab import Lab

MOST_PAGES = 1 << 16
BEHIND: Mapping[str, str] = {
    EXT4: "no page of it is in memory yet",
    TMPFS: "it has no page yet",
}


@command(
    "files",
    kernel="fs/inode.c: new_inode()",
    examples=("file F 4", "file S 1 tmpfs"),
    see=("mmap", "fsync", "truncate"),
)
def file(
    lab: Lab,
    name: Annotated[str, NEW_NAME],
    pages: Annotated[int, IntRange(0, MOST_PAGES)],
    *,
    kind: Annotated[str, OneOf(EXT4, TMPFS), "ext4: on a disk; tmpfs: in memory"] = EXT4,
) -> Filed:
    """Make a file of zeroes.

    `mmap NAME PAGES of FILE` maps it. A file on ext4 is read from its disk when a page
    of it is touched, and `fsync` writes it back; one on tmpfs is the page cache alone.
    """
    lab.names.require_new(name, None)
    new_inode(name, kind, pages * PAGE_SIZE)
    return Filed("made", name, pages, f"on {kind}; {BEHIND[kind]}")


@command(
    "files",
    kernel="mm/page-writeback.c: write_cache_pages()",
    examples=("fsync F",),
    see=("file", "dma", "unpin"),
)
def fsync(lab: Lab, name: Annotated[Inode, FILE]) -> Filed:
    """Write the dirty pages of a file to its disk.

    Every entry that maps one is made clean and read-only first, so that the next write
    faults. A pin is not waited for, and a device that has one does not fault.
    """
    before = name.nr_dirty
    note = error_name(vfs_fsync(name))
    return Filed("synced", name.name, before - name.nr_dirty, note)


@command(
    "files",
    kernel="mm/truncate.c: truncate_pagecache()",
    examples=("truncate F 1", "truncate F 0"),
    see=("punch", "file"),
)
def truncate(
    lab: Lab,
    name: Annotated[Inode, FILE],
    pages: Annotated[int, IntRange(0, MOST_PAGES), "new length in pages"],
) -> Filed:
    """Give a file another length.

    Pages beyond it are unmapped and leave the cache, pinned or not: the pin keeps the
    memory, which is no part of the file any more.
    """
    before = pages_of(name)
    do_truncate(name, pages * PAGE_SIZE)
    return Filed("cut" if pages < before else "extended", name.name, pages)


@command(
    "files",
    kernel="mm/truncate.c: truncate_pagecache_range()",
    examples=("punch F 0",),
    see=("truncate",),
)
def punch(
    lab: Lab,
    name: Annotated[Inode, FILE],
    page: Annotated[int, IntRange(0, MOST_PAGES), "which page"],
) -> Filed:
    """Make one page of a file a hole, which reads as zeroes."""
    if page >= pages_of(name):
        raise CommandError(
            f"`{name.name}` has {pages_of(name)} pages: there is no page {page}",
            None,
            code="bad-place",
            hint="pages are counted from 0",
        )
    vfs_punch_hole(name, page)
    return Filed("punched", name.name, 1, f"page {page} is a hole")


@command(
    "files",
    kernel="mm/truncate.c: invalidate_mapping_pages()",
    examples=("dropcache F",),
    see=("invalidate", "fsync"),
)
def dropcache(lab: Lab, name: Annotated[Inode, FILE]) -> Filed:
    """Drop the pages of a file from the cache, as /proc/sys/vm/drop_caches does.

    What is dirty, mapped, referenced or pinned stays.
    """
    return Filed("dropped", name.name, invalidate_mapping_pages(name.i_mapping))


@command(
    "files",
    kernel="mm/truncate.c: invalidate_inode_pages2()",
    examples=("invalidate F",),
    see=("dropcache", "fsync"),
)
def invalidate(lab: Lab, name: Annotated[Inode, FILE]) -> Filed:
    """Unmap and drop all pages of a file, as a direct write to it does.

    Only what is dirty stays (-EBUSY). A pin does not keep a page in the cache.
    """
    mapping = name.i_mapping
    before = _cached(name)
    note = error_name(invalidate_inode_pages2(mapping))
    return Filed("invalidated", name.name, before - _cached(name), note)


@command(
    "pins",
    examples=('dma p "A"', "dma p 0x00ff at=4096"),
    see=("pin", "fsync", "unpin"),
)
def dma(
    lab: Lab,
    name: Annotated[HeldPages, HELD],
    data: Annotated[bytes, TEXT],
    *,
    at: Annotated[int, IntRange(0, 1 << 32), "first byte in the pages held"] = 0,
) -> Filed:
    """Let a device write bytes into the pages that are held under a name.

    It writes to physical memory: no page table is looked at, and none is marked.
    """
    room = len(name.pages) * PAGE_SIZE
    if at + len(data) > room:
        raise CommandError(
            f"`{name.name}` holds {room} bytes: {len(data)} do not fit at {at}",
            None,
            code="bad-place",
            hint=f"at={max(0, room - len(data))} is the last place",
        )
    done = 0
    touched = 0
    while done < len(data):
        index, offset = divmod(at + done, PAGE_SIZE)
        part = data[done : done + PAGE_SIZE - offset]
        memcpy_to_page(name.pages[index], offset, part)
        done += len(part)
        touched += 1
    return Filed("device wrote", name.name, touched, f"{len(data)} bytes")


def _cached(file: Inode) -> int:
    pages = file.i_mapping.i_pages
    return sum(page is not None for page in pages) if pages is not None else 0
