"""A disk that takes commands from user space (drivers/scsi/scsi_debug.c).

Any disk of the model does. A command says which bytes it wants; what lies
behind the end of the disk is not transferred, and the rest of the memory stays
as it was.

Not modelled: all of SCSI but reading and writing.
"""

from pintutor.linux.block.blk_mq_end_rq import __blk_mq_end_request
from pintutor.linux.drivers.block.null_disk import (
    null_handle_badblocks,
    null_transfer,
)
from pintutor.linux.include.linux.bio import bio_for_each_page
from pintutor.linux.include.linux.blk_mq import Request, rq_data_dir
from pintutor.linux.include.linux.blk_types import BLK_STS_OK
from pintutor.linux.include.linux.blkdev import SECTOR_SHIFT, Gendisk
from pintutor.linux.include.linux.mm_types import PAGE_SIZE
from pintutor.linux.include.linux.uio import WRITE
from pintutor.sim.function import kernel_function
