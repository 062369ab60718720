"""Reading and writing files, whatever they lie on (include/linux/fs.h).

Not modelled: writing files of tmpfs.
"""

from pintutor.linux.block.fops_rw import blkdev_read_iter, blkdev_write_iter
from pintutor.linux.fs.ext4_file import (
    ext4_dio_read_iter,
    ext4_dio_write_iter,
)
from pintutor.linux.fs.fuse.file import (
    fuse_direct_read_iter,
    fuse_direct_write_iter,
)
from pintutor.linux.fs.legacy_file import (
    __generic_file_write_iter,
    generic_file_direct_read,
)
from pintutor.linux.fs.nfs.direct import (
    nfs_file_direct_read,
    nfs_file_direct_write,
)
from pintutor.linux.include.linux.fs import (
    BDEV,
    ELSEWHERE,
    EXT4,
    NFS,
    ON_DISK,
    TMPFS,
)
from pintutor.linux.include.linux.kiocb import IOCB_DIRECT, Kiocb
from pintutor.linux.include.linux.uio import IovIter
from pintutor.linux.include.uapi.errno import EINVAL
from pintutor.linux.mm.filemap_read import filemap_read
from pintutor.linux.mm.filemap_write import generic_file_write_iter
from pintutor.linux.mm.shmem_read import shmem_file_read_iter
from pintutor.sim.function import kernel_function


@kernel_function("include/linux/fs.h")
def call_read_iter(kio: Kiocb, iter_: IovIter) -> int:
    """What the file's own function for reading does.

    In C this is file->f_op->read_iter().
    """
    if kio.ki_filp.i_sb == BDEV:
        return blkdev_read_iter(kio, iter_)
    if kio.ki_filp.i_sb == TMPFS:
        return shmem_file_read_iter(kio, iter_)
    if kio.ki_filp.i_sb in ELSEWHERE:
        return remote_read_iter(kio, iter_)
    if not kio.ki_flags & IOCB_DIRECT:
        return filemap_read(kio, iter_)
    if kio.ki_filp.i_sb == EXT4:
        return ext4_dio_read_iter(kio, iter_)
    return generic_file_direct_read(kio, iter_)


@kernel_function("include/linux/fs.h")
def call_write_iter(kio: Kiocb, iter_: IovIter) -> int:
    """What the file's own function for writing does.

    In C this is file->f_op->write_iter().
    """
    if kio.ki_filp.i_sb == BDEV:
        return blkdev_write_iter(kio, iter_)
    if kio.ki_filp.i_sb in ELSEWHERE:
        return remote_write_iter(kio, iter_)
    if kio.ki_filp.i_sb not in ON_DISK:
        return -EINVAL
    if not kio.ki_flags & IOCB_DIRECT:
        return generic_file_write_iter(kio, iter_)
    if kio.ki_filp.i_sb == EXT4:
        return ext4_dio_write_iter(kio, iter_)
    return __generic_file_write_iter(kio, iter_)


def remote_read_iter(kio: Kiocb, iter_: IovIter) -> int:
    """Read a file of NFS or FUSE, past the page cache alone."""
    if not kio.ki_flags & IOCB_DIRECT:
        return -EINVAL
    if kio.ki_filp.i_sb == NFS:
        return nfs_file_direct_read(kio, iter_)
    return fuse_direct_read_iter(kio, iter_)


def remote_write_iter(kio: Kiocb, iter_: IovIter) -> int:
    """Write a file of NFS or FUSE, past the page cache alone."""
    if not kio.ki_flags & IOCB_DIRECT:
        return -EINVAL
    if kio.ki_filp.i_sb == NFS:
        return nfs_file_direct_write(kio, iter_)
    return fuse_direct_write_iter(kio, iter_)
