"""Moving an iterator forth and back (lib/iov_iter.c, Linux v5.17).

A move takes nothing and gives nothing back, except with a pipe: there the
buffers beyond the new place are freed.

iov_iter_bvec_advance() is that of v6.0, which also steps over empty segments.
"""

from pintutor.linux.include.linux.bug import warn_on_once
from pintutor.linux.include.linux.uio import (
    MAX_RW_COUNT,
    IovIter,
    iov_iter_is_bvec,
    iov_iter_is_discard,
    iov_iter_is_kvec,
    iov_iter_is_pipe,
    iov_iter_is_xarray,
    iter_is_iovec,
)
from pintutor.linux.lib.iov_iter_pipe import pipe_advance, pipe_revert
from pintutor.sim.errors import KernelBug
from pintutor.sim.function import kernel_function


@kernel_function("lib/iov_iter.c")
def iov_iter_advance(i: IovIter, size: int) -> None:
    """Go on by `size` bytes, at most to the end."""
    if i.count < size:
        size = i.count
    if iter_is_iovec(i) or iov_iter_is_kvec(i):
        iov_iter_iovec_advance(i, size)
    elif iov_iter_is_bvec(i):
        iov_iter_bvec_advance(i, size)
    elif iov_iter_is_pipe(i):
        pipe_advance(i, size)
    elif iov_iter_is_xarray(i):
        i.iov_offset += size
        i.count -= size
    elif iov_iter_is_discard(i):
        i.count -= size


@kernel_function("lib/iov_iter.c")
def iov_iter_iovec_advance(i: IovIter, size: int) -> None:
    """Go on by `size` bytes; a segment that ends there is left, empty or not.

    iovec and kvec have one layout.
    """
    assert i.iov is not None, "the iterator has segments"
    if not i.count:
        return
    i.count -= size

    size += i.iov_offset
    iov = i.iov
    end = iov.nr + i.nr_segs
    while iov.nr < end:
        if size < iov.at(0).iov_len:
            break
        size -= iov.at(0).iov_len
        iov = iov.plus(1)
    i.iov_offset = size
    i.nr_segs -= iov.nr - i.iov.nr
    i.iov = iov


@kernel_function("lib/iov_iter.c")
def iov_iter_bvec_advance(i: IovIter, size: int) -> None:
    """Go on by `size` bytes, past a segment that ends there."""
    assert i.bvec is not None, "the iterator has segments"
    if not i.count:
        return
    i.count -= size

    size += i.iov_offset
    bvec = i.bvec
    end = bvec.nr + i.nr_segs
    while bvec.nr < end:
        if size < bvec.at(0).bv_len:
            break
        size -= bvec.at(0).bv_len
        bvec = bvec.plus(1)
    i.iov_offset = size
    i.nr_segs -= bvec.nr - i.bvec.nr
    i.bvec = bvec


@kernel_function("lib/iov_iter.c")
def iov_iter_revert(i: IovIter, unroll: int) -> None:
    """Go back by `unroll` bytes, at most to where the iterator began."""
    if not unroll:
        return
    if warn_on_once(unroll > MAX_RW_COUNT, "iov_iter_revert: unroll"):
        return
    i.count += unroll
    if iov_iter_is_pipe(i):
        pipe_revert(i, unroll)
        return
    if iov_iter_is_discard(i):
        return
    if unroll <= i.iov_offset:
        i.iov_offset -= unroll
        return
    unroll -= i.iov_offset
    if iov_iter_is_xarray(i):
        raise KernelBug("iov_iter_revert: beyond the start of the pages")
    elif iov_iter_is_bvec(i):
        iov_iter_bvec_revert(i, unroll)
    else:
        iov_iter_iovec_revert(i, unroll)


@kernel_function("lib/iov_iter.c")
def iov_iter_bvec_revert(i: IovIter, unroll: int) -> None:
    """Go back by `unroll` bytes from the start of a segment.

    In C this is a branch of iov_iter_revert().
    """
    assert i.bvec is not None, "the iterator has segments"
    bvec = i.bvec
    while True:
        bvec = bvec.plus(-1)
        n = bvec.at(0).bv_len
        i.nr_segs += 1
        if unroll <= n:
            i.bvec = bvec
            i.iov_offset = n - unroll
            return
        unroll -= n


@kernel_function("lib/iov_iter.c")
def iov_iter_iovec_revert(i: IovIter, unroll: int) -> None:
    """Go back by `unroll` bytes from the start of a segment.

    In C this is a branch of iov_iter_revert().
    """
    assert i.iov is not None, "the iterator has segments"
    iov = i.iov
    while True:
        iov = iov.plus(-1)
        n = iov.at(0).iov_len
        i.nr_segs += 1
        if unroll <= n:
            i.iov = iov
            i.iov_offset = n - unroll
            return
        unroll -= n
