"""Counting the direct I/O of a file (fs/inode.c, include/linux/fs.h).

Who frees blocks of the file waits until there is none under way: a device must
not write to blocks that have become another file's.
"""

from pintutor.linux.include.linux.fs import Inode
from pintutor.linux.kernel.sched import wait_event
from pintutor.sim.atomic import atomic_dec, atomic_inc
from pintutor.sim.function import kernel_function


def inode_dio_begin(inode: Inode) -> None:
    """Count a direct I/O that begins."""
    atomic_inc(inode, "i_dio_count")


def inode_dio_end(inode: Inode) -> None:
    """Count a direct I/O that has ended."""
    atomic_dec(inode, "i_dio_count")


@kernel_function("fs/inode.c")
def inode_dio_wait(inode: Inode) -> None:
    """Wait until no direct I/O is under way."""
    wait_event(lambda: not inode.i_dio_count, inode, "i_dio_count")
