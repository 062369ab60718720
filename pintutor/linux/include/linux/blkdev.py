"""Disks and their queues (include/linux/blkdev.h).

Not modelled: partitions, zones, schedulers, plugs.
"""

from __future__ import annotations

from dataclasses import dataclass

from pintutor.linux.include.linux import blk_mq, blk_types
from pintutor.sim.objects import KArray, KObject

SECTOR_SHIFT = 9
SECTOR_SIZE = 1 << SECTOR_SHIFT

BLK_SAFE_MAX_SECTORS = 255
BLK_MAX_SEGMENTS = 128
BLK_MAX_SEGMENT_SIZE = 65536


@dataclass(slots=True, eq=False)
class QueueLimits(KObject):
    """struct queue_limits: what one request of a device may be."""

    logical_block_size: int = SECTOR_SIZE
    """Smallest unit that can be addressed [bytes]."""
    max_sectors: int = BLK_SAFE_MAX_SECTORS
    """Longest request of the file system [sectors]."""
    max_hw_sectors: int = BLK_SAFE_MAX_SECTORS
    """Longest request that the device can do [sectors]."""
    max_segments: int = BLK_MAX_SEGMENTS
    """Most pieces of memory in a request."""
    max_segment_size: int = BLK_MAX_SEGMENT_SIZE
    """Longest piece of memory [bytes]."""
    dma_alignment: int = SECTOR_SIZE - 1
    """Address bits that have to be 0 in memory for a transfer."""


@dataclass(slots=True, eq=False)
class RequestQueue(KObject):
    """struct request_queue: what waits for a device."""

    limits: QueueLimits
    requests: tuple[blk_types.Bio | blk_mq.Request, ...] = ()
    """Under way in the device, oldest first. What a file system submitted is
    one bio each."""
    queue_lock: int = 0
    """Spinlock of the requests."""


@dataclass(slots=True, eq=False)
class Gendisk(KObject):
    """struct gendisk: a disk."""

    disk_name: str
    queue: RequestQueue
    data: KArray[bytes]
    """What is stored, in pieces of a page; the driver's, in C."""
    part0: blk_types.BlockDevice | None = None
    """The whole disk as a block device."""
    fail_nth: int = 0
    """The driver lets this request from now on fail; 0: none."""
    fail_status: int = 0
    """How it fails: BLK_STS_*."""


def bdev_get_queue(bdev: blk_types.BlockDevice) -> RequestQueue:
    """The queue of the device."""
    return bdev.bd_disk.queue


def bdev_logical_block_size(bdev: blk_types.BlockDevice) -> int:
    """Smallest unit that the device can address [bytes]."""
    return bdev_get_queue(bdev).limits.logical_block_size


def bdev_dma_alignment(bdev: blk_types.BlockDevice) -> int:
    """Address bits that have to be 0 in memory for a transfer."""
    return bdev_get_queue(bdev).limits.dma_alignment


def bdev_nr_bytes(bdev: blk_types.BlockDevice) -> int:
    """Length of the device [bytes]."""
    return bdev.bd_nr_sectors << SECTOR_SHIFT


def queue_max_hw_sectors(q: RequestQueue) -> int:
    """Longest request that the device can do [sectors]."""
    return q.limits.max_hw_sectors


def queue_max_segments(q: RequestQueue) -> int:
    """Most pieces of memory in a request."""
    return q.limits.max_segments


def queue_max_segment_size(q: RequestQueue) -> int:
    """Longest piece of memory [bytes]."""
    return q.limits.max_segment_size


def queue_dma_alignment(q: RequestQueue) -> int:
    """Address bits that have to be 0 in memory for a transfer."""
    return q.limits.dma_alignment
