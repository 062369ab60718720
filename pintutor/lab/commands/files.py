"""Commands about files, their pages in the cache, and a device that writes to memory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

from pintutor.lab.errors import CommandError
from pintutor.lab.files import Filed, pages_of
from pintutor.lab.kinds import TEXT, IntRange, OneOf
from pintutor.lab.lookups import DISK, FILE, HELD, SOURCE, UNUSED_NAME
from pintutor.lab.registry import command
from pintutor.lab.results import error_name
from pintutor.linux.drivers.block.null_blk import null_add_dev
from pintutor.linux.fs.fallocate import ext4_fallocate, fill_with_zeroes
from pintutor.linux.fs.inode import (
    do_truncate,
    mount_bdev,
    new_inode,
    vfs_punch_hole,
)
from pintutor.linux.fs.remote_file import new_remote
from pintutor.linux.fs.sync import vfs_fsync
from pintutor.linux.globals import HeldPages
from pintutor.linux.include.linux.blkdev import Gendisk, QueueLimits
from pintutor.linux.include.linux.fs import (
    ELSEWHERE,
    EXT4,
    FUSE,
    JFS,
    NFS,
    TMPFS,
    UDF,
    VFAT,
    Inode,
    SuperBlock,
)
from pintutor.linux.include.linux.highmem import memcpy_to_page
from pintutor.linux.include.linux.mm_types import PAGE_SIZE
from pintutor.linux.mm.truncate import (
    invalidate_inode_pages2_range,
    invalidate_mapping_pages,
)

if TYPE_CHECKING:
    from pintutor.lab.lab import Lab

MOST_PAGES = 1 << 21
LAST_PAGE = (1 << 63) - 1
"""A page index behind the end of every file."""
DISK_SIZE = 1 << 26
"""Length of a disk that is made for files [bytes]."""

BEHIND: Mapping[str, str] = {
    EXT4: "no page of it is in memory yet",
    TMPFS: "it has no page yet",
    VFAT: "no page of it is in memory yet",
    UDF: "no page of it is in memory yet",
    JFS: "no page of it is in memory yet",
    NFS: "a server keeps it",
    FUSE: "a program keeps it",
}


@command(
    "files",
    kernel="fs/inode.c: new_inode()",
    examples=("file F 4", "file S 1 tmpfs", "file G 0 udf", "file H 4 sparse"),
    see=("mmap", "fsync", "truncate", "dio"),
)
def file(
    lab: Lab,
    name: Annotated[str, UNUSED_NAME],
    pages: Annotated[int, IntRange(0, MOST_PAGES)],
    *,
    fs: Annotated[str, OneOf(*BEHIND), "the file system"] = EXT4,
    on_: Annotated[Gendisk | None, DISK] = None,
    sparse: bool = False,
) -> Filed:
    """Make a file of zeroes.

    `mmap NAME PAGES of FILE` maps it. A file on a disk is read when a page of it is
    touched, and `fsync` writes it back; one on tmpfs is the page cache alone. `dio` reads
    and writes past the cache: on ext4 by fs/iomap/direct-io.c; on vfat (blocks of 512
    bytes, no holes), udf (found one at a time) and jfs (several at a time; both of 4096)
    by fs/direct-io.c. A file on nfs or fuse is kept by somebody else, and is read and
    written by `dio` alone.

    The zeroes are on the disk unless the file is `sparse`: then it is one hole, which
    only its end makes long. Without `on DISK` a disk is made for it.
    """
    if fs == TMPFS:
        new_inode(name, fs, pages * PAGE_SIZE)
        return Filed("made", name, pages, f"on {fs}; {BEHIND[fs]}")
    if fs in ELSEWHERE:
        new_remote(name, fs, pages * PAGE_SIZE)
        return Filed("made", name, pages, f"on {fs}; {BEHIND[fs]}")
    sb = _mounted(lab, fs, on_)
    inode = new_inode(name, fs, 0, sb=sb)
    ret = fill_with_zeroes(inode, pages) if not sparse else do_truncate(inode, pages << 12)
    note = error_name(ret) or f"on {fs}; {BEHIND[fs]}"
    return Filed("made", name, pages, note)


def _mounted(lab: Lab, fs: str, disk: Gendisk | None) -> SuperBlock:
    """The file system of that type on a disk, made where there is none."""
    mounted = {sb.s_bdev.bd_disk: sb for sb in lab.kernel.super_blocks}
    if disk is None:
        of_type = (sb for sb in mounted.values() if sb.s_type == fs)
        found = next(of_type, None)
        if found is not None:
            return found
        made = null_add_dev(lab.names.fresh(f"{fs}disk"), DISK_SIZE, QueueLimits())
        return mount_bdev(fs, made)
    sb = mounted.get(disk)
    if sb is not None and sb.s_type != fs:
        raise CommandError(
            f"`{disk.disk_name}` has a file system of another type: {sb.s_type}",
            None,
            code="bad-choice",
            of=("on_",),
            hint=f"`file NAME 4 on {disk.disk_name} {sb.s_type}`, or another disk",
        )
    assert disk.part0 is not None, "the disk is in use"
    return sb or mount_bdev(fs, disk.part0)


@command(
    "files",
    kernel="mm/page-writeback.c: write_cache_pages()",
    examples=("fsync F", "fsync d"),
    see=("file", "dma", "unpin"),
)
def fsync(lab: Lab, name: Annotated[Inode, SOURCE]) -> Filed:
    """Write the dirty pages of a file, or of a disk's cache, to the disk.

    Every entry that maps one is made clean and read-only first, so that the next write
    faults. A pin is not waited for, and a device that has one does not fault.
    """
    before = name.nr_dirty
    note = error_name(vfs_fsync(name))
    return Filed("synced", name.name, before - name.nr_dirty, note)


@command(
    "files",
    kernel="mm/truncate.c: truncate_pagecache()",
    examples=("truncate F 1", "truncate F 0", "truncate F 1 more=700"),
    see=("punch", "file"),
)
def truncate(
    lab: Lab,
    name: Annotated[Inode, FILE],
    pages: Annotated[int, IntRange(0, MOST_PAGES), "new length in pages"],
    *,
    more: Annotated[int, IntRange(0, PAGE_SIZE), "and so many bytes"] = 0,
) -> Filed:
    """Give a file another length.

    Pages beyond it are unmapped and leave the cache, pinned or not: the pin keeps the
    memory, which is no part of the file any more.
    """
    before = name.i_size
    ret = do_truncate(name, pages * PAGE_SIZE + more)
    action = "cut" if name.i_size < before else "extended"
    return Filed(action, name.name, pages_of(name), error_name(ret))


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
            of=("page",),
            hint="pages are counted from 0",
        )
    note = error_name(vfs_punch_hole(name, page)) or f"page {page} is a hole"
    return Filed("punched", name.name, 1, note)


@command(
    "files",
    kernel="fs/ext4/extents.c: ext4_fallocate()",
    examples=("falloc F 4 2",),
    see=("punch", "dio", "file"),
)
def falloc(
    lab: Lab,
    name: Annotated[Inode, FILE],
    page: Annotated[int, IntRange(0, MOST_PAGES), "first page"],
    pages: Annotated[int, IntRange(1, MOST_PAGES), "how many"],
) -> Filed:
    """Give holes of an ext4 file blocks that are not written to yet.

    They read as zeroes without the disk being asked. The file grows where it ends
    before. A direct write to a part of such a block writes zeroes to the rest of it.
    """
    ret = ext4_fallocate(name, page * PAGE_SIZE, pages * PAGE_SIZE)
    return Filed("allocated", name.name, pages, error_name(ret))


@command(
    "files",
    kernel="mm/truncate.c: invalidate_mapping_pages()",
    examples=("dropcache F",),
    see=("invalidate", "fsync"),
)
def dropcache(lab: Lab, name: Annotated[Inode, SOURCE]) -> Filed:
    """Drop the pages of a file or disk from the cache, as /proc/sys/vm/drop_caches does.

    What is dirty, mapped, referenced or pinned stays.
    """
    dropped = invalidate_mapping_pages(name.i_mapping, 0, LAST_PAGE)
    return Filed("dropped", name.name, dropped)


@command(
    "files",
    kernel="mm/truncate.c: invalidate_inode_pages2_range()",
    examples=("invalidate F",),
    see=("dropcache", "fsync"),
)
def invalidate(lab: Lab, name: Annotated[Inode, SOURCE]) -> Filed:
    """Unmap and drop all pages of a file or disk, as a direct write to it does.

    Only what is dirty stays (-EBUSY). A pin does not keep a page in the cache.
    """
    mapping = name.i_mapping
    before = _cached(name)
    note = error_name(invalidate_inode_pages2_range(mapping, 0, LAST_PAGE))
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
            of=("data",),
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
