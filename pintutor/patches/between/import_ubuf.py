"""One segment from user space becomes ITER_UBUF.

Most calls of readv() and writev() that name segments name one.

Linux kernel commit 3b2deb0e46da ("iov_iter: import single vector iovecs as
ITER_UBUF") (in v6.4).
"""

from pintutor.linux.include.linux.uio import MAX_RW_COUNT, IovIter
from pintutor.linux.include.uapi.errno import EFAULT, EINVAL
from pintutor.linux.include.uapi.uio import UIO_MAXIOV, IovecPtr
from pintutor.linux.lib import iov_iter_import as base
from pintutor.linux.lib.iov_iter_import import SSIZE_MAX
from pintutor.linux.lib.iov_iter_init import iov_iter_init
from pintutor.linux.mm.gup_fast import access_ok
from pintutor.patches.between.iter_ubuf import iov_iter_ubuf
from pintutor.patches.patch import Patch

PATCH = Patch(
    "import-ubuf",
    "iov_iter: import single vector iovecs as ITER_UBUF",
    commit="3b2deb0e46da",
    release="v6.4",
    author="Jens Axboe",
    needs=("ubuf-nr-segs",),
)


@PATCH.adds("lib/iov_iter.c")
def import_ubuf(rw: int, buf: int, len_: int, i: IovIter) -> int:
    """Make an iterator over one stretch that a task names; 0 or -EFAULT."""
    len_ = min(len_, MAX_RW_COUNT)
    if not access_ok(buf, len_):
        return -EFAULT

    iov_iter_ubuf(i, rw, buf, len_)
    return 0


@PATCH.replaces(base.import_iovec)
def import_iovec(type_: int, uvec: IovecPtr, nr_segs: int, i: IovIter) -> int:
    """Make an iterator over the segments that a task names.

    Returns: bytes; -EINVAL for too many segments or a length below 0, -EFAULT
    for addresses beyond user space. What is too long is cut off.
    """
    if nr_segs == 1 and uvec.at(0).iov_len <= SSIZE_MAX:
        iov = uvec.at(0)
        return import_ubuf(type_, iov.iov_base, iov.iov_len, i) or i.count
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
