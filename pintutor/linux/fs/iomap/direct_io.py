"""The ranges of a direct I/O by iomap (fs/iomap/direct-io.c, v5.17).

Each range of the file becomes bios over the caller's memory, which is held by
the bios alone. A range without data is zeroed in memory.

Not modelled: data inside the inode.
"""

from pintutor.linux.fs.iomap.direct_io_range import iomap_dio_bio_iter
from pintutor.linux.include.linux.bug import warn_on_once
from pintutor.linux.include.linux.iomap import (
    IOMAP_DIO_WRITE,
    IOMAP_HOLE,
    IOMAP_MAPPED,
    IOMAP_UNWRITTEN,
    IomapDio,
    IomapIter,
    iomap_length,
)
from pintutor.linux.include.uapi.errno import EFAULT, EIO
from pintutor.linux.lib.iov_iter import iov_iter_zero
from pintutor.sim.function import kernel_function


@kernel_function("fs/iomap/direct-io.c")
def iomap_dio_hole_iter(iter: IomapIter, dio: IomapDio) -> int:
    """Zero the caller's memory for a range without data.

    Returns: how much [bytes], or -EFAULT.
    """
    length = iov_iter_zero(iomap_length(iter), dio.iter)

    dio.size += length
    if not length:
        return -EFAULT
    return length


@kernel_function("fs/iomap/direct-io.c")
def iomap_dio_iter(iter: IomapIter, dio: IomapDio) -> int:
    """Read or write one range. Returns: how much [bytes], or an error."""
    write = dio.flags & IOMAP_DIO_WRITE
    if iter.iomap.type == IOMAP_HOLE:
        if warn_on_once(bool(write), "iomap_dio_iter: write to a hole"):
            return -EIO
        return iomap_dio_hole_iter(iter, dio)
    if iter.iomap.type == IOMAP_UNWRITTEN:
        if not write:
            return iomap_dio_hole_iter(iter, dio)
        return iomap_dio_bio_iter(iter, dio)
    if iter.iomap.type == IOMAP_MAPPED:
        return iomap_dio_bio_iter(iter, dio)
    warn_on_once(True, "iomap_dio_iter: type")
    return -EIO
