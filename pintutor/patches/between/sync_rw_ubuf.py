"""read(2) and write(2) use the shortest iterator.

They name one stretch of memory, so their iterator is ITER_UBUF: an address and
a length, and no array of segments. What a page is got with is the same.

Linux kernel commit 3e20a751aff0 ("switch new_sync_{read,write}() to ITER_UBUF")
(in v6.0).
"""

from pintutor.linux.fs import read_write_sys
from pintutor.linux.fs.read_write import call_read_iter, call_write_iter
from pintutor.linux.include.linux.kiocb import Kiocb
from pintutor.linux.include.linux.uio import READ, WRITE, IovIter
from pintutor.patches.between.iter_ubuf import iov_iter_ubuf
from pintutor.patches.patch import Patch

PATCH = Patch(
    "sync-rw-ubuf",
    "switch new_sync_{read,write}() to ITER_UBUF",
    commit="3e20a751aff0",
    release="v6.0",
    author="Al Viro",
    needs=("iter-ubuf",),
)


@PATCH.replaces(read_write_sys.new_sync_read)
def new_sync_read(kiocb: Kiocb, iter: IovIter, buf: int, len: int) -> int:
    """Read into one stretch of memory, and wait for it.

    `iter` lies on the stack, in C.
    """
    iov_iter_ubuf(iter, READ, buf, len)
    return call_read_iter(kiocb, iter)


@PATCH.replaces(read_write_sys.new_sync_write)
def new_sync_write(kiocb: Kiocb, iter: IovIter, buf: int, len: int) -> int:
    """Write from one stretch of memory, and wait for it."""
    iov_iter_ubuf(iter, WRITE, buf, len)
    return call_write_iter(kiocb, iter)
