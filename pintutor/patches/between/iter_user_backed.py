"""Whether an iterator is of user memory follows from its kind.

Two of the kinds are; a flag of its own could only differ from that by mistake.

Linux kernel commit f1b4cb650b9a ("iov_iter: Derive user-backedness from the
iterator type") (in v6.7).
"""

from pintutor.linux.include.linux import uio
from pintutor.linux.include.linux.bug import warn_on_once
from pintutor.linux.include.linux.uio import (
    ITER_IOVEC,
    ITER_UBUF,
    READ,
    WRITE,
    IovIter,
    iter_is_iovec,
    iter_is_ubuf,
)
from pintutor.linux.include.uapi.uio import IovecPtr
from pintutor.linux.lib import iov_iter_init as init
from pintutor.linux.lib.iov_iter_init import iov_iter_clear
from pintutor.patches.between import iter_ubuf
from pintutor.patches.patch import Patch

PATCH = Patch(
    "iter-user-backed",
    "iov_iter: Derive user-backedness from the iterator type",
    commit="f1b4cb650b9a",
    release="v6.7",
    author="David Howells",
    needs=("iter-ubuf", "ubuf-nr-segs"),
)


@PATCH.replaces(uio.user_backed_iter)
def user_backed_iter(i: IovIter) -> bool:
    """True for memory of user space."""
    return iter_is_ubuf(i) or iter_is_iovec(i)


@PATCH.replaces(iter_ubuf.iov_iter_ubuf)
def iov_iter_ubuf(i: IovIter, direction: int, buf: int, count: int) -> None:
    """Make an iterator over one stretch of user memory."""
    warn_on_once(bool(direction & ~(READ | WRITE)), "iov_iter_ubuf: direction")
    iov_iter_clear(i)
    i.iter_type = ITER_UBUF
    i.data_source = direction
    i.ubuf = buf
    i.count = count
    i.nr_segs = 1


@PATCH.replaces(init.iov_iter_init)
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
