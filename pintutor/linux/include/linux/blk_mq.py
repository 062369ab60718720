"""struct request: a command for a device (include/linux/blk-mq.h).

Only commands that come from user space are requests here; what file systems
submit stays a bio all the way (blkdev.py).

Not modelled: tags, timeouts, integrity, request merging.
"""

from __future__ import annotations

from dataclasses import dataclass

from pintutor.linux.include.linux import blk_types, blkdev, mm_types, uio
from pintutor.sim.function import KernelFunction
from pintutor.sim.objects import KArray, KObject


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
    status: int = blk_types.BLK_STS_OK
    """How it ended: BLK_STS_*."""
    end_io: KernelFunction[[Request], None] | None = None
    """What is called at its end."""
    end_io_data: KObject | None = None
    """For who waits for it."""


@dataclass(slots=True, eq=False)
class RqMapData(KObject):
    """struct rq_map_data: pages that a driver keeps to copy through."""

    pages: KArray[mm_types.Page]
    """The first page of each piece."""
    page_order: int
    """Length of a piece, as a power of two [log2 pages]."""
    nr_entries: int
    """Pieces."""
    offset: int = 0
    """How much of them is used [bytes]."""
    null_mapped: bool = False
    """There is no user memory: the driver looks at the pages itself."""
    from_user: bool = False
    """Memory is copied in before a read, for what that leaves untouched."""


@dataclass(slots=True, eq=False)
class BioMapData(KObject):
    """struct bio_map_data: where to copy what was read (block/blk-map.c).

    A bio whose bi_private is such a thing holds copies, not user memory.
    """

    iter: uio.IovIter
    """The user memory, with segments of its own."""
    is_our_pages: bool
    """The pages were allocated for the copy, and are freed with it."""
    is_null_mapped: bool
    """There is no user memory."""


@dataclass(slots=True, eq=False)
class KernelBuffer(KObject):
    """A pointer to kernel memory that bi_private holds: `char *` in C."""

    data: int
    """First address [bytes]."""


def req_op(rq: Request) -> int:
    """The operation of the request."""
    return rq.cmd_flags & blk_types.REQ_OP_MASK


def rq_data_dir(rq: Request) -> int:
    """WRITE or READ: which way the data goes."""
    write = blk_types.op_is_write(req_op(rq))
    return uio.WRITE if write else uio.READ
