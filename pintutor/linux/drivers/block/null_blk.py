"""A disk whose bytes are in memory (drivers/block/null_blk/main.c, Linux v6.1).

It stands for a disk that takes its time, as null_blk does with irqmode=2: a
request lies in its queue until its interrupt. The bytes move only then, into or
out of whatever frame the bio names. The disk knows nothing of page tables, nor
of who owns the frame by now.

It takes commands from user space too, as a disk of scsi_debug does.

Not modelled: other modes of null_blk, zones, bad blocks but an error that is
asked for; null_blk itself moves the bytes when it is given the request.
"""

from pintutor.linux.block.bdev import set_init_blocksize
from pintutor.linux.block.blk_map_types import rq_data_dir
from pintutor.linux.block.blk_mq_end import blk_mq_end_request
from pintutor.linux.block.blk_mq_end_rq import __blk_mq_end_request
from pintutor.linux.globals import this_kernel
from pintutor.linux.include.linux.bio import BvecPart, bio_for_each_page
from pintutor.linux.include.linux.blk_mq import Request
from pintutor.linux.include.linux.blk_types import (
    BLK_STS_OK,
    Bio,
    BlockDevice,
    bio_op,
    op_is_write,
)
from pintutor.linux.include.linux.blkdev import (
    SECTOR_SHIFT,
    Gendisk,
    QueueLimits,
    RequestQueue,
)
from pintutor.linux.include.linux.fs import BDEV, Inode
from pintutor.linux.include.linux.highmem import memcpy_to_page
from pintutor.linux.include.linux.mm_types import PAGE_SIZE, AddressSpace, Page
from pintutor.linux.include.linux.page_flags import PG_buddy
from pintutor.linux.include.linux.uio import WRITE
from pintutor.sim.atomic import read_once, wait_until
from pintutor.sim.errors import UseAfterFree
from pintutor.sim.function import kernel_function
from pintutor.sim.locks import spin_lock, spin_unlock
from pintutor.sim.objects import KArray


@kernel_function("drivers/block/null_blk/main.c")
def null_add_dev(name: str, nr_bytes: int, limits: QueueLimits) -> BlockDevice:
    """A disk of zeroes, ready to be used."""
    pieces = [bytes(PAGE_SIZE)] * -(-nr_bytes // PAGE_SIZE)
    disk = Gendisk(name, RequestQueue(limits), KArray(pieces))
    mapping = AddressSpace(name, False)
    inode = Inode(name, BDEV, nr_bytes, mapping)
    mapping.host = inode
    mapping.i_pages = KArray[Page | None]([None] * len(pieces))
    bdev = BlockDevice(disk, inode, nr_bytes >> SECTOR_SHIFT)
    disk.part0 = bdev
    set_init_blocksize(bdev)
    kernel = this_kernel()
    kernel.disks = (*kernel.disks, disk)
    return bdev


@kernel_function("drivers/block/null_blk/main.c")
def null_queue_rq(disk: Gendisk, bio: Bio) -> None:
    """Take a request, to be done with it at some time."""
    spin_lock(disk.queue, "queue_lock")
    disk.queue.requests = (*disk.queue.requests, bio)
    spin_unlock(disk.queue, "queue_lock")


def await_request(disk: Gendisk) -> None:
    """Wait until there is a request: what a disk does that has none."""
    queue = disk.queue
    why = f"{disk.disk_name} gets no request"
    wait_until(lambda: bool(queue.requests), queue, "requests", "idle", why)


@kernel_function("drivers/block/null_blk/main.c")
def null_cmd_timer_expired(disk: Gendisk, rq: Bio | Request) -> None:
    """Be done with a request: the disk's interrupt."""
    spin_lock(disk.queue, "queue_lock")
    requests = disk.queue.requests
    disk.queue.requests = tuple(each for each in requests if each is not rq)
    spin_unlock(disk.queue, "queue_lock")
    if isinstance(rq, Request):
        __blk_mq_end_request(rq, null_handle_rq(disk, rq))
    else:
        blk_mq_end_request(rq, null_handle_cmd(disk, rq))


@kernel_function("drivers/block/null_blk/main.c")
def null_handle_cmd(disk: Gendisk, bio: Bio) -> int:
    """Move the bytes of a request; returns BLK_STS_OK or an error."""
    error = null_handle_badblocks(disk)
    if error:
        return error
    at = bio.bi_iter.bi_sector << SECTOR_SHIFT
    for part in bio_for_each_page(bio):
        null_transfer(disk, part, op_is_write(bio_op(bio)), at)
        at += part.bv_len
    return BLK_STS_OK


@kernel_function("drivers/scsi/scsi_debug.c")
def null_handle_rq(disk: Gendisk, rq: Request) -> int:
    """Carry out a command; returns BLK_STS_OK or an error.

    What lies behind the end of the disk is not transferred.
    """
    error = null_handle_badblocks(disk)
    if error:
        return error
    at, end = rq.sector << SECTOR_SHIFT, PAGE_SIZE * len(disk.data)
    bio = rq.bio
    while bio is not None:
        for part in bio_for_each_page(bio):
            there = part._replace(bv_len=max(min(part.bv_len, end - at), 0))
            null_transfer(disk, there, rq_data_dir(rq) == WRITE, at)
            at += part.bv_len
        bio = bio.bi_next
    rq.resid_len = max(at - end, 0)
    return BLK_STS_OK


@kernel_function("drivers/block/null_blk/main.c")
def null_handle_badblocks(disk: Gendisk) -> int:
    """The error that this request was to fail with, if it is its turn."""
    if not disk.fail_nth:
        return BLK_STS_OK
    disk.fail_nth -= 1
    return BLK_STS_OK if disk.fail_nth else disk.fail_status


@kernel_function("drivers/block/null_blk/main.c")
def null_transfer(
    disk: Gendisk, part: BvecPart, is_write: bool, at: int
) -> None:
    """Move bytes between one frame and the place `at` on the disk."""
    if is_write:
        copy_to_nullb(disk, memcpy_from_page(part), at)
    else:
        data = copy_from_nullb(disk, at, part.bv_len)
        memcpy_to_page(part.bv_page, part.bv_offset, data)


def memcpy_from_page(part: BvecPart) -> bytes:
    """The bytes that a frame holds now (include/linux/highmem.h).

    Errors: UseAfterFree when the frame lies on the free list.
    """
    page = part.bv_page
    if page.flags & PG_buddy:
        raise UseAfterFree(f"a device reads free frame {page.pfn}")
    data: bytes = read_once(page, "data")
    return data[part.bv_offset : part.bv_offset + part.bv_len]


def copy_to_nullb(disk: Gendisk, data: bytes, at: int) -> None:
    """Store bytes on the disk, from the place `at` on."""
    while data:
        index, offset = at // PAGE_SIZE, at % PAGE_SIZE
        old, part = disk.data[index], data[: PAGE_SIZE - offset]
        end = offset + len(part)
        disk.data[index] = old[:offset] + part + old[end:]
        data, at = data[len(part) :], at + len(part)


def copy_from_nullb(disk: Gendisk, at: int, length: int) -> bytes:
    """Bytes that are stored on the disk, from the place `at` on."""
    first, last = at // PAGE_SIZE, (at + length - 1) // PAGE_SIZE
    pieces = b"".join(disk.data.items[first : last + 1])
    return pieces[at % PAGE_SIZE : at % PAGE_SIZE + length]
