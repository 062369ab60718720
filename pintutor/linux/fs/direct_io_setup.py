"""Setting a direct I/O without iomap up (fs/direct-io.c, v5.17).

In C all of this is the beginning of __blockdev_direct_IO().
"""

from pintutor.linux.fs.direct_io_types import (
    DIO_LOCKING,
    DIO_PAGES,
    Dio,
    DioSubmit,
    GetBlock,
)
from pintutor.linux.fs.inode_dio import inode_dio_begin
from pintutor.linux.globals import this_kernel
from pintutor.linux.include.linux.blk_types import (
    REQ_IDLE,
    REQ_OP_READ,
    REQ_OP_WRITE,
    REQ_SYNC,
    BlockDevice,
)
from pintutor.linux.include.linux.blkdev import bdev_logical_block_size
from pintutor.linux.include.linux.fs import Inode
from pintutor.linux.include.linux.kiocb import Kiocb, is_sync_kiocb
from pintutor.linux.include.linux.mm_types import Page
from pintutor.linux.include.linux.uio import (
    READ,
    WRITE,
    IovIter,
    iov_iter_count,
    iov_iter_rw,
    user_backed_iter,
)
from pintutor.linux.include.uapi.errno import EINVAL
from pintutor.linux.lib.iov_iter import iov_iter_alignment, iov_iter_npages
from pintutor.linux.mm.filemap_range import filemap_write_and_wait_range
from pintutor.sim.function import kernel_function
from pintutor.sim.locks import down_write
from pintutor.sim.objects import KArray

INT_MAX = 0x7FFFFFFF
DONE = -1
"""What dio_check() returns for a block size when there is nothing to do."""


@kernel_function("fs/direct-io.c")
def dio_alloc(iocb: Kiocb, inode: Inode, iter: IovIter, flags: int) -> Dio:
    """A direct I/O of which little is known yet; a read locks the inode."""
    pages = KArray[Page | None]([None] * DIO_PAGES)
    dio = Dio(flags, iocb, inode, pages)
    kernel = this_kernel()
    kernel.dios = (*kernel.dios, dio)
    if dio.flags & DIO_LOCKING and iov_iter_rw(iter) == READ:
        down_write(inode, "i_rwsem")
    return dio


@kernel_function("fs/direct-io.c")
def dio_check(
    dio: Dio, bdev: BlockDevice | None, iter: IovIter
) -> tuple[int, int]:
    """Check the request, and write out what the cache has of the range.

    Returns: the size of a dio block as a power of two, and 0; or DONE and what
    to return.
    """
    offset = dio.iocb.ki_pos
    blkbits = dio.inode.i_blkbits
    align = offset | iov_iter_alignment(iter)

    dio.i_size = dio.inode.i_size
    if iov_iter_rw(iter) == READ and offset >= dio.i_size:
        return DONE, 0
    if align & (1 << blkbits) - 1:
        if bdev is not None:
            blkbits = bdev_logical_block_size(bdev).bit_length() - 1
        if align & (1 << blkbits) - 1:
            return DONE, -EINVAL

    if dio.flags & DIO_LOCKING and iov_iter_rw(iter) == READ:
        mapping = dio.iocb.ki_filp.i_mapping
        end = offset + iov_iter_count(iter)
        retval = filemap_write_and_wait_range(mapping, offset, end - 1)
        if retval:
            return DONE, retval
    return blkbits, 0


@kernel_function("fs/direct-io.c")
def dio_begin(
    dio: Dio, iter: IovIter, blkbits: int, get_block: GetBlock
) -> DioSubmit:
    """Set up both halves of a direct I/O.

    Whether the last block of a growing file has been written must be known
    before the file grows, so such a write is waited for.
    """
    inode, iocb = dio.inode, dio.iocb
    offset = iocb.ki_pos
    end = offset + iov_iter_count(iter)
    write = iov_iter_rw(iter) == WRITE
    dio.is_async = not is_sync_kiocb(iocb) and not (
        write and end > inode.i_size
    )
    dio.opf = REQ_OP_WRITE | REQ_SYNC | REQ_IDLE if write else REQ_OP_READ
    inode_dio_begin(inode)

    sdio = DioSubmit(
        blkbits,
        inode.i_blkbits - blkbits,
        offset >> blkbits,
        end >> blkbits,
        get_block,
        iter,
    )
    dio.refcount = 1
    dio.should_dirty = user_backed_iter(iter) and not write
    # The rest of the first and of the last block may have to be zeroed.
    if sdio.blkfactor:
        sdio.pages_in_io = 2
    sdio.pages_in_io += iov_iter_npages(iter, INT_MAX)
    dio.submit = sdio
    return sdio
