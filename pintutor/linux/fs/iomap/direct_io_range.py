"""One range of a direct I/O by iomap (fs/iomap/direct-io.c, v5.17).

What a range gets less than whole new blocks is made up with zeroes: the disk
holds what was there before.
"""

from pintutor.linux.fs.iomap.direct_io_bio import (
    iomap_dio_submit_bios,
    iomap_dio_zero,
)
from pintutor.linux.include.linux.blk_types import (
    BlockDevice,
)
from pintutor.linux.include.linux.blkdev import bdev_logical_block_size
from pintutor.linux.include.linux.fs import i_blocksize
from pintutor.linux.include.linux.iomap import (
    IOMAP_DIO_UNWRITTEN,
    IOMAP_DIO_WRITE,
    IOMAP_F_NEW,
    IOMAP_UNWRITTEN,
    IomapDio,
    IomapIter,
    iomap_length,
)
from pintutor.linux.include.linux.uio import (
    IovIter,
    iov_iter_count,
    iov_iter_reexpand,
    iov_iter_truncate,
)
from pintutor.linux.include.uapi.errno import EINVAL
from pintutor.linux.lib.iov_iter import iov_iter_alignment
from pintutor.sim.function import kernel_function


@kernel_function("fs/iomap/direct-io.c")
def iomap_dio_unaligned(bdev: BlockDevice, align: int, iter: IovIter) -> bool:
    """True when the device cannot transfer from there, or not this memory.

    In C this is a part of iomap_dio_bio_iter().
    """
    mask = bdev_logical_block_size(bdev) - 1
    return bool((align | iov_iter_alignment(iter)) & mask)


@kernel_function("fs/iomap/direct-io.c")
def iomap_dio_need_zeroout(iter: IomapIter, dio: IomapDio) -> bool:
    """True when blocks of the range hold what was there before.

    In C this is a part of iomap_dio_bio_iter().
    """
    if iter.iomap.type == IOMAP_UNWRITTEN:
        dio.flags |= IOMAP_DIO_UNWRITTEN
        return True
    return bool(iter.iomap.flags & IOMAP_F_NEW)


@kernel_function("fs/iomap/direct-io.c")
def iomap_dio_zero_tail(
    iter: IomapIter, dio: IomapDio, pos: int, ret: int, *, need_zeroout: bool
) -> int:
    """Zero the rest of the block in which a write ends, if it is a new one.

    In C this is a part of iomap_dio_bio_iter(). Returns: `ret`.
    """
    beyond = dio.flags & IOMAP_DIO_WRITE and pos >= iter.inode.i_size
    if need_zeroout or beyond:
        pad = pos & (i_blocksize(iter.inode) - 1)
        if pad:
            size = i_blocksize(iter.inode) - pad
            iomap_dio_zero(iter, dio, pos, size)
    return ret


@kernel_function("fs/iomap/direct-io.c")
def iomap_dio_bio_iter(iter: IomapIter, dio: IomapDio) -> int:
    """Read or write one range that has blocks.

    What the range gets less than whole new blocks is made up with zeroes: the
    disk holds what was there before. Returns: how much [bytes], or an error.
    """
    length = iomap_length(iter)
    pos = iter.pos
    fs_block_size = i_blocksize(iter.inode)
    assert iter.iomap.bdev is not None, "the range is on a disk"
    if iomap_dio_unaligned(iter.iomap.bdev, pos | length, dio.iter):
        return -EINVAL
    need_zeroout = iomap_dio_need_zeroout(iter, dio)

    orig_count = iov_iter_count(dio.iter)
    iov_iter_truncate(dio.iter, length)
    if not iov_iter_count(dio.iter):
        iov_iter_reexpand(dio.iter, orig_count)
        return 0

    pad = pos & (fs_block_size - 1)
    if need_zeroout and pad:
        iomap_dio_zero(iter, dio, pos - pad, pad)
    copied, ret, zero_tail = iomap_dio_submit_bios(iter, dio)
    pos += copied
    if zero_tail:
        ret = iomap_dio_zero_tail(
            iter, dio, pos, ret, need_zeroout=need_zeroout
        )
    iov_iter_reexpand(dio.iter, orig_count - copied)
    return copied or ret
