"""Faulting user memory in ahead of a copy or of direct I/O (lib/iov_iter.c).

Callers that hold locks get pages with `nofault` and copy without faulting. What
could not be had they fault in with nothing held, and try again.
"""

from pintutor.linux.include.linux.uio import (
    IovIter,
    iov_iter_count,
    iter_is_iovec,
)
from pintutor.linux.mm.gup_fault import (
    fault_in_readable,
    fault_in_safe_writeable,
)
from pintutor.sim.function import KernelFunction, kernel_function


@kernel_function("lib/iov_iter.c")
def fault_in_iov_iter_readable(i: IovIter, size: int) -> int:
    """Fault in the next `size` bytes for reading; the iterator stays.

    Returns: bytes that could not be had; 0 for memory of the kernel.
    """
    if iter_is_iovec(i):
        return fault_in_iovec(i, size, fault_in_readable)
    return 0


@kernel_function("lib/iov_iter.c")
def fault_in_iov_iter_writeable(i: IovIter, size: int) -> int:
    """Fault in the next `size` bytes for writing; the iterator stays.

    Nothing is written and no page fault is taken: GUP does it.
    Returns: bytes that could not be had; 0 for memory of the kernel.
    """
    if iter_is_iovec(i):
        return fault_in_iovec(i, size, fault_in_safe_writeable)
    return 0


def fault_in_iovec(
    i: IovIter, size: int, fault_in: KernelFunction[[int, int], int]
) -> int:
    """Fault segments in up to the first that cannot be had as a whole.

    In C this is a branch of both functions above.
    """
    assert i.iov is not None, "the iterator has segments"
    count = min(size, iov_iter_count(i))
    size -= count
    p = i.iov
    skip = i.iov_offset
    while count:
        len_ = min(count, p.at(0).iov_len - skip)
        ret = fault_in(p.at(0).iov_base + skip, len_) if len_ else 0
        count -= len_ - ret
        if ret:
            break
        p = p.plus(1)
        skip = 0
    return count + size
