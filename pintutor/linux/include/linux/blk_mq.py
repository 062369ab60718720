"""struct request: a command for a device (include/linux/blk-mq.h).

Only commands that come from user space are requests here; what file systems
submit stays a bio all the way (blkdev.py).

Not modelled: tags, timeouts, integrity, request merging.
"""

from __future__ import annotations

from dataclasses import dataclass

from pintutor.linux.include.linux import blk_types, blkdev
from pintutor.sim.function import KernelFunction
from pintutor.sim.objects import KObject


@dataclass(slots=True, eq=False)
class Request(KObject):
    """struct request: a command, with the bios that name its memory."""

    q: blkdev.RequestQueue
    cmd_flags: int
    """The operation: REQ_OP_DRV_IN or REQ_OP_DRV_OUT."""
    sector: int = 0
    """Where on the disk; in the bytes of the command, in C [sectors]."""
    bio: blk_types.Bio | None = None
    """The first of its bios, linked by bi_next."""
    biotail: blk_types.Bio | None = None
    """The last of its bios."""
    data_len: int = 0
    """Length of all (__data_len) [bytes]."""
    resid_len: int = 0
    """What of it the device did not transfer [bytes]."""
    nr_phys_segments: int = 0
    """Pieces of memory."""
    status: int = 0
    """How it ended: BLK_STS_*."""
    end_io: KernelFunction[[Request], None] | None = None
    """What is called at its end."""
    end_io_data: KObject | None = None
    """For who waits for it."""
