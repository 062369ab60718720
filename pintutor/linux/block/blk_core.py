"""Submitting bios (block/blk-core.c, blk-mq.c and bio.c, Linux v6.1).

Not modelled: plugs, throttling, devices that are made of others, polling.
"""

from pintutor.linux.block.bio import bio_endio
from pintutor.linux.block.blk_merge import __bio_split_to_limits
from pintutor.linux.drivers.block.null_blk import null_queue_rq
from pintutor.linux.globals import this_kernel
from pintutor.linux.include.linux.bio import bio_sectors
from pintutor.linux.include.linux.blk_types import (
    BLK_STS_IOERR,
    REQ_FUA,
    REQ_PREFLUSH,
    REQ_SYNC,
    Bio,
    bio_op,
    blk_status_to_errno,
    op_is_flush,
)
from pintutor.linux.include.linux.completion import Completion
from pintutor.linux.kernel.sched import complete, wait_for_completion_io
from pintutor.sim.function import kernel_function
from pintutor.sim.trace import trace_event


@kernel_function("block/blk-core.c")
def submit_bio(bio: Bio) -> None:
    """Let the device do the transfer; the bio's end says how it went."""
    submit_bio_noacct(bio)


@kernel_function("block/blk-core.c")
def submit_bio_noacct(bio: Bio) -> None:
    """Submit a bio, or the rest of one, that was counted before.

    From within another submission it waits until that is done.
    """
    assert bio.bi_bdev is not None, "a device is named"
    end = bio.bi_iter.bi_sector + bio_sectors(bio)
    if end > bio.bi_bdev.bd_nr_sectors:
        bio.bi_status = BLK_STS_IOERR
        bio_endio(bio)
        return
    if op_is_flush(bio.bi_opf):
        # No device here has a cache that could lose what it was given.
        bio.bi_opf &= ~(REQ_PREFLUSH | REQ_FUA)
        if not bio_sectors(bio):
            bio_endio(bio)
            return
    sector = bio.bi_iter.bi_sector
    trace_event(
        "block:block_bio_queue", bio=bio.nr, op=bio_op(bio), sector=sector
    )
    kernel = this_kernel()
    if kernel.bio_list is not None:
        kernel.bio_list = (*kernel.bio_list, bio)
        return
    __submit_bio_noacct_mq(bio)


@kernel_function("block/blk-core.c")
def __submit_bio_noacct_mq(bio: Bio) -> None:
    """Submit the bio, then one by one what was submitted meanwhile."""
    kernel = this_kernel()
    kernel.bio_list = (bio,)
    while kernel.bio_list:
        next_, kernel.bio_list = kernel.bio_list[0], kernel.bio_list[1:]
        blk_mq_submit_bio(next_)
    kernel.bio_list = None


@kernel_function("block/blk-mq.c")
def blk_mq_submit_bio(bio: Bio) -> None:
    """Hand a bio, or as much of it as the device can take, to the driver."""
    split = __bio_split_to_limits(bio)
    if split.again:
        return
    if split.bio is not None:
        submit_bio_noacct(bio)
        bio = split.bio
    assert bio.bi_bdev is not None, "a device is named"
    null_queue_rq(bio.bi_bdev.bd_disk, bio)


@kernel_function("block/bio.c")
def submit_bio_wait_endio(bio: Bio) -> None:
    """Wake who waits for the bio."""
    assert isinstance(bio.bi_private, Completion), "submit_bio_wait() set it"
    complete(bio.bi_private)


@kernel_function("block/bio.c")
def submit_bio_wait(bio: Bio) -> int:
    """Submit a bio and wait for its end; it stays the caller's.

    Returns: 0 or the error that it ended with.
    """
    done = Completion()
    bio.bi_private = done
    bio.bi_end_io = submit_bio_wait_endio
    bio.bi_opf |= REQ_SYNC
    submit_bio(bio)
    wait_for_completion_io(done)
    return blk_status_to_errno(bio.bi_status)
