"""The entry to direct I/O without iomap (fs/direct-io.c, v5.17).

Not modelled: plugging, O_DSYNC, IOCB_NOWAIT, functions of a file system that
are called for each bio or at the end.
"""

from pintutor.linux.fs.direct_io import do_direct_IO
from pintutor.linux.fs.direct_io_await import (
    dio_await_completion,
    drop_refcount,
)
from pintutor.linux.fs.direct_io_bios import dio_bio_submit
from pintutor.linux.fs.direct_io_blocks import dio_zero_block
from pintutor.linux.fs.direct_io_complete import (
    dio_complete,
    dio_free,
)
from pintutor.linux.fs.direct_io_pages import dio_cleanup
from pintutor.linux.fs.direct_io_setup import (
    DONE,
    dio_alloc,
    dio_begin,
    dio_check,
)
from pintutor.linux.fs.direct_io_submit import dio_send_cur_page
from pintutor.linux.fs.direct_io_types import (
    DIO_COMPLETE_INVALIDATE,
    DIO_LOCKING,
    BufferHead,
    Dio,
    DioSubmit,
    GetBlock,
)
from pintutor.linux.include.linux.blk_types import (
    BlockDevice,
)
from pintutor.linux.include.linux.fs import Inode
from pintutor.linux.include.linux.kiocb import Kiocb
from pintutor.linux.include.linux.uio import (
    READ,
    IovIter,
    iov_iter_count,
    iov_iter_rw,
)
from pintutor.linux.include.uapi.errno import EIOCBQUEUED, ENOTBLK
from pintutor.linux.mm.page_alloc import put_page
from pintutor.sim.function import kernel_function
from pintutor.sim.locks import up_write


@kernel_function("fs/direct-io.c")
def direct_io_worker(dio: Dio, sdio: DioSubmit, iter: IovIter) -> int:
    """Send all bios off. Returns: 0 or an error.

    In C this is a part of __blockdev_direct_IO().
    """
    map_bh = BufferHead()
    retval = do_direct_IO(dio, sdio, map_bh)
    if retval:
        dio_cleanup(dio, sdio)
    if retval == -ENOTBLK:
        retval = 0
    dio_zero_block(dio, sdio, 1, map_bh)
    if sdio.cur_page is not None:
        ret2 = dio_send_cur_page(dio, sdio, map_bh)
        if retval == 0:
            retval = ret2
        put_page(sdio.cur_page)
        sdio.cur_page = None
    if sdio.bio is not None:
        dio_bio_submit(dio, sdio)

    # A read may have ended at the end of the file with pages left.
    dio_cleanup(dio, sdio)
    dio.submit = None
    if dio.flags & DIO_LOCKING and iov_iter_rw(iter) == READ:
        up_write(dio.inode, "i_rwsem")
    return retval


@kernel_function("fs/direct-io.c")
def __blockdev_direct_IO(
    iocb: Kiocb,
    inode: Inode,
    bdev: BlockDevice | None,
    iter: IovIter,
    get_block: GetBlock,
    flags: int,
) -> int:
    """Read or write a file past the page cache.

    Returns: the bytes transferred, -EIOCBQUEUED when the last bio will tell,
    or another error.
    """
    count = iov_iter_count(iter)
    read = iov_iter_rw(iter) == READ
    if read and not count:
        return 0
    dio = dio_alloc(iocb, inode, iter, flags)
    blkbits, retval = dio_check(dio, bdev, iter)
    if blkbits == DONE:
        if dio.flags & DIO_LOCKING and read:
            up_write(inode, "i_rwsem")
        dio_free(dio)
        return retval

    sdio = dio_begin(dio, iter, blkbits, get_block)
    retval = direct_io_worker(dio, sdio, iter)
    all_sent = retval == 0 and dio.result and (read or dio.result == count)
    if dio.is_async and all_sent:
        retval = -EIOCBQUEUED
    else:
        dio_await_completion(dio)
    if drop_refcount(dio) == 0:
        retval = dio_complete(dio, retval, DIO_COMPLETE_INVALIDATE)
    return retval
