"""One stretch of user memory needs no array of segments.

Most reads and writes have one buffer. ITER_UBUF keeps its address where
ITER_IOVEC points to segments, so there is nothing to walk. What user memory
there is, is told by a flag of the iterator from now on, as two kinds of
iterators have it.

Linux kernel commit fcb14cb1bdac ("new iov_iter flavour - ITER_UBUF") (in v6.0).
The functions that only look or copy are in iter_ubuf_walk.py.
"""

from pintutor.linux.include.linux import uio
from pintutor.linux.include.linux.bug import warn_on_once
from pintutor.linux.include.linux.uio import (
    ITER_IOVEC,
    ITER_UBUF,
    MAX_RW_COUNT,
    READ,
    WRITE,
    IovIter,
    IovIterState,
    iov_iter_is_bvec,
    iov_iter_is_discard,
    iov_iter_is_kvec,
    iov_iter_is_pipe,
    iov_iter_is_xarray,
    iter_is_iovec,
    iter_is_ubuf,
)
from pintutor.linux.include.uapi.uio import IovecPtr
from pintutor.linux.lib import iov_iter_init as init
from pintutor.linux.lib import iov_iter_move as move
from pintutor.linux.lib.iov_iter_init import (
    iov_iter_clear,
    iov_iter_step_back,
)
from pintutor.linux.lib.iov_iter_move import (
    iov_iter_bvec_advance,
    iov_iter_bvec_revert,
    iov_iter_iovec_advance,
    iov_iter_iovec_revert,
)
from pintutor.linux.lib.iov_iter_pipe import pipe_advance, pipe_revert
from pintutor.patches.patch import Patch
from pintutor.sim.errors import KernelBug

PATCH = Patch(
    "iter-ubuf",
    "new iov_iter flavour - ITER_UBUF",
    commit="fcb14cb1bdac",
    release="v6.0",
    author="Al Viro",
)


@PATCH.replaces(uio.user_backed_iter)
def user_backed_iter(i: IovIter) -> bool:
    """True for memory of user space."""
    return i.user_backed


@PATCH.adds("include/linux/uio.h")
def iov_iter_ubuf(i: IovIter, direction: int, buf: int, count: int) -> None:
    """Make an iterator over one stretch of user memory."""
    warn_on_once(bool(direction & ~(READ | WRITE)), "iov_iter_ubuf: direction")
    iov_iter_clear(i)
    i.iter_type = ITER_UBUF
    i.user_backed = True
    i.data_source = direction
    i.ubuf = buf
    i.count = count


@PATCH.replaces(init.iov_iter_init)
def iov_iter_init(
    i: IovIter, direction: int, iov: IovecPtr, nr_segs: int, count: int
) -> None:
    """Make an iterator over stretches of user memory."""
    warn_on_once(bool(direction & ~(READ | WRITE)), "iov_iter_init: direction")
    iov_iter_clear(i)
    i.iter_type = ITER_IOVEC
    i.user_backed = True
    i.data_source = direction
    i.iov = iov
    i.nr_segs = nr_segs
    i.count = count


@PATCH.replaces(init.iov_iter_restore)
def iov_iter_restore(i: IovIter, state: IovIterState) -> None:
    """Put the iterator back to where iov_iter_save_state() saw it.

    The segment is found by counting back, so only those with segments can.
    """
    warned = warn_on_once(
        not iov_iter_is_bvec(i) and not iter_is_iovec(i),
        "iov_iter_restore: type",
    )
    if warned and not iov_iter_is_kvec(i) and not iter_is_ubuf(i):
        return
    i.iov_offset = state.iov_offset
    i.count = state.count
    if iter_is_ubuf(i):
        return
    iov_iter_step_back(i, state.nr_segs - i.nr_segs)
    i.nr_segs = state.nr_segs


@PATCH.replaces(move.iov_iter_advance)
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
    elif iter_is_ubuf(i) or iov_iter_is_xarray(i):
        i.iov_offset += size
        i.count -= size
    elif iov_iter_is_discard(i):
        i.count -= size


@PATCH.replaces(move.iov_iter_revert)
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
    if iov_iter_is_xarray(i) or iter_is_ubuf(i):
        raise KernelBug("iov_iter_revert: beyond the start of the pages")
    if iov_iter_is_bvec(i):
        iov_iter_bvec_revert(i, unroll)
    else:
        iov_iter_iovec_revert(i, unroll)
