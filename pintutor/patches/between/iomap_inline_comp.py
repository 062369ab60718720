"""A direct I/O knows from its start whether it can end within the interrupt.

What ended in the interrupt was whatever is no write. Reads are marked for it
when they begin, and the end goes by the mark: others can be marked too.

Linux kernel commit 7b3c14d1a96b ("iomap: add IOMAP_DIO_INLINE_COMP") (in v6.6).

Not modelled: IOMAP_DIO_CALLER_COMP, which came with it and leaves the end of a
write to the task that began it. Only io_uring asked for that, and soon ceased
to: who waits for the direct I/O of a file would have waited for that task
(commit 838b35bb6a89, "io_uring/rw: disable IOCB_DIO_CALLER_COMP").
"""

from typing import cast

from pintutor.linux.block.bio import bio_put
from pintutor.linux.block.bio_dirty import bio_check_pages_dirty
from pintutor.linux.block.bio_release import bio_release_pages
from pintutor.linux.fs.iomap import direct_io_end, direct_io_rw
from pintutor.linux.fs.iomap.direct_io_end import (
    iomap_dio_complete_work,
    iomap_dio_set_error,
)
from pintutor.linux.include.linux.blk_types import Bio, blk_status_to_errno
from pintutor.linux.include.linux.iomap import (
    IOMAP_DIO_DIRTY,
    IOMAP_DIO_INLINE_COMP,
    IOMAP_DIO_WRITE,
    IomapDio,
)
from pintutor.linux.include.linux.kiocb import Kiocb
from pintutor.linux.include.linux.mm_types import PAGE_SHIFT
from pintutor.linux.include.linux.uio import (
    READ,
    IovIter,
    iov_iter_count,
    iov_iter_rw,
    user_backed_iter,
)
from pintutor.linux.include.linux.workqueue import WorkStruct
from pintutor.linux.include.uapi.errno import ENOTBLK
from pintutor.linux.kernel.workqueue import schedule_work
from pintutor.linux.mm.filemap_range import (
    filemap_write_and_wait_range,
    invalidate_inode_pages2_range,
)
from pintutor.patches.patch import Patch
from pintutor.sim.atomic import atomic_sub_and_test, read_once, write_once

PATCH = Patch(
    "iomap-inline-comp",
    "iomap: add IOMAP_DIO_INLINE_COMP",
    commit="7b3c14d1a96b",
    release="v6.6",
    author="Jens Axboe",
)


@PATCH.replaces(direct_io_rw.iomap_dio_begin)
def iomap_dio_begin(iocb: Kiocb, iter: IovIter, dio: IomapDio) -> int:
    """Set a direct I/O up: what the page cache has reaches the disk first.

    In C this is a part of __iomap_dio_rw(). Returns: 0; -ENOTBLK when a page
    cannot be dropped from the cache before a write; or another error.
    """
    mapping = iocb.ki_filp.i_mapping
    end = iocb.ki_pos + iov_iter_count(iter) - 1

    if iov_iter_rw(iter) == READ:
        dio.flags |= IOMAP_DIO_INLINE_COMP
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


@PATCH.replaces(direct_io_end.iomap_dio_bio_end_io)
def iomap_dio_bio_end_io(bio: Bio) -> None:
    """See to a bio that is complete; the last one ends the whole.

    Context: interrupt. A write may have to change blocks of the file, which
    sleeps, so that is left to a worker.
    """
    dio = cast(IomapDio, bio.bi_private)
    should_dirty = bool(dio.flags & IOMAP_DIO_DIRTY)

    if bio.bi_status:
        iomap_dio_set_error(dio, blk_status_to_errno(bio.bi_status))
    if atomic_sub_and_test(1, dio, "ref"):
        if read_once(dio, "wait_for_completion"):
            write_once(dio, "waiter", None)
        elif not dio.flags & IOMAP_DIO_INLINE_COMP:
            schedule_work(iomap_dio_complete_work, dio)
        else:
            iomap_dio_complete_work(WorkStruct(iomap_dio_complete_work, dio))

    if should_dirty:
        bio_check_pages_dirty(bio)
    else:
        bio_release_pages(bio, False)
        bio_put(bio)
