"""The entry to direct I/O by iomap, and waiting for its end
(fs/iomap/direct-io.c, v5.17).

Not modelled: IOCB_NOWAIT, IOMAP_DIO_OVERWRITE_ONLY, making the workqueue when
it is first needed.
"""

from pintutor.linux.fs.inode_dio import inode_dio_begin
from pintutor.linux.fs.iomap.direct_io import iomap_dio_iter
from pintutor.linux.fs.iomap.direct_io_end import (
    iomap_dio_complete,
    iomap_dio_free,
    iomap_dio_set_error,
)
from pintutor.linux.fs.iomap.iter import iomap_iter
from pintutor.linux.globals import current, this_kernel
from pintutor.linux.include.linux.iomap import (
    IOMAP_DIO_DIRTY,
    IOMAP_DIO_FORCE_WAIT,
    IOMAP_DIO_PARTIAL,
    IOMAP_DIO_WRITE,
    IOMAP_DIRECT,
    IOMAP_WRITE,
    Iomap,
    IomapDio,
    IomapIter,
)
from pintutor.linux.include.linux.kiocb import Kiocb, is_sync_kiocb
from pintutor.linux.include.linux.mm_types import PAGE_SHIFT
from pintutor.linux.include.linux.uio import (
    READ,
    IovIter,
    iov_iter_count,
    iov_iter_rw,
    user_backed_iter,
)
from pintutor.linux.include.uapi.errno import EFAULT, EIOCBQUEUED, ENOTBLK
from pintutor.linux.kernel.sched import wait_event
from pintutor.linux.lib.iov_iter import iov_iter_revert
from pintutor.linux.mm.filemap_range import (
    filemap_write_and_wait_range,
    invalidate_inode_pages2_range,
)
from pintutor.sim.atomic import atomic_sub_and_test
from pintutor.sim.function import kernel_function


@kernel_function("fs/iomap/direct-io.c")
def iomap_dio_alloc(iocb: Kiocb, iter: IovIter, done_before: int) -> IomapDio:
    """A direct I/O of which nothing is submitted yet: kmalloc() in C."""
    size = iocb.ki_filp.i_size
    dio = IomapDio(iocb, size, iter, current(), done_before=done_before)
    kernel = this_kernel()
    kernel.dios = (*kernel.dios, dio)
    return dio


@kernel_function("fs/iomap/direct-io.c")
def iomap_dio_begin(iocb: Kiocb, iter: IovIter, dio: IomapDio) -> int:
    """Set a direct I/O up: what the page cache has reaches the disk first.

    In C this is a part of __iomap_dio_rw(). Returns: 0; -ENOTBLK when a page
    cannot be dropped from the cache before a write; or another error.
    """
    mapping = iocb.ki_filp.i_mapping
    end = iocb.ki_pos + iov_iter_count(iter) - 1

    if iov_iter_rw(iter) == READ:
        if user_backed_iter(iter):
            dio.flags |= IOMAP_DIO_DIRTY
    else:
        dio.flags |= IOMAP_DIO_WRITE

    ret = filemap_write_and_wait_range(mapping, iocb.ki_pos, end)
    if ret:
        return ret
    if not dio.flags & IOMAP_DIO_WRITE:
        return 0
    first, last = iocb.ki_pos >> PAGE_SHIFT, end >> PAGE_SHIFT
    if invalidate_inode_pages2_range(mapping, first, last):
        return -ENOTBLK
    return 0


@kernel_function("fs/iomap/direct-io.c")
def iomap_dio_submit(iomi: IomapIter, dio: IomapDio, iter: IovIter) -> int:
    """Submit the bios of every range. Returns: 0 or the error that ended it.

    In C this is a part of __iomap_dio_rw().
    """
    ret = iomap_iter(iomi)
    while ret > 0:
        iomi.processed = iomap_dio_iter(iomi, dio)
        ret = iomap_iter(iomi)

    # Who called may go by the iterator, as splice does: it must not be past
    # the end of the file. The bios are still in flight.
    if iov_iter_rw(iter) == READ and iomi.pos >= dio.i_size:
        iov_iter_revert(iter, iomi.pos - dio.i_size)
    return ret


@kernel_function("fs/iomap/direct-io.c")
def __iomap_dio_rw(
    iocb: Kiocb, iter: IovIter, dio_flags: int, done_before: int
) -> IomapDio | int:
    """Read or write a file past the page cache.

    Returns: the direct I/O, whose bios are all complete, for
    iomap_dio_complete(); 0 when there is nothing to do; -EIOCBQUEUED when the
    last bio will end it; or another error.
    """
    inode = iocb.ki_filp
    wait = is_sync_kiocb(iocb) or bool(dio_flags & IOMAP_DIO_FORCE_WAIT)
    if not iov_iter_count(iter):
        return 0
    dio = iomap_dio_alloc(iocb, iter, done_before)
    if iov_iter_rw(iter) == READ and iocb.ki_pos >= dio.i_size:
        iomap_dio_free(dio)
        return 0
    ret = iomap_dio_begin(iocb, iter, dio)
    if ret:
        iomap_dio_free(dio)
        return ret

    inode_dio_begin(inode)
    flags = IOMAP_DIRECT | (IOMAP_WRITE if dio.flags & IOMAP_DIO_WRITE else 0)
    size = iov_iter_count(iter)
    iomi = IomapIter(inode, iocb.ki_pos, size, flags, Iomap())
    ret = iomap_dio_submit(iomi, dio, iter)
    if ret == -EFAULT and dio.size and dio_flags & IOMAP_DIO_PARTIAL:
        wait, ret = True, 0
    if ret == -ENOTBLK:
        wait, ret = True, 0
    if ret < 0:
        iomap_dio_set_error(dio, ret)
    return iomap_dio_wait(dio, wait_for_completion=wait)


@kernel_function("fs/iomap/direct-io.c")
def iomap_dio_wait(
    dio: IomapDio, *, wait_for_completion: bool
) -> IomapDio | int:
    """Drop the submitter's reference, and wait for the bios if that is asked.

    In C this is a part of __iomap_dio_rw(). Returns: the direct I/O to
    complete; -EIOCBQUEUED when it must not be touched any more.
    """
    dio.wait_for_completion = wait_for_completion
    if not atomic_sub_and_test(1, dio, "ref"):
        if not wait_for_completion:
            return -EIOCBQUEUED
        wait_event(lambda: dio.waiter is None, dio, "waiter")
    return dio


@kernel_function("fs/iomap/direct-io.c")
def iomap_dio_rw(
    iocb: Kiocb, iter: IovIter, dio_flags: int, done_before: int
) -> int:
    """Read or write a file past the page cache.

    Returns: the bytes transferred, -EIOCBQUEUED, or another error.
    """
    dio = __iomap_dio_rw(iocb, iter, dio_flags, done_before)
    if isinstance(dio, int):
        return dio
    return iomap_dio_complete(dio)
