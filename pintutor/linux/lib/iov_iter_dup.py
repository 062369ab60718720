"""An iterator with segments of its own (lib/iov_iter.c, Linux v5.17).

Whoever goes on with I/O after the system call has returned cannot use the
caller's array of segments.

Not modelled: kfree() of the copy, and having no memory for it.
"""

from dataclasses import replace

from pintutor.linux.include.linux.bug import warn_on_once
from pintutor.linux.include.linux.bvec import BioVec, BvecPtr
from pintutor.linux.include.linux.uio import (
    IovIter,
    iov_iter_is_bvec,
    iov_iter_is_discard,
    iov_iter_is_pipe,
    iov_iter_is_xarray,
)
from pintutor.linux.include.uapi.uio import Iovec, IovecPtr
from pintutor.linux.lib.iov_iter_init import iov_iter_assign
from pintutor.sim.function import kernel_function
from pintutor.sim.objects import KArray


@kernel_function("lib/iov_iter.c")
def dup_iter(new: IovIter, old: IovIter) -> BvecPtr | IovecPtr | None:
    """Make `new` stand where `old` does, with its own array of segments.

    Returns: the array, None where the iterator has none.
    """
    iov_iter_assign(new, old)
    if iov_iter_is_pipe(new):
        warn_on_once(True, "dup_iter: a pipe")
        return None
    if iov_iter_is_discard(new) or iov_iter_is_xarray(new):
        return None
    if iov_iter_is_bvec(new):
        new.bvec = bvec_dup(new)
        return new.bvec
    new.iov = iovec_dup(new)
    return new.iov


def bvec_dup(i: IovIter) -> BvecPtr:
    """A copy of the segments left: kmemdup() of `nr_segs` bio_vecs."""
    assert i.bvec is not None, "the iterator has segments"
    at = i.bvec.at
    segments = KArray[BioVec]([replace(at(k)) for k in range(i.nr_segs)])
    return BvecPtr(segments, 0)


def iovec_dup(i: IovIter) -> IovecPtr:
    """A copy of the segments left: kmemdup() of `nr_segs` iovecs."""
    assert i.iov is not None, "the iterator has segments"
    at = i.iov.at
    segments = KArray[Iovec]([replace(at(k)) for k in range(i.nr_segs)])
    return IovecPtr(segments, 0)
