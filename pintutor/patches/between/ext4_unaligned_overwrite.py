"""Direct writes of parts of blocks may overlap where nothing has to be zeroed.

Each write that was not of whole blocks waited for all others, and the task for
it, because two of them could zero the same new block. Where the blocks have
data nothing is zeroed, so such a write shares the file and need not be waited
for.

Linux kernel commit 310ee0902b8d ("ext4: allow concurrent unaligned dio
overwrites") (in v6.4).

Not modelled: IOMAP_DIO_OVERWRITE_ONLY, by which iomap checked until v6.6 that
nothing has to be zeroed.
"""

from typing import NamedTuple

from pintutor.linux.fs import ext4_file
from pintutor.linux.fs.ext4_file import (
    Ext4Checked,
    ext4_dio_write_end,
    ext4_extending_io,
    ext4_unaligned_io,
    inode_lock_for_dio,
    inode_unlock_for_dio,
)
from pintutor.linux.fs.inode_dio import inode_dio_wait
from pintutor.linux.fs.iomap.direct_io_rw import iomap_dio_rw
from pintutor.linux.fs.write_checks import generic_write_checks
from pintutor.linux.include.linux.fs import i_size_read
from pintutor.linux.include.linux.iomap import IOMAP_DIO_FORCE_WAIT
from pintutor.linux.include.linux.kiocb import Kiocb
from pintutor.linux.include.linux.uio import IovIter, iov_iter_count
from pintutor.patches.between.ext4_shared_unwritten import ext4_overwrite_io
from pintutor.patches.patch import Patch
from pintutor.sim.locks import down_write, up_read

PATCH = Patch(
    "ext4-unaligned-overwrite",
    "ext4: allow concurrent unaligned dio overwrites",
    commit="310ee0902b8d",
    release="v6.4",
    author="Brian Foster",
    needs=("ext4-shared-unwritten",),
)


class Ext4Flagged(NamedTuple):
    """What ext4_dio_write_checks() returns, and says by its pointers."""

    checked: Ext4Checked
    dio_flags: int
    """IOMAP_DIO_* bits."""


@PATCH.replaces(ext4_file.ext4_dio_write_checks)
def ext4_dio_write_checks(
    iocb: Kiocb,
    from_: IovIter,
    ilock_shared: bool,
    extend: bool,
    dio_flags: int,
) -> Ext4Flagged:
    """Check a write, and take the lock for writing where it must not be shared.

    Everything may have changed before the other lock was had, so it is checked
    once more then.
    """
    inode = iocb.ki_filp
    while True:
        ret = generic_write_checks(iocb, from_)
        if ret <= 0:
            inode_unlock_for_dio(inode, shared=ilock_shared)
            checked = Ext4Checked(ret, ilock_shared, extend)
            return Ext4Flagged(checked, dio_flags)
        offset, count = iocb.ki_pos, ret
        unaligned_io = ext4_unaligned_io(inode, from_, offset)
        extend = ext4_extending_io(inode, offset, count)
        overwrite, unwritten = ext4_overwrite_io(inode, offset, count)
        alone = extend or not overwrite or (unaligned_io and unwritten)
        if not (ilock_shared and alone):
            break
        up_read(inode, "i_rwsem")
        ilock_shared = False
        down_write(inode, "i_rwsem")

    if not ilock_shared and (unaligned_io or extend):
        if unaligned_io and (not overwrite or unwritten):
            inode_dio_wait(inode)
        dio_flags = IOMAP_DIO_FORCE_WAIT
    return Ext4Flagged(Ext4Checked(count, ilock_shared, extend), dio_flags)


@PATCH.replaces(ext4_file.ext4_dio_write_iter)
def ext4_dio_write_iter(iocb: Kiocb, from_: IovIter) -> int:
    """Write past the page cache; what that cannot do goes through it.

    Returns: bytes, -EIOCBQUEUED or an error.
    """
    inode = iocb.ki_filp
    offset = iocb.ki_pos
    ilock_shared = True
    if offset + iov_iter_count(from_) > i_size_read(inode):
        ilock_shared = False
    inode_lock_for_dio(inode, shared=ilock_shared)
    checked, dio_flags = ext4_dio_write_checks(
        iocb, from_, ilock_shared, False, 0
    )
    if checked.ret <= 0:
        return checked.ret

    ret = iomap_dio_rw(iocb, from_, dio_flags, 0)
    return ext4_dio_write_end(iocb, from_, offset, ret, checked)
