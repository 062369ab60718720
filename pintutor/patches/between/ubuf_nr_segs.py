"""An iterator over one stretch says that it has one segment.

Code that asks for the number of segments need not know about ITER_UBUF.

Linux kernel commit cd0bd57a9de5 ("iov_iter: set nr_segs = 1 for ITER_UBUF")
(in v6.4).
"""

from pintutor.linux.include.linux.bug import warn_on_once
from pintutor.linux.include.linux.uio import ITER_UBUF, READ, WRITE, IovIter
from pintutor.linux.lib.iov_iter_init import iov_iter_clear
from pintutor.patches.between import iter_ubuf
from pintutor.patches.patch import Patch

PATCH = Patch(
    "ubuf-nr-segs",
    "iov_iter: set nr_segs = 1 for ITER_UBUF",
    commit="cd0bd57a9de5",
    release="v6.4",
    author="Jens Axboe",
    needs=("iter-ubuf",),
)


@PATCH.replaces(iter_ubuf.iov_iter_ubuf)
def iov_iter_ubuf(i: IovIter, direction: int, buf: int, count: int) -> None:
    """Make an iterator over one stretch of user memory."""
    warn_on_once(bool(direction & ~(READ | WRITE)), "iov_iter_ubuf: direction")
    iov_iter_clear(i)
    i.iter_type = ITER_UBUF
    i.user_backed = True
    i.data_source = direction
    i.ubuf = buf
    i.count = count
    i.nr_segs = 1
