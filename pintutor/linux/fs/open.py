"""Opening a file (fs/open.c, block/fops.c, Linux v6.1).

Not modelled: paths, rights, refusing O_DIRECT where a file cannot do it.
"""

from pintutor.linux.include.linux.file import File
from pintutor.linux.include.linux.fs import BDEV, Inode
from pintutor.linux.include.linux.mm_types import AddressSpace
from pintutor.sim.function import kernel_function


@kernel_function("fs/open.c")
def do_dentry_open(inode: Inode, flags: int) -> File:
    """The file, opened with O_* flags.

    A block device is opened by its node in /dev. The node has no length and no
    pages, and leads to the inode of the device, which has.
    """
    f = File(inode, inode.i_mapping, flags)
    if inode.i_sb == BDEV:
        path = f"/dev/{inode.name}"
        f.f_inode = Inode(path, BDEV, 0, AddressSpace(path, anonymous=False))
    return f
