"""SG_IO on a disk (drivers/scsi/scsi_ioctl.c, Linux v5.17).

Not modelled: rights, commands but reading and writing.
"""

from pintutor.linux.block.blk_execute import blk_execute_rq
from pintutor.linux.block.blk_map import (
    blk_rq_map_user_io,
    blk_rq_unmap_user,
)
from pintutor.linux.drivers.scsi.sg_types import SG_DXFER_TO_DEV, SgIoHdr
from pintutor.linux.include.linux.blk_mq import Request
from pintutor.linux.include.linux.blk_types import (
    REQ_OP_DRV_IN,
    REQ_OP_DRV_OUT,
    Bio,
)
from pintutor.linux.include.linux.blkdev import (
    SECTOR_SHIFT,
    RequestQueue,
    queue_max_hw_sectors,
)
from pintutor.linux.include.uapi.errno import EIO
from pintutor.sim.function import kernel_function


def scsi_alloc_request(q: RequestQueue, hdr: SgIoHdr) -> Request:
    """A request for the command."""
    writing = hdr.dxfer_direction == SG_DXFER_TO_DEV
    op = REQ_OP_DRV_OUT if writing else REQ_OP_DRV_IN
    return Request(q, op, hdr.sector)


@kernel_function("drivers/scsi/scsi_ioctl.c")
def scsi_complete_sghdr_rq(rq: Request, hdr: SgIoHdr, bio: Bio | None) -> int:
    """Tell how a command ended, and give its memory back; 0 or an error."""
    hdr.status = rq.status
    hdr.resid = rq.resid_len
    return blk_rq_unmap_user(bio)


@kernel_function("drivers/scsi/scsi_ioctl.c")
def sg_io(q: RequestQueue, hdr: SgIoHdr) -> int:
    """Carry out a command of a task, and wait for it; 0 or an error."""
    if hdr.dxfer_len > queue_max_hw_sectors(q) << SECTOR_SHIFT:
        return -EIO
    rq = scsi_alloc_request(q, hdr)
    ret = blk_rq_map_user_io(
        rq, None, hdr.iovec, hdr.iovec_count, hdr.dxfer_len
    )
    if ret:
        return ret
    bio = rq.bio
    blk_execute_rq(rq)
    return scsi_complete_sghdr_rq(rq, hdr, bio)
