"""What blk-map.c notes of the memory of a request
(include/linux/blk-mq.h and block/blk-map.c).
"""

from dataclasses import dataclass

from pintutor.linux.include.linux.blk_mq import Request
from pintutor.linux.include.linux.blk_types import REQ_OP_MASK, op_is_write
from pintutor.linux.include.linux.mm_types import Page
from pintutor.linux.include.linux.uio import READ, WRITE, IovIter
from pintutor.sim.objects import KArray, KObject


@dataclass(slots=True, eq=False)
class RqMapData(KObject):
    """struct rq_map_data: pages that a driver keeps to copy through."""

    pages: KArray[Page]
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

    iter: IovIter
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
    return rq.cmd_flags & REQ_OP_MASK


def rq_data_dir(rq: Request) -> int:
    """WRITE or READ: which way the data goes."""
    write = op_is_write(req_op(rq))
    return WRITE if write else READ
