"""ITER_UBUF where memory is faulted in, and in copies of iterators.

The third part of Linux kernel commit fcb14cb1bdac ("new iov_iter flavour -
ITER_UBUF") (in v6.0): see iter_ubuf.py.
"""

from pintutor.linux.include.linux.bug import warn_on_once
from pintutor.linux.include.linux.bvec import BvecPtr
from pintutor.linux.include.linux.uio import (
    IovIter,
    iov_iter_count,
    iov_iter_is_bvec,
    iov_iter_is_kvec,
    iov_iter_is_pipe,
    iter_is_iovec,
    iter_is_ubuf,
)
from pintutor.linux.include.uapi.uio import IovecPtr
from pintutor.linux.lib import iov_iter_dup as dup
from pintutor.linux.lib import iov_iter_fault as fault
from pintutor.linux.lib.iov_iter_dup import bvec_dup, iovec_dup
from pintutor.linux.lib.iov_iter_fault import fault_in_iovec
from pintutor.linux.lib.iov_iter_init import iov_iter_assign
from pintutor.linux.mm.gup_fault import (
    fault_in_readable,
    fault_in_safe_writeable,
)
from pintutor.patches.between import iter_ubuf_walk

PATCH = iter_ubuf_walk.PATCH


@PATCH.replaces(fault.fault_in_iov_iter_readable)
def fault_in_iov_iter_readable(i: IovIter, size: int) -> int:
    """Fault in the next `size` bytes for reading; the iterator stays.

    Returns: bytes that could not be had; 0 for memory of the kernel.
    """
    if iter_is_ubuf(i):
        n = min(size, iov_iter_count(i))
        n -= fault_in_readable(i.ubuf + i.iov_offset, n)
        return size - n
    if iter_is_iovec(i):
        return fault_in_iovec(i, size, fault_in_readable)
    return 0


@PATCH.replaces(fault.fault_in_iov_iter_writeable)
def fault_in_iov_iter_writeable(i: IovIter, size: int) -> int:
    """Fault in the next `size` bytes for writing; the iterator stays.

    Nothing is written and no page fault is taken: GUP does it.
    Returns: bytes that could not be had; 0 for memory of the kernel.
    """
    if iter_is_ubuf(i):
        n = min(size, iov_iter_count(i))
        n -= fault_in_safe_writeable(i.ubuf + i.iov_offset, n)
        return size - n
    if iter_is_iovec(i):
        return fault_in_iovec(i, size, fault_in_safe_writeable)
    return 0


@PATCH.replaces(dup.dup_iter)
def dup_iter(new: IovIter, old: IovIter) -> BvecPtr | IovecPtr | None:
    """Make `new` stand where `old` does, with its own array of segments.

    Returns: the array, None where the iterator has none.
    """
    iov_iter_assign(new, old)
    if iov_iter_is_pipe(new):
        warn_on_once(True, "dup_iter: a pipe")
        return None
    if iov_iter_is_bvec(new):
        new.bvec = bvec_dup(new)
        return new.bvec
    if iov_iter_is_kvec(new) or iter_is_iovec(new):
        new.iov = iovec_dup(new)
        return new.iov
    return None
