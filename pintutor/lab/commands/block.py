"""Commands about disks, direct I/O, and what a disk does on its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pintutor.lab.direct import TARGET, Memory, Target, direct_io, memory_of
from pintutor.lab.disks import Dio, DiskMade, Ended, Happened, bios_of, live_numbers
from pintutor.lab.errors import CommandError
from pintutor.lab.kinds import IntRange, OneOf
from pintutor.lab.lookups import DISK, UNUSED_NAME
from pintutor.lab.registry import command
from pintutor.lab.results import error_name
from pintutor.linux.drivers.block.null_blk import (
    await_request,
    null_add_dev,
    null_cmd_timer_expired,
)
from pintutor.linux.fs.aio import io_getevents
from pintutor.linux.include.linux.blk_types import (
    BLK_STS_AGAIN,
    BLK_STS_IOERR,
    BLK_STS_NOSPC,
)
from pintutor.linux.include.linux.blkdev import Gendisk, QueueLimits
from pintutor.linux.kernel.workqueue import await_work, process_one_work
from pintutor.sim.atomic import alone

if TYPE_CHECKING:
    from pintutor.lab.lab import Lab

LONGEST = 1 << 33
"""Longest disk [bytes]."""

STATUS = {"ioerr": BLK_STS_IOERR, "again": BLK_STS_AGAIN, "nospc": BLK_STS_NOSPC}


@command(
    "block",
    kernel="drivers/block/null_blk/main.c: null_add_dev()",
    examples=("disk d 64K", "disk big 4M lbs=4096 max-sectors=255"),
    see=("dio", "irq", "diskfail"),
)
def disk(
    lab: Lab,
    name: Annotated[str, UNUSED_NAME],
    size: Annotated[int, IntRange(512, LONGEST), "length in bytes"],
    *,
    lbs: Annotated[int, IntRange(512, 4096), "logical block size in bytes"] = 512,
    max_sectors: Annotated[int, IntRange(8, 1 << 20), "longest request"] = 255,
    max_segments: Annotated[int, IntRange(1, 256), "most pieces of memory"] = 128,
    dma: Annotated[int, IntRange(1, 4096), "alignment of memory in bytes"] = 512,
) -> DiskMade:
    """Make a disk of zeroes, a block device like /dev/nullb0.

    `d.bytes` is what is stored on it, `d[0].bytes` its first 4096 bytes. A request waits
    in the disk until its interrupt comes: at once for a task that waits for it, or when
    you say `irq`. The bytes move only then.
    """
    for key, value in (("lbs", lbs), ("dma", dma)):
        if value & (value - 1):
            raise CommandError(
                f"{key}={value} is not a power of two",
                None,
                code="bad-number",
                of=(key,),
                hint="512, 1024, 2048 or 4096",
            )
    if size % lbs:
        raise CommandError(
            f"{size} bytes are not a whole number of blocks of {lbs}",
            None,
            code="bad-number",
            of=("size",),
            hint="disks are made of whole blocks",
        )
    limits = QueueLimits(lbs, max_sectors, max_sectors, max_segments, dma_alignment=dma - 1)
    null_add_dev(name, size, limits)
    return DiskMade(name, size, lbs)


@command(
    "block",
    kernel="block/fops.c: blkdev_direct_IO()",
    examples=(
        "dio read d 0 buf",
        "dio write d 8192 buf+512:1024",
        "dio write d 0 buf[0]+0:512 buf[1]:0 buf[1]+512:1024",
        "dio read d 0 buf:512 times=1025",
        "dio read d 0 buf async",
    ),
    see=("disk", "irq", "show"),
)
def dio(
    lab: Lab,
    op: Annotated[str, OneOf("read", "write")],
    target: Annotated[Target, TARGET],
    offset: Annotated[int, IntRange(0, (1 << 63) - 1), "where on it, in bytes"],
    *memory: Annotated[object, Memory(), "segments of memory, or one iterator"],
    async_: bool = False,
    nowait: bool = False,
    size: Annotated[int, IntRange(0, 1 << 31), "bytes, if not all of one segment"] = -1,
    times: Annotated[int, IntRange(1, 1 << 16), "how often the segments come"] = 1,
) -> Dio:
    """Read or write past the page cache, as a file opened with O_DIRECT is.

    The device reads or writes the pages of the memory themselves. The task waits for it,
    or with `async` goes on at once, as with io_submit(2): `irq` lets the disk be done.
    Several segments are those of one readv(2) or writev(2): some may be empty, and more
    than 1024 are -EINVAL.
    """
    segments = memory_of(memory, size=size, times=times)
    asked = segments.size
    ret, left = direct_io(op, target, offset, segments, asynchronous=async_, nowait=nowait)
    return Dio(op, target.name, offset, asked, ret, error_name(ret), left)


@command(
    "block",
    kernel="drivers/block/null_blk/main.c: null_cmd_timer_expired()",
    examples=("irq d", "irq d 2", "irq d which=2", "irq d all", "irq d wait"),
    see=("dio", "work", "show"),
)
def irq(
    lab: Lab,
    name: Annotated[Gendisk, DISK],
    count: Annotated[int, IntRange(1, 1 << 16), "requests, from the oldest; 1"] = 1,
    *,
    which: Annotated[int, IntRange(1, 1 << 16), "begin at this one, 1 is the oldest"] = 1,
    all_: bool = False,
    wait: bool = False,
) -> Happened:
    """Let a disk be done with requests: move the bytes, and interrupt.

    A disk may be done in any order. What has to be done outside of an interrupt is left
    to a worker: `work`. With `wait`, in a race, the disk waits for a request of another
    CPU.
    """
    if wait and not alone():
        await_request(name)
    first = which - 1
    waiting = name.queue.requests
    requests = waiting[first:] if all_ else waiting[first : first + count]
    if not requests or (not all_ and len(requests) < count):
        raise CommandError(
            f"requests that wait in `{name.disk_name}`: {len(waiting) or 'none'}",
            None,
            code="too-many",
            of=("count", "which", "name"),
            hint="`dio read d 0 buf async` leaves one; `show disk` counts them",
        )
    ended = tuple(nr for request in requests for nr in bios_of(request))
    for request in requests:
        null_cmd_timer_expired(name, request)
    return Happened(name.disk_name, ended, calls(), len(name.queue.requests))


@command(
    "block",
    kernel="kernel/workqueue.c: process_one_work()",
    examples=("work",),
    see=("irq", "show"),
)
def work(lab: Lab, *, wait: bool = False) -> Happened:
    """Let a worker do what interrupts left to it.

    After an asynchronous read it marks pages dirty that were cleaned meanwhile: that
    takes a lock which an interrupt cannot wait for. With `wait`, in a race, the worker
    waits for what another CPU leaves to it.
    """
    kernel = lab.kernel
    if wait and not alone():
        await_work()
    before = live_numbers(kernel)
    while kernel.worklist:
        process_one_work(kernel.worklist[0])
    ended = before - live_numbers(kernel)
    return Happened("worker", tuple(sorted(ended)), calls(), len(kernel.worklist))


@command(
    "block",
    kernel="drivers/block/null_blk/main.c: null_handle_badblocks()",
    examples=("diskfail d", "diskfail d 2 again"),
    see=("disk", "irq"),
)
def diskfail(
    lab: Lab,
    name: Annotated[Gendisk, DISK],
    nth: Annotated[int, IntRange(1, 1 << 16), "which request from now on; the next"] = 1,
    *,
    status: Annotated[str, OneOf(*STATUS), "how it fails"] = "ioerr",
) -> DiskMade:
    """Let a request of a disk fail, and move none of its bytes."""
    name.fail_status = STATUS[status]
    name.fail_nth = nth
    return DiskMade(name.disk_name, 0, 0, f"request {nth} from now on fails: {status}")


def calls() -> tuple[Ended, ...]:
    """The asynchronous calls that are done and were not told of yet."""
    return tuple(
        Ended(event.ki_filp.name, event.res, error_name(event.res))
        for event in io_getevents()
    )
