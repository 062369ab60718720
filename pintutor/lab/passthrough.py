"""Commands from user space to a disk, as learners see them."""

from __future__ import annotations

from typing import NamedTuple

from pintutor.linux.block.blk_execute import blk_execute_rq
from pintutor.linux.block.blk_map import blk_rq_map_user_iov, blk_rq_unmap_user
from pintutor.linux.block.blk_map_kern import blk_rq_map_kern
from pintutor.linux.drivers.scsi.sg import sg_new_read, sg_new_write
from pintutor.linux.drivers.scsi.sg_types import (
    SG_DXFER_FROM_DEV,
    SG_DXFER_TO_DEV,
    SG_DXFER_TO_FROM_DEV,
    SG_FLAG_DIRECT_IO,
    SgIoHdr,
    SgRequest,
)
from pintutor.linux.include.linux.blk_mq import Request
from pintutor.linux.include.linux.blk_types import (
    REQ_OP_DRV_IN,
    REQ_OP_DRV_OUT,
    blk_status_to_errno,
)
from pintutor.linux.include.linux.blkdev import SECTOR_SHIFT, Gendisk
from pintutor.linux.include.linux.uio import IovIter
from pintutor.linux.include.uapi.uio import Iovec, IovecPtr
from pintutor.linux.kernel.sched import io_schedule
from pintutor.sim.objects import KArray

DIRECTIONS = {
    "read": SG_DXFER_FROM_DEV,
    "write": SG_DXFER_TO_DEV,
    "tofrom": SG_DXFER_TO_FROM_DEV,
}


class Passed(NamedTuple):
    """A command of a task for a disk: begun, or done."""

    op: str
    """read, write or tofrom."""
    name: str
    """The disk."""
    offset: int
    asked: int
    """Bytes that were asked for."""
    ret: int
    """0, or a negative error number."""
    error: str
    """The error by name, or empty."""
    status: str
    """How the device ended it: `-EIO`, or empty."""
    resid: int
    """Bytes that were not transferred."""
    bios: tuple[int, ...] = ()
    """Bios that are under way for it, by number."""


def header(op: str, offset: int, segments: tuple[Iovec, ...], *, direct: bool) -> SgIoHdr:
    """What a task passes to ioctl(SG_IO)."""
    several = len(segments) if len(segments) > 1 else 0
    iovec = IovecPtr(KArray(segments), 0)
    return SgIoHdr(
        DIRECTIONS[op],
        iovec,
        several,
        sum(one.iov_len for one in segments),
        offset >> SECTOR_SHIFT,
        SG_FLAG_DIRECT_IO if direct else 0,
    )


def sg_command(disk: Gendisk, hdr: SgIoHdr, *, wait: bool) -> int | SgRequest:
    """A command by way of /dev/sg*: what it returned, or what is under way."""
    srp = sg_new_write(disk.queue, hdr)
    if isinstance(srp, int) or not wait:
        return srp
    while not srp.done:
        io_schedule()
    return sg_new_read(srp)


def iter_command(disk: Gendisk, op: str, offset: int, i: IovIter) -> tuple[int, int]:
    """A command of a driver with an iterator, as nvme's with fixed buffers."""
    rq = _request(disk, op, offset)
    ret = blk_rq_map_user_iov(disk.queue, rq, None, i)
    if ret:
        return ret, 0
    bio = rq.bio
    blk_execute_rq(rq)
    status = blk_status_to_errno(rq.status)
    return blk_rq_unmap_user(bio), status


def kernel_command(disk: Gendisk, op: str, offset: int, at: int, size: int) -> int:
    """A command of a driver with memory of the kernel."""
    rq = _request(disk, op, offset)
    ret = blk_rq_map_kern(disk.queue, rq, at, size)
    return ret if ret else blk_status_to_errno(blk_execute_rq(rq))


def _request(disk: Gendisk, op: str, offset: int) -> Request:
    flags = REQ_OP_DRV_OUT if op == "write" else REQ_OP_DRV_IN
    return Request(disk.queue, flags, offset >> SECTOR_SHIFT)
