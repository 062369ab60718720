"""The end of a direct I/O by iomap (fs/iomap/direct-io.c, v5.17).

The last bio to complete ends the whole, and only then are its own pages given
back: who waits may go on while they are still held.

Not modelled: O_DSYNC; the functions of file systems other than ext4, which C
calls through pointers.
"""

from typing import cast

from pintutor.linux.block.bio import bio_put
from pintutor.linux.block.bio_dirty import bio_check_pages_dirty
from pintutor.linux.block.bio_release import bio_release_pages
from pintutor.linux.fs.aio import aio_complete_rw
from pintutor.linux.fs.ext4_map import ext4_dio_write_end_io
from pintutor.linux.fs.inode_dio import inode_dio_end
from pintutor.linux.globals import this_kernel
from pintutor.linux.include.linux.blk_types import Bio, blk_status_to_errno
from pintutor.linux.include.linux.iomap import (
    IOMAP_DIO_DIRTY,
    IOMAP_DIO_WRITE,
    IomapDio,
)
from pintutor.linux.include.linux.workqueue import WorkStruct
from pintutor.linux.kernel.workqueue import schedule_work
from pintutor.linux.mm.filemap_range import kiocb_invalidate_post_direct_write
from pintutor.linux.mm.slab import kfree
from pintutor.sim.atomic import (
    atomic_sub_and_test,
    cmpxchg,
    read_once,
    write_once,
)
from pintutor.sim.function import kernel_function


@kernel_function("fs/iomap/direct-io.c")
def iomap_dio_complete(dio: IomapDio) -> int:
    """End a direct I/O whose bios are all complete, and free it.

    Returns: the bytes transferred, or the first error.
    """
    iocb = dio.iocb
    offset = iocb.ki_pos
    ret = dio.error

    if dio.flags & IOMAP_DIO_WRITE:
        ret = ext4_dio_write_end_io(iocb, dio.size, ret, dio.flags)
    if not ret:
        ret = dio.size
        if offset + ret > dio.i_size and not dio.flags & IOMAP_DIO_WRITE:
            ret = dio.i_size - offset
    if not dio.error and dio.size and dio.flags & IOMAP_DIO_WRITE:
        kiocb_invalidate_post_direct_write(iocb, dio.size)

    inode_dio_end(iocb.ki_filp)
    if ret > 0:
        iocb.ki_pos += ret
        ret += dio.done_before
    iomap_dio_free(dio)
    return ret


@kernel_function("fs/iomap/direct-io.c")
def iomap_dio_set_error(dio: IomapDio, ret: int) -> None:
    """Record an error, unless there is one: who submits and who ends race."""
    cmpxchg(dio, "error", 0, ret)


@kernel_function("fs/iomap/direct-io.c")
def iomap_dio_complete_work(work: WorkStruct) -> None:
    """End an asynchronous direct I/O, and tell."""
    dio = cast(IomapDio, work.data)
    iocb = dio.iocb
    aio_complete_rw(iocb, iomap_dio_complete(dio))


@kernel_function("fs/iomap/direct-io.c")
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
        elif dio.flags & IOMAP_DIO_WRITE:
            schedule_work(iomap_dio_complete_work, dio)
        else:
            iomap_dio_complete_work(WorkStruct(iomap_dio_complete_work, dio))

    if should_dirty:
        bio_check_pages_dirty(bio)
    else:
        bio_release_pages(bio, False)
        bio_put(bio)


def iomap_dio_free(dio: IomapDio) -> None:
    """Free it."""
    kernel = this_kernel()
    kernel.dios = tuple(each for each in kernel.dios if each is not dio)
    kfree(dio)
