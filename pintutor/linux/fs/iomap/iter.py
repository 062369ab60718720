"""Walking a file, one range of the disk after another (fs/iomap/iter.c).

Not modelled: other file systems than ext4, whose iomap_begin() is called here
where C calls one through a pointer.
"""

from pintutor.linux.fs.ext4_map import ext4_iomap_begin
from pintutor.linux.include.linux.bug import warn_on_once
from pintutor.linux.include.linux.iomap import IomapIter
from pintutor.sim.function import kernel_function


@kernel_function("fs/iomap/iter.c")
def iomap_iter_advance(iter: IomapIter) -> int:
    """Go past what was done of the current range.

    Returns: 1 when there is more to do, 0 at the end, or the error.
    """
    if iter.iomap.length:
        if iter.processed < 0:
            return iter.processed
        if not iter.processed:
            return 0
        iter.pos += iter.processed
        iter.len -= iter.processed
        if not iter.len:
            return 0

    iter.processed = 0
    iter.iomap.length = 0
    return 1


@kernel_function("fs/iomap/iter.c")
def iomap_iter_done(iter: IomapIter) -> None:
    """Check the range that the file system found."""
    warn_on_once(iter.iomap.offset > iter.pos, "iomap_iter: offset > pos")
    warn_on_once(iter.iomap.length == 0, "iomap_iter: length 0")


@kernel_function("fs/iomap/iter.c")
def iomap_iter(iter: IomapIter) -> int:
    """Find the next range of the walk.

    Returns: 1 when there is one, 0 at the end, or an error.
    """
    ret = iomap_iter_advance(iter)
    if ret <= 0:
        return ret
    ret = ext4_iomap_begin(
        iter.inode, iter.pos, iter.len, iter.flags, iter.iomap
    )
    if ret < 0:
        return ret
    iomap_iter_done(iter)
    return 1
