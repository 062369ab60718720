"""Reading and writing an ext4 file past the page cache (fs/ext4/file.c, v5.17).

A write that makes the file longer, or that is not of whole blocks, is waited
for: two of them could zero the same block, each over the other's data.

Not modelled: overwriting without an exclusive lock, O_DSYNC, the journal.
"""

from pintutor.linux.fs.ext4_map import ext4_handle_inode_extension
from pintutor.linux.fs.extents import cut_extents, free_blocks
from pintutor.linux.fs.inode_dio import inode_dio_wait
from pintutor.linux.fs.iomap.direct_io_rw import iomap_dio_rw
from pintutor.linux.include.linux.fs import Inode, i_blocksize
from pintutor.linux.include.linux.iomap import IOMAP_DIO_FORCE_WAIT
from pintutor.linux.include.linux.kiocb import Kiocb
from pintutor.linux.include.linux.uio import IovIter, iov_iter_count
from pintutor.linux.include.uapi.errno import ENOTBLK
from pintutor.linux.lib.iov_iter import iov_iter_alignment
from pintutor.linux.mm.filemap_write import buffered_write_and_wait
from pintutor.sim.function import kernel_function
from pintutor.sim.locks import down_read, down_write, up_read, up_write


@kernel_function("fs/ext4/file.c")
def ext4_dio_read_iter(iocb: Kiocb, to: IovIter) -> int:
    """Read past the page cache. Returns: bytes, -EIOCBQUEUED or an error."""
    inode = iocb.ki_filp
    down_read(inode, "i_rwsem")
    ret = iomap_dio_rw(iocb, to, 0, 0)
    up_read(inode, "i_rwsem")
    return ret


@kernel_function("fs/ext4/file.c")
def ext4_truncate_failed_write(inode: Inode) -> None:
    """Take back the blocks that a write got behind the end of the file."""
    if inode.i_dio_count:
        inode_dio_wait(inode)
    end = inode.i_size + i_blocksize(inode) - 1 >> inode.i_blkbits
    assert inode.sb is not None, "the file is on a disk"
    for extent in cut_extents(inode, end, 1 << 62):
        free_blocks(inode.sb, extent.pblk, extent.len)


@kernel_function("fs/ext4/file.c")
def ext4_unaligned_io(inode: Inode, from_: IovIter, pos: int) -> bool:
    """True when the write is not of whole blocks of the file."""
    align = pos | iov_iter_count(from_) | iov_iter_alignment(from_)
    return bool(align & i_blocksize(inode) - 1)


@kernel_function("fs/ext4/file.c")
def ext4_dio_write_iter(iocb: Kiocb, from_: IovIter) -> int:
    """Write past the page cache; what that cannot do goes through it.

    Returns: bytes, -EIOCBQUEUED or an error.
    """
    inode = iocb.ki_filp
    offset = iocb.ki_pos
    count = iov_iter_count(from_)
    down_write(inode, "i_rwsem")
    extend = offset + count > inode.i_size
    unaligned_io = ext4_unaligned_io(inode, from_, offset)
    if unaligned_io:
        inode_dio_wait(inode)
    dio_flags = IOMAP_DIO_FORCE_WAIT if unaligned_io or extend else 0
    ret = iomap_dio_rw(iocb, from_, dio_flags, 0)
    if ret == -ENOTBLK:
        ret = 0
    if extend and ret > 0:
        ret = ext4_handle_inode_extension(inode, offset, ret)
    if extend:
        ext4_truncate_failed_write(inode)
    if ret >= 0 and iov_iter_count(from_):
        ret = buffered_write_and_wait(iocb, from_, ret)
    up_write(inode, "i_rwsem")
    return ret
