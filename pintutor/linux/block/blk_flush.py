"""Asking a device to make lasting what it was given (block/blk-flush.c).

Not modelled: devices with a cache that loses what it holds: none here has one,
so a flush is done as soon as it is submitted.
"""

from pintutor.linux.block.bio import bio_init, bio_uninit
from pintutor.linux.block.blk_core import submit_bio_wait
from pintutor.linux.include.linux.blk_types import (
    REQ_OP_WRITE,
    REQ_PREFLUSH,
    BlockDevice,
)
from pintutor.sim.function import kernel_function


@kernel_function("block/blk-flush.c")
def blkdev_issue_flush(bdev: BlockDevice) -> int:
    """Submit an empty write that flushes; 0 or an error."""
    bio = bio_init(bdev, None, 0, REQ_OP_WRITE | REQ_PREFLUSH)
    ret = submit_bio_wait(bio)
    bio_uninit(bio)
    return ret
