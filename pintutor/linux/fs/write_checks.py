"""How far a file may be written (fs/read_write.c, fs/attr.c, Linux v6.1).

Not modelled: limits of a process (RLIMIT_FSIZE), files opened without
O_LARGEFILE, swap files; how long files of NFS and FUSE may be, which who keeps
them says.
"""

from pintutor.linux.include.linux.fs import Inode
from pintutor.linux.include.linux.kiocb import Kiocb
from pintutor.linux.include.linux.uio import (
    IovIter,
    iov_iter_count,
    iov_iter_truncate,
)
from pintutor.linux.include.uapi.errno import EFBIG, EINVAL
from pintutor.sim.function import kernel_function

LLONG_MAX = (1 << 63) - 1


@kernel_function("fs/read_write.c")
def rw_verify_area(ppos: int, count: int) -> int:
    """Check that the end of a read or write is a position: 0 or -EINVAL."""
    return -EINVAL if ppos + count > LLONG_MAX else 0


@kernel_function("fs/read_write.c")
def generic_write_check_limits(file: Inode, pos: int, count: int) -> int:
    """How much of `count` bytes may be written at `pos`; or -EFBIG."""
    max_size = LLONG_MAX if file.sb is None else file.sb.s_maxbytes
    if pos >= max_size:
        return -EFBIG
    return min(count, max_size - pos)


@kernel_function("fs/read_write.c")
def generic_write_checks(iocb: Kiocb, from_: IovIter) -> int:
    """Cut the iterator where the longest file ends. Returns: bytes, -EFBIG."""
    count = iov_iter_count(from_)
    if not count:
        return 0
    ret = generic_write_check_limits(iocb.ki_filp, iocb.ki_pos, count)
    if ret < 0:
        return ret
    iov_iter_truncate(from_, ret)
    return iov_iter_count(from_)


@kernel_function("fs/attr.c")
def inode_newsize_ok(inode: Inode, offset: int) -> int:
    """Check that a file may be so long: 0 or -EFBIG."""
    if inode.sb is not None and offset > inode.sb.s_maxbytes:
        return -EFBIG
    return 0
