"""Which blocks of a disk belong to which file: what all file systems here keep.

Each has a format of its own for this on the disk. Here the blocks of a file are
a tuple of extents, and the free blocks of a disk a tuple of runs, both by
rising number. A free run is used from its lowest block on. Each lookup and each
change is one operation here; in C it is one under a lock, such as i_data_sem.

Not modelled: preallocating for a file that grows, flex groups, quotas.
"""

from bisect import bisect_right
from typing import NamedTuple

from pintutor.linux.include.linux.fs import (
    BDEV,
    VFAT,
    Extent,
    Inode,
    SuperBlock,
)
from pintutor.sim.atomic import announce, read_once


def find_extent(inode: Inode, lblk: int) -> Extent | None:
    """The extent that has a block of the file; None for a hole."""
    extents = read_once(inode, "extents")
    at = bisect_right(extents, (lblk, 1 << 63)) - 1
    if at < 0:
        return None
    found: Extent = extents[at]
    return found if lblk < found.lblk + found.len else None


def hole_length(inode: Inode, lblk: int) -> int:
    """How many blocks the hole has from a block on; 2**31 if it is the last."""
    extents = read_once(inode, "extents")
    at = bisect_right(extents, (lblk, 1 << 63))
    if at == len(extents):
        return 1 << 31
    start: int = extents[at].lblk
    return start - lblk


def new_blocks(sb: SuperBlock, goal: int, count: int) -> tuple[int, int]:
    """Take blocks that lie side by side: behind block `goal` if that is free.

    Returns: the first and how many, at most `count`; 0 blocks when all are
    taken.
    """
    announce(sb, "s_free", "update")
    if not sb.s_free:
        return 0, 0
    first, length = next(
        (run for run in sb.s_free if run[0] <= goal < run[0] + run[1]),
        sb.s_free[0],
    )
    start = goal if first <= goal < first + length else first
    count = min(count, first + length - start)
    left = tuple(run for run in sb.s_free if run[0] != first)
    after = start + count
    parts = ((first, start - first), (after, first + length - after))
    kept = tuple(run for run in parts if run[1])
    sb.s_free = tuple(sorted((*left, *kept)))
    return start, count


def free_blocks(sb: SuperBlock, start: int, count: int) -> None:
    """Give blocks back; what they hold stays on the disk."""
    announce(sb, "s_free", "update")
    merged: list[tuple[int, int]] = []
    for first, length in sorted((*sb.s_free, (start, count))):
        if merged and merged[-1][0] + merged[-1][1] == first:
            first, length = merged[-1][0], merged.pop()[1] + length
        merged.append((first, length))
    sb.s_free = tuple(merged)


def goal_of(inode: Inode, lblk: int) -> int:
    """Where a block of the file is wanted: behind the one before it."""
    before = find_extent(inode, lblk - 1)
    return -1 if before is None else before.pblk + lblk - before.lblk


def add_extent(inode: Inode, extent: Extent) -> None:
    """Give blocks to a file, where it had none."""
    announce(inode, "extents", "update")
    inode.extents = joined(sorted((*inode.extents, extent)))


def cut_extents(inode: Inode, start: int, end: int) -> tuple[Extent, ...]:
    """Take blocks start..end from a file. Returns: what it had there."""
    kept: list[Extent] = []
    cut: list[Extent] = []
    announce(inode, "extents", "update")
    for each in inode.extents:
        low, high = max(start, each.lblk), min(end, each.lblk + each.len)
        if low >= high:
            kept.append(each)
            continue
        cut.append(part(each, low, high))
        kept += [part(each, each.lblk, low), part(each, high, 1 << 62)]
    inode.extents = joined([each for each in kept if each.len > 0])
    return tuple(cut)


def part(extent: Extent, start: int, end: int) -> Extent:
    """What an extent has between two blocks of the file."""
    end = min(end, extent.lblk + extent.len)
    pblk = extent.pblk + start - extent.lblk
    return Extent(start, pblk, end - start, extent.unwritten)


def joined(extents: list[Extent]) -> tuple[Extent, ...]:
    """The same blocks in as few extents as can be."""
    found: list[Extent] = []
    for each in extents:
        last = found[-1] if found else None
        if (
            last is not None
            and last.lblk + last.len == each.lblk
            and last.pblk + last.len == each.pblk
            and last.unwritten == each.unwritten
        ):
            found[-1] = last._replace(len=last.len + each.len)
        else:
            found.append(each)
    return tuple(found)


class Run(NamedTuple):
    """Bytes of a file that lie side by side."""

    sector: int
    """Where on the disk [sectors]; -1: they read as zeroes."""
    length: int
    """How many [bytes]."""


def run_at(inode: Inode, pos: int, length: int) -> Run:
    """What lies at byte `pos` of the file, and how much of `length` with it.

    On a block device each byte lies where it is. A cluster of vfat may reach
    beyond what the file has of it.
    """
    if inode.i_sb == BDEV:
        return Run(pos >> 9, min(length, inode.i_size - pos))
    bits = inode.i_blkbits
    if inode.i_sb == VFAT:
        end = inode.mmu_private + (1 << bits) - 1 >> bits << bits
        if pos >= end:
            return Run(-1, length)
        length = min(length, end - pos)
    lblk = pos >> bits
    found = find_extent(inode, lblk)
    if found is None:
        end = lblk + hole_length(inode, lblk) << bits
        return Run(-1, min(length, end - pos))
    length = min(length, (found.lblk + found.len << bits) - pos)
    if found.unwritten:
        return Run(-1, length)
    return Run(((found.pblk - found.lblk << bits) + pos) >> 9, length)
