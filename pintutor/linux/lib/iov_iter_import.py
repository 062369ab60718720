"""Iterators over what a system call was given (lib/iov_iter.c, Linux v5.17).

Not modelled: reading the segments out of user memory, 32-bit tasks, the array
on the stack.
"""

from pintutor.linux.include.linux.uio import MAX_RW_COUNT, IovIter
from pintutor.linux.include.uapi.errno import EFAULT, EINVAL
from pintutor.linux.include.uapi.uio import UIO_MAXIOV, IovecPtr
from pintutor.linux.lib.iov_iter_init import iov_iter_init
from pintutor.linux.mm.gup_fast import access_ok
from pintutor.sim.function import kernel_function

SSIZE_MAX = (1 << 63) - 1


@kernel_function("lib/iov_iter.c")
def import_iovec(type_: int, uvec: IovecPtr, nr_segs: int, i: IovIter) -> int:
    """Make an iterator over the segments that a task names.

    Returns: bytes; -EINVAL for too many segments or a length below 0, -EFAULT
    for addresses beyond user space. What is too long is cut off.
    """
    if nr_segs > UIO_MAXIOV:
        return -EINVAL
    for seg in range(nr_segs):
        if uvec.at(seg).iov_len > SSIZE_MAX:
            return -EINVAL

    total_len = 0
    for seg in range(nr_segs):
        iov = uvec.at(seg)
        if not access_ok(iov.iov_base, iov.iov_len):
            return -EFAULT
        if iov.iov_len > MAX_RW_COUNT - total_len:
            iov.iov_len = MAX_RW_COUNT - total_len
        total_len += iov.iov_len

    iov_iter_init(i, type_, uvec, nr_segs, total_len)
    return total_len
