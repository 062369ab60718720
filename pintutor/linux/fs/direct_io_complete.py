"""The end of a direct I/O without iomap (fs/direct-io.c, v5.17).

Bios of a caller who waits are only put on a list when they complete; the caller
does the rest. Other bios are seen to at once, and the last one ends the whole.

Not modelled: O_DSYNC, and what a file system may want to hear at the end.
"""

from typing import cast

from pintutor.linux.block.bio import bio_put
from pintutor.linux.block.bio_dirty import bio_check_pages_dirty
from pintutor.linux.block.bio_release import bio_release_pages
from pintutor.linux.fs.aio import aio_complete_rw
from pintutor.linux.fs.direct_io_types import (
    DIO_COMPLETE_ASYNC,
    DIO_COMPLETE_INVALIDATE,
    Dio,
)
from pintutor.linux.fs.inode_dio import inode_dio_end
from pintutor.linux.globals import this_kernel
from pintutor.linux.include.linux.blk_types import (
    BLK_STS_AGAIN,
    REQ_NOWAIT,
    REQ_OP_MASK,
    REQ_OP_READ,
    REQ_OP_WRITE,
    Bio,
)
from pintutor.linux.include.linux.workqueue import WorkStruct
from pintutor.linux.include.uapi.errno import (
    EAGAIN,
    EFAULT,
    EIO,
    EIOCBQUEUED,
)
from pintutor.linux.kernel.workqueue import schedule_work
from pintutor.linux.mm.filemap_range import (
    has_pages,
    kiocb_invalidate_post_direct_write,
)
from pintutor.linux.mm.slab import kfree
from pintutor.sim.atomic import read_once
from pintutor.sim.function import kernel_function
from pintutor.sim.locks import spin_lock, spin_unlock


@kernel_function("fs/direct-io.c")
def dio_complete(dio: Dio, ret: int, flags: int) -> int:
    """End a direct I/O whose bios are all complete, and free it.

    An error of taking pages wins over what was transferred. Returns: the bytes
    transferred, or the error.
    """
    dio_op = dio.opf & REQ_OP_MASK
    offset = dio.iocb.ki_pos
    transferred = 0

    # Who submitted may have left it to the last bio, which was faster.
    if ret == -EIOCBQUEUED:
        ret = 0
    if dio.result:
        transferred = dio.result
        if dio_op == REQ_OP_READ and offset + transferred > dio.i_size:
            transferred = dio.i_size - offset
        if ret == -EFAULT and transferred:
            ret = 0
    ret = ret or dio.page_errors or dio.io_error or transferred

    write = dio_op == REQ_OP_WRITE
    if flags & DIO_COMPLETE_INVALIDATE and ret > 0 and write:
        kiocb_invalidate_post_direct_write(dio.iocb, ret)
    inode_dio_end(dio.inode)
    if flags & DIO_COMPLETE_ASYNC:
        dio.iocb.ki_pos += transferred
        aio_complete_rw(dio.iocb, ret)
    dio_free(dio)
    return ret


@kernel_function("fs/direct-io.c")
def dio_aio_complete_work(work: WorkStruct) -> None:
    """End a direct I/O from a worker, which may sleep."""
    dio = cast(Dio, work.data)
    dio_complete(dio, 0, DIO_COMPLETE_ASYNC | DIO_COMPLETE_INVALIDATE)


@kernel_function("fs/direct-io.c")
def dio_bio_complete(dio: Dio, bio: Bio) -> int:
    """Give back the pages of a bio, and the bio. Returns: its BLK_STS_*."""
    err = bio.bi_status
    dio_op = dio.opf & REQ_OP_MASK
    should_dirty = dio_op == REQ_OP_READ and dio.should_dirty

    if err:
        if err == BLK_STS_AGAIN and bio.bi_opf & REQ_NOWAIT:
            dio.io_error = -EAGAIN
        else:
            dio.io_error = -EIO

    if dio.is_async and should_dirty:
        bio_check_pages_dirty(bio)
    else:
        bio_release_pages(bio, should_dirty)
        bio_put(bio)
    return err


@kernel_function("fs/direct-io.c")
def dio_bio_end_aio(bio: Bio) -> None:
    """See to a bio that nobody waits for; the last one ends the whole.

    Context: interrupt. Dropping pages from the cache has to sleep, so a write
    leaves that, and the end, to a worker.
    """
    dio = cast(Dio, bio.bi_private)
    defer_completion = False

    dio_bio_complete(dio, bio)

    spin_lock(dio, "bio_lock")
    dio.refcount -= 1
    remaining = dio.refcount
    if remaining == 1 and dio.waiter is not None:
        dio.waiter = None
    spin_unlock(dio, "bio_lock")

    if remaining == 0:
        if dio.result:
            write = dio.opf & REQ_OP_MASK == REQ_OP_WRITE
            defer_completion = dio.defer_completion or (
                write and has_pages(dio.inode.i_mapping)
            )
        if defer_completion:
            schedule_work(dio_aio_complete_work, dio)
        else:
            dio_complete(dio, 0, DIO_COMPLETE_ASYNC)


@kernel_function("fs/direct-io.c")
def dio_bio_end_io(bio: Bio) -> None:
    """Put a bio on the list of those that who waits has to see to."""
    dio = cast(Dio, bio.bi_private)

    spin_lock(dio, "bio_lock")
    bio.bi_private = dio.bio_list
    dio.bio_list = bio
    dio.refcount -= 1
    if dio.refcount == 1 and read_once(dio, "waiter") is not None:
        dio.waiter = None
    spin_unlock(dio, "bio_lock")


def dio_free(dio: Dio) -> None:
    """Free it: kmem_cache_free() in C."""
    kernel = this_kernel()
    kernel.dios = tuple(each for each in kernel.dios if each is not dio)
    kfree(dio)
