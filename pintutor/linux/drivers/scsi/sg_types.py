"""struct sg_io_hdr (scsi/sg.h) and struct sg_request (drivers/scsi/sg.c).

Not modelled: /dev/sg* as files; sense data; memory that is mapped from it.
"""

from __future__ import annotations

from dataclasses import dataclass

from pintutor.linux.include.linux import blk_mq, blk_types, mm_types
from pintutor.linux.include.uapi.uio import IovecPtr
from pintutor.sim.objects import KArray, KObject

SG_DXFER_TO_DEV = -2
"""The device is written."""
SG_DXFER_FROM_DEV = -3
"""The device is read."""
SG_DXFER_TO_FROM_DEV = -4
"""The device is read; what it leaves untouched stays as it was."""

SG_FLAG_DIRECT_IO = 1
"""The memory itself is wanted, not a copy."""


@dataclass(slots=True, eq=False)
class SgIoHdr(KObject):
    """struct sg_io_hdr: a command, as a task asks for it."""

    dxfer_direction: int
    """SG_DXFER_*."""
    iovec: IovecPtr
    """The user memory: `dxferp` in C, which is of either kind."""
    iovec_count: int
    """Segments; 0 when it is one stretch."""
    dxfer_len: int
    """Length of all [bytes]."""
    sector: int
    """Where on the disk; in the bytes of the command, in C [sectors]."""
    flags: int = 0
    """SG_FLAG_* bits."""
    status: int = blk_types.BLK_STS_OK
    """How it ended; host_status in C."""
    resid: int = 0
    """What was not transferred [bytes]."""


@dataclass(slots=True, eq=False)
class SgRequest(KObject):
    """struct sg_request: a command by way of /dev/sg*."""

    header: SgIoHdr
    task: mm_types.TaskStruct
    """Who asked; through its open file, in C."""
    rq: blk_mq.Request
    pages: KArray[mm_types.Page]
    """Memory to copy through: the first page of each piece."""
    bio: blk_types.Bio | None = None
    """The first bio, kept for the end."""
    orphan: bool = False
    """Nobody will ask for its end."""
    done: bool = False
    """The device is done with it."""
    rq_list_lock: int = 0
    """Spinlock of the two; of the open file in C."""
