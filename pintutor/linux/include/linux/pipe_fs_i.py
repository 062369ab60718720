"""struct pipe_inode_info: a pipe (include/linux/pipe_fs_i.h, Linux v6.1).

A pipe is a ring of buffers, and a buffer is a part of a page with a table of
functions that know how the page is held. `head` and `tail` only grow; the slot
is their remainder by the size of the ring. The two ends of a pipe are folded
into it: `readers` and `writers` say which of them are open.

Not modelled: wait queues, watch queues, packets, FIFOs with a name, taking the
page out of a buffer instead of its data (try_steal).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pintutor.linux.include.linux.mm_types import Page
from pintutor.sim.errors import KernelBug
from pintutor.sim.objects import KArray, KObject
from pintutor.sim.poison import freeable

PIPE_DEF_BUFFERS = 16
"""Slots of a pipe that was not asked to have others."""

PIPE_BUF_FLAG_GIFT = 0x04
"""Who gave the page does not want it back."""
PIPE_BUF_FLAG_CAN_MERGE = 0x10
"""A later write may go on in this buffer."""

PIPE_BUF_FLAG_NAMES: dict[int, str] = {
    PIPE_BUF_FLAG_GIFT: "gift",
    PIPE_BUF_FLAG_CAN_MERGE: "can_merge",
}
"""Bit to the name that views show."""


@dataclass(slots=True, frozen=True, eq=False)
class PipeBufOperations:
    """struct pipe_buf_operations: how the page of a buffer is held."""

    name: str
    """What the table is called in C."""
    release: Callable[[PipeInodeInfo, PipeBuffer], None]
    """Give back what the buffer holds."""
    get: Callable[[PipeInodeInfo, PipeBuffer], bool]
    """Hold it once more, for another pipe; false when that fails."""
    confirm: Callable[[PipeInodeInfo, PipeBuffer], int] | None = None
    """Make sure that the data is there; None: it always is."""
    references: int = 1
    """References that each buffer holds; the books of the model need it."""


@dataclass(slots=True, eq=False)
class PipeBuffer(KObject):
    """struct pipe_buffer: a part of a page in a pipe."""

    ops: PipeBufOperations | None
    """How the page is held; None once it was given back."""
    page: Page
    offset: int
    """First byte of the data in the page [bytes]."""
    len: int
    """Length of the data [bytes]."""
    flags: int = 0
    """PIPE_BUF_FLAG_* bits."""


@freeable
@dataclass(slots=True, eq=False)
class PipeInodeInfo(KObject):
    """struct pipe_inode_info: a pipe and what waits in it."""

    name: str
    bufs: KArray[PipeBuffer | None]
    """The ring; None where no buffer was put yet."""
    ring_size: int
    """Slots of the ring, a power of two."""
    max_usage: int
    """Slots that may be in use."""
    head: int = 0
    """Buffers ever put in: the next one goes to slot head % ring_size."""
    tail: int = 0
    """Buffers ever used up: the oldest is in slot tail % ring_size."""
    readers: int = 1
    """Open ends that read."""
    writers: int = 1
    """Open ends that write."""
    mutex: int = 0
    """Guards the ring: 1 while held."""
    tmp_page: Page | None = None
    """A page that was used up, kept for the next write."""


def pipe_empty(head: int, tail: int) -> bool:
    """True when no slot is in use."""
    return head == tail


def pipe_occupancy(head: int, tail: int) -> int:
    """Slots that are in use."""
    return head - tail


def pipe_full(head: int, tail: int, limit: int) -> bool:
    """True when `limit` slots are in use."""
    return pipe_occupancy(head, tail) >= limit


def pipe_buf(pipe: PipeInodeInfo, slot: int) -> PipeBuffer:
    """The buffer in a slot, which must have had one."""
    buf = pipe.bufs[slot & pipe.ring_size - 1]
    if buf is None:
        raise KernelBug("NULL pointer dereference: the slot has no page yet")
    return buf


def pipe_bufs(pipe: PipeInodeInfo) -> tuple[PipeBuffer, ...]:
    """The buffers in use, from the oldest on; the kernel has no such walk.

    In the midst of a write the newest slot may have none yet.
    """
    slots = range(pipe.tail, pipe.head)
    found = (pipe.bufs[slot & pipe.ring_size - 1] for slot in slots)
    return tuple(buf for buf in found if buf is not None)


def pipe_set_buf(pipe: PipeInodeInfo, slot: int, buf: PipeBuffer) -> None:
    """Put a buffer into a slot: `*pipe_buf(pipe, slot) = buf` in C."""
    pipe.bufs[slot & pipe.ring_size - 1] = buf


def buf_ops(buf: PipeBuffer) -> PipeBufOperations:
    """What can be done with the buffer, which must be in use: `buf->ops->`."""
    if buf.ops is None:
        raise KernelBug("NULL pointer dereference: the buffer is not in use")
    return buf.ops


def pipe_buf_get(pipe: PipeInodeInfo, buf: PipeBuffer) -> bool:
    """Hold what the buffer holds once more; false when that fails."""
    return buf_ops(buf).get(pipe, buf)


def pipe_buf_release(pipe: PipeInodeInfo, buf: PipeBuffer) -> None:
    """Give back what the buffer holds."""
    ops = buf_ops(buf)
    buf.ops = None
    ops.release(pipe, buf)


def pipe_buf_confirm(pipe: PipeInodeInfo, buf: PipeBuffer) -> int:
    """0 when the data of the buffer is there, or an error."""
    ops = buf_ops(buf)
    return 0 if ops.confirm is None else ops.confirm(pipe, buf)


def pipe_discard_from(pipe: PipeInodeInfo, old_head: int) -> None:
    """Give back the buffers from `old_head` on."""
    while pipe.head > old_head:
        pipe.head -= 1
        pipe_buf_release(pipe, pipe_buf(pipe, pipe.head))
