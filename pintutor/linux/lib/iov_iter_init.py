"""Making iterators, and putting them back (lib/iov_iter.c, Linux v5.17)."""

from pintutor.linux.include.linux.bug import warn_on_once
from pintutor.linux.include.linux.bvec import BvecPtr
from pintutor.linux.include.linux.mm_types import AddressSpace
from pintutor.linux.include.linux.pipe_fs_i import PipeInodeInfo, pipe_full
from pintutor.linux.include.linux.uio import (
    ITER_BVEC,
    ITER_DISCARD,
    ITER_IOVEC,
    ITER_KVEC,
    ITER_PIPE,
    ITER_XARRAY,
    READ,
    WRITE,
    IovIter,
    IovIterState,
    iov_iter_is_bvec,
    iov_iter_is_kvec,
    iter_is_iovec,
)
from pintutor.linux.include.uapi.uio import IovecPtr
from pintutor.sim.errors import KernelBug
from pintutor.sim.function import kernel_function


def iov_iter_clear(i: IovIter) -> None:
    """Make every field of the iterator zero: `*i = (struct iov_iter){}`."""
    iov_iter_assign(i, IovIter())


def iov_iter_assign(new: IovIter, old: IovIter) -> None:
    """Make every field as in the other iterator: `*new = *old`."""
    for name in IovIter.__slots__:
        if getattr(new, name) != getattr(old, name):
            setattr(new, name, getattr(old, name))


@kernel_function("lib/iov_iter.c")
def iov_iter_init(
    i: IovIter, direction: int, iov: IovecPtr, nr_segs: int, count: int
) -> None:
    """Make an iterator over stretches of user memory."""
    warn_on_once(bool(direction & ~(READ | WRITE)), "iov_iter_init: direction")
    iov_iter_clear(i)
    i.iter_type = ITER_IOVEC
    i.data_source = direction
    i.iov = iov
    i.nr_segs = nr_segs
    i.count = count


@kernel_function("lib/iov_iter.c")
def iov_iter_kvec(
    i: IovIter, direction: int, kvec: IovecPtr, nr_segs: int, count: int
) -> None:
    """Make an iterator over stretches of kernel memory, by address."""
    warn_on_once(bool(direction & ~(READ | WRITE)), "iov_iter_kvec: direction")
    iov_iter_clear(i)
    i.iter_type = ITER_KVEC
    i.data_source = direction
    i.iov = kvec
    i.nr_segs = nr_segs
    i.count = count


@kernel_function("lib/iov_iter.c")
def iov_iter_bvec(
    i: IovIter, direction: int, bvec: BvecPtr, nr_segs: int, count: int
) -> None:
    """Make an iterator over stretches of memory, by page."""
    warn_on_once(bool(direction & ~(READ | WRITE)), "iov_iter_bvec: direction")
    iov_iter_clear(i)
    i.iter_type = ITER_BVEC
    i.data_source = direction
    i.bvec = bvec
    i.nr_segs = nr_segs
    i.count = count


@kernel_function("lib/iov_iter.c")
def iov_iter_pipe(
    i: IovIter, direction: int, pipe: PipeInodeInfo, count: int
) -> None:
    """Make an iterator that fills a pipe."""
    if direction != READ:
        raise KernelBug("iov_iter_pipe: direction")
    full = pipe_full(pipe.head, pipe.tail, pipe.ring_size)
    warn_on_once(full, "iov_iter_pipe: the pipe is full")
    iov_iter_clear(i)
    i.iter_type = ITER_PIPE
    i.pipe = pipe
    i.head = pipe.head
    i.start_head = pipe.head
    i.count = count


@kernel_function("lib/iov_iter.c")
def iov_iter_xarray(
    i: IovIter, direction: int, xarray: AddressSpace, start: int, count: int
) -> None:
    """Make an iterator over the cached pages of a file.

    Context: the caller sees to it that the pages stay.
    """
    if direction & ~1:
        raise KernelBug("iov_iter_xarray: direction")
    iov_iter_clear(i)
    i.iter_type = ITER_XARRAY
    i.data_source = direction
    i.xarray = xarray
    i.xarray_start = start
    i.count = count


@kernel_function("lib/iov_iter.c")
def iov_iter_discard(i: IovIter, direction: int, count: int) -> None:
    """Make an iterator that throws away what comes in."""
    if direction != READ:
        raise KernelBug("iov_iter_discard: direction")
    iov_iter_clear(i)
    i.iter_type = ITER_DISCARD
    i.count = count


@kernel_function("lib/iov_iter.c")
def iov_iter_restore(i: IovIter, state: IovIterState) -> None:
    """Put the iterator back to where iov_iter_save_state() saw it.

    The segment is found by counting back, so only those with segments can.
    """
    warned = warn_on_once(
        not iov_iter_is_bvec(i) and not iter_is_iovec(i),
        "iov_iter_restore: type",
    )
    if warned and not iov_iter_is_kvec(i):
        return
    i.iov_offset = state.iov_offset
    i.count = state.count
    iov_iter_step_back(i, state.nr_segs - i.nr_segs)
    i.nr_segs = state.nr_segs


def iov_iter_step_back(i: IovIter, segs: int) -> None:
    """Move the pointer to the current segment back by `segs`."""
    if i.bvec is not None:
        i.bvec = i.bvec.plus(-segs)
    elif i.iov is not None:
        i.iov = i.iov.plus(-segs)
