"""struct dio and struct dio_submit: a direct I/O without iomap, and the part of
it that only the submitter sees (fs/direct-io.c); struct buffer_head, as far as
get_block() fills one in (include/linux/buffer_head.h).

Not modelled: pages[] and complete_work in one place; the function that a file
system may have told of each bio.
"""

from __future__ import annotations

from dataclasses import dataclass

from pintutor.linux.include.linux import blk_types, mm_types, uio
from pintutor.linux.include.linux.fs import Inode
from pintutor.linux.include.linux.kiocb import Kiocb
from pintutor.sim.function import KernelFunction
from pintutor.sim.objects import KArray, KObject
from pintutor.sim.poison import freeable

DIO_PAGES = 64
"""How many pages of the caller are taken at once."""

DIO_LOCKING = 0x01
"""The inode is locked for a read; the caller has locked it for a write."""
DIO_SKIP_HOLES = 0x02
"""Holes before the end of the file are not filled."""

DIO_COMPLETE_ASYNC = 0x01
DIO_COMPLETE_INVALIDATE = 0x02

BH_Mapped = 1 << 5
BH_New = 1 << 6
BH_Boundary = 1 << 11


@dataclass(slots=True, eq=False)
class BufferHead(KObject):
    """struct buffer_head: where on the disk blocks of a file are."""

    b_state: int = 0
    """BH_* bits."""
    b_size: int = 0
    """How much: asked for, then what was found [bytes]."""
    b_blocknr: int = -1
    """First block on the disk [blocks of the file system]."""
    b_bdev: blk_types.BlockDevice | None = None
    """The disk."""


GetBlock = KernelFunction[[Inode, int, BufferHead, int], int]
"""get_block_t: finds the blocks of a file, or makes them."""


@dataclass(slots=True, eq=False)
class DioSubmit(KObject):
    """struct dio_submit: on the stack of the submitter.

    A dio block is a block of the file system, or of the disk when the request
    is not aligned to the former.
    """

    blkbits: int
    """Size of a dio block, as a power of two [log2 bytes]."""
    blkfactor: int
    """How much finer than the file system's a dio block is [log2]."""
    block_in_file: int
    """Where in the file it is [dio blocks]."""
    final_block_in_request: int
    """Where it ends [dio blocks]."""
    get_block: GetBlock
    """How to find the blocks of the file."""
    iter: uio.IovIter
    """The memory."""
    bio: blk_types.Bio | None = None
    """The bio that is being filled."""
    start_zero_done: bool = False
    """True once the head of the first block was seen to."""
    pages_in_io: int = 0
    """About how many pages are still to come; sizes the next bio."""
    blocks_available: int = 0
    """Blocks that are mapped and not used yet [dio blocks]."""
    reap_counter: int = 0
    """Bios since completed ones were last collected."""
    boundary: bool = False
    """True when a block of metadata follows on the disk."""
    logical_offset_in_bio: int = 0
    """Where in the file the bio begins [bytes]."""
    final_block_in_bio: int = -1
    """Where on the disk the bio ends [dio blocks]."""
    next_block_for_io: int = -1
    """Where on the disk it goes on [dio blocks]."""
    cur_page: mm_types.Page | None = None
    """The one piece of a page that is not in the bio yet."""
    cur_page_offset: int = 0
    """Where in the page the piece begins [bytes]."""
    cur_page_len: int = 0
    """How long it is [bytes]."""
    cur_page_block: int = 0
    """Where on the disk it goes [dio blocks]."""
    cur_page_fs_offset: int = 0
    """Where in the file it is [bytes]."""
    head: int = 0
    """The next page of the queue."""
    tail: int = 0
    """Where the queue ends."""
    from_: int = 0
    """Where the data begins in the first page of the queue [bytes]."""
    to: int = 0
    """Where the data ends in its last page [bytes]."""


@freeable
@dataclass(slots=True, eq=False)
class Dio(KObject):
    """struct dio: one direct I/O, until its last bio is complete."""

    flags: int
    """DIO_LOCKING, DIO_SKIP_HOLES."""
    iocb: Kiocb
    inode: Inode
    pages: KArray[mm_types.Page | None]
    """The queue: pages of the caller that were taken in advance."""
    i_size: int = 0
    """Length of the file when it began [bytes]."""
    opf: int = 0
    """Operation and REQ_* bits of its bios."""
    is_pinned: bool = False
    """Whether its pages are pinned (since v6.5)."""
    bio_lock: int = 0
    """Guards refcount, bio_list and waiter: 1 while held."""
    page_errors: int = 0
    """The first error of taking pages; 0: none."""
    is_async: bool = False
    """False when the submitter waits."""
    defer_completion: bool = False
    """Whether a worker has to complete it."""
    should_dirty: bool = False
    """Whether the pages are to be marked dirty."""
    io_error: int = 0
    """The last error of a bio; 0: none."""
    refcount: int = 0
    """One for the submitter, and one a bio in flight."""
    bio_list: blk_types.Bio | None = None
    """Bios that are complete, last first, linked by bi_private."""
    waiter: mm_types.TaskStruct | None = None
    """Who sleeps until a bio is complete."""
    result: int = 0
    """What was submitted, without padding [bytes]."""
    submit: DioSubmit | None = None
    """What the submitter has on its stack; None once it is gone."""


def buffer_mapped(bh: BufferHead) -> bool:
    """True when the blocks have a place on the disk."""
    return bool(bh.b_state & BH_Mapped)


def buffer_new(bh: BufferHead) -> bool:
    """True when the blocks were given to the file just now."""
    return bool(bh.b_state & BH_New)


def buffer_boundary(bh: BufferHead) -> bool:
    """True when a block of metadata follows."""
    return bool(bh.b_state & BH_Boundary)
